"""Rows of the register as data frames."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Float, Table

from flows.register import id_batches, queries, tables
from schemas import Period

if TYPE_CHECKING:
    import pandas as pd


def frame(
    connection: Connection,
    table: Table,
    submission_ids: Iterable[str],
    names: Collection[str] | None = None,
) -> pd.DataFrame:
    """Rows of ``table`` for the submissions, as a frame with the table's columns, without ``id``.

    ``names``: of the columns that are wanted, where not all are. Texts are objects, NaN where there is
    none; equal ones are one object.
    """
    found = category_frame(connection, table, submission_ids, names)
    return found.astype(dict.fromkeys(found.select_dtypes("category"), "object"))


def category_frame(
    connection: Connection,
    table: Table,
    submission_ids: Iterable[str],
    names: Collection[str] | None = None,
) -> pd.DataFrame:
    """As :func:`frame`, with texts as categories: a large month is a million rows of a few thousand
    different texts, in a quarter of the memory."""
    import pandas as pd

    columns = [c for c in table.columns if c.name != "id" and (names is None or c.name in names)]
    kept: list[list[Any]] = [[] for _ in columns]
    # Column by column and batch by batch: the rows would take far more than the columns of a frame.
    for rows in filter(None, id_batches.fetched(connection, columns, submission_ids)):
        for column, parts, values in zip(columns, kept, zip(*rows, strict=True), strict=True):
            parts.append(_part(column, values))
    return pd.DataFrame(
        {column.name: _column(column, parts) for column, parts in zip(columns, kept, strict=True)}
    )


def earlier_figures(connection: Connection, wanted: Iterable[Period], units: Collection[str]) -> pd.DataFrame:
    """Figures of ``units`` accepted in the ``wanted`` periods (``validations.frames.EARLIER_COLUMNS``)."""
    import pandas as pd

    from validations.frames import EARLIER_COLUMNS

    counting = [
        s for period in sorted(set(wanted)) for s in queries.current(connection, period, units).values()
    ]
    names = ("submission_id", *EARLIER_COLUMNS)
    figures = frame(connection, tables.figures, [s.submission_id for s in counting], names)
    heads = pd.DataFrame(
        [(s.submission_id, s.unit_code, s.period) for s in counting],
        columns=["submission_id", "unit_code", "period"],
    )
    return figures.merge(heads, on="submission_id")[list(EARLIER_COLUMNS)]


def _part(column: Column[Any], values: Sequence[Any]) -> Any:
    import pandas as pd
    import pyarrow as pa

    if isinstance(column.type, tables.TEXTS):
        return pa.array(values, pa.string()).dictionary_encode()
    if isinstance(column.type, Float):
        return pd.Series(values, dtype="float64")
    return pd.Series(values)


def _column(column: Column[Any], parts: Sequence[Any]) -> pd.Series:
    import pandas as pd
    import pyarrow as pa

    if not isinstance(column.type, tables.TEXTS):
        empty = "float64" if isinstance(column.type, Float) else "object"
        return pd.concat(parts, ignore_index=True) if parts else pd.Series(dtype=empty)
    whole = pa.chunked_array(parts, pa.dictionary(pa.int32(), pa.string()))
    whole = whole.unify_dictionaries().combine_chunks()
    texts = pd.Index(whole.dictionary.to_pylist(), dtype="object")
    codes = whole.indices.fill_null(-1).to_numpy()
    return pd.Series(pd.Categorical.from_codes(codes, texts))
