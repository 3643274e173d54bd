"""Rows of many submissions: asked for some submissions at a time, in the order of recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, CursorResult, select

from flows.register import tables

_CHUNK = 500  # identifiers in one IN (...): SQLite allows at least 999


def chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """As many identifiers at a time as one question may name."""
    wanted = list(ids)
    for start in range(0, len(wanted), _CHUNK):
        yield wanted[start : start + _CHUNK]


def rows(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    ids: Iterable[str],
    where: ColumnElement[bool] | None = None,
) -> Iterator[Sequence[Any]]:
    """Values of ``columns`` (of one table) for the submissions, in the order of recording."""
    return chain.from_iterable(fetched(connection, columns, ids, where))


def fetched(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    ids: Iterable[str],
    where: ColumnElement[bool] | None = None,
) -> Iterator[Sequence[Sequence[Any]]]:
    """Batches of rows, as the driver gives them where it can be: a row of the library's own for each of a
    province's million would take as long as the query."""
    plain = all(isinstance(column.type, tables.PLAIN) for column in columns)
    for result in _batches(connection, columns, ids, where):
        cursor: Any = result.cursor  # there always is one after a SELECT
        yield cursor.fetchall() if plain else result.all()
        result.close()


def _batches(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    ids: Iterable[str],
    where: ColumnElement[bool] | None = None,
) -> Iterator[CursorResult[Any]]:
    of = next(column.table for column in columns if isinstance(column, Column)).c
    for some in chunks(ids):
        query = select(*columns).where(of.submission_id.in_(some))
        if where is not None:
            query = query.where(where)
        yield connection.execute(query.order_by(of.id))
