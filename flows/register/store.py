"""What the register is asked and told. Every function works inside the caller's transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Float, Table, func, insert, select, update

from flows.register import tables
from schemas import Period
from validations.findings import Finding

if TYPE_CHECKING:
    import pandas as pd

    from flows.reading.model import Reading

#: Results of a submission whose figures count.
ACCEPTED = ("accepted", "queried")
_CHUNK = 500  # identifiers in one IN (...): SQLite allows at least 999


@dataclass(frozen=True, slots=True)
class Submission:
    """A row of the register's ``submissions``; see ``tables.submissions``."""

    submission_id: str
    number: int
    period: str
    unit_code: str
    sequence: int
    file: str
    folder: str
    file_sha256: str
    size: int
    format: str
    received_at: str
    late: bool
    held: bool
    result: str
    errors: int
    queries: int
    notes: int
    clerk: str
    cover: Mapping[str, str]
    counts: Mapping[str, Any]
    registry_version: str
    drop_key: str
    closed: bool

    @property
    def accepted(self) -> bool:
        return self.result in ACCEPTED and not self.held

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that must never change about it; the record keeps it at intake."""
        return _fingerprint(self, without=("held", "closed"))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row of the register's ``quarantined``."""

    number: int
    file: str
    folder: str
    file_sha256: str
    size: int
    received_at: str
    code: str
    reason: str
    action: str
    drop_key: str
    closed: bool

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that must never change about it; the record keeps it at intake."""
        return _fingerprint(self, without=("closed",))


def _fingerprint(entry: Submission | Quarantined, *, without: Sequence[str]) -> str:
    fields = {name: value for name, value in asdict(entry).items() if name not in without}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


# ---- asking -------------------------------------------------------------------------------


def submissions(
    connection: Connection,
    *,
    period: Period | None = None,
    unit_code: str | None = None,
    unclosed: bool = False,
) -> list[Submission]:
    """Submissions in order of arrival; ``unclosed``: those not yet answered and gone from the inbox."""
    query = select(tables.submissions).order_by(tables.submissions.c.number)
    if unclosed:
        query = query.where(tables.submissions.c.closed.is_(False))
    if period is not None:
        query = query.where(tables.submissions.c.period == str(period))
    if unit_code is not None:
        query = query.where(tables.submissions.c.unit_code == unit_code)
    return [Submission(**row) for row in connection.execute(query).mappings()]


def current(connection: Connection, period: Period) -> dict[str, Submission]:
    """Per unit code the submission whose figures count: the newest accepted one."""
    return {s.unit_code: s for s in submissions(connection, period=period) if s.accepted}


def periods(connection: Connection) -> list[Period]:
    """Every period that a report was sent for, ascending."""
    rows = connection.execute(select(tables.submissions.c.period).distinct()).scalars()
    return sorted(Period.parse(text) for text in rows)


def quarantined(connection: Connection, *, unclosed: bool = False) -> list[Quarantined]:
    """Files set aside in order of arrival; ``unclosed`` as for :func:`submissions`."""
    query = select(tables.quarantined).order_by(tables.quarantined.c.number)
    if unclosed:
        query = query.where(tables.quarantined.c.closed.is_(False))
    return [Quarantined(**row) for row in connection.execute(query).mappings()]


def unclosed_keys(connection: Connection) -> set[str]:
    """Keys of drops that were recorded but not yet answered and taken out of the inbox."""
    keys: set[str] = set()
    for table in (tables.submissions, tables.quarantined):
        query = select(table.c.drop_key).where(table.c.closed.is_(False))
        keys |= set(connection.execute(query).scalars())
    return keys


def open_seal(connection: Connection, period: Period) -> Mapping[str, Any] | None:
    """The seal in force on the period, if any."""
    query = (
        select(tables.seals)
        .where(tables.seals.c.period == str(period), tables.seals.c.reopened_at.is_(None))
        .order_by(tables.seals.c.id.desc())
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def findings(connection: Connection, submission_ids: Iterable[str]) -> dict[str, list[Finding]]:
    """Findings by submission, in the order in which they were recorded."""
    found: dict[str, list[Finding]] = {}
    for row in _rows(connection, tables.findings, submission_ids):
        fields = dict(row["finding"])
        fields["also"] = tuple(fields["also"])
        found.setdefault(row["submission_id"], []).append(Finding(**fields))
    return found


def frame(connection: Connection, table: Table, submission_ids: Iterable[str]) -> pd.DataFrame:
    """Rows of ``table`` for the submissions, as a frame with the table's columns, without ``id``."""
    import pandas as pd

    columns = [column.name for column in table.columns if column.name != "id"]
    rows = [tuple(row[name] for name in columns) for row in _rows(connection, table, submission_ids)]
    built = pd.DataFrame(rows, columns=columns)
    for column in table.columns:
        if isinstance(column.type, Float):
            built[column.name] = built[column.name].astype("float64")
    return built


def earlier(connection: Connection, wanted: Iterable[Period]) -> pd.DataFrame:
    """Figures accepted in the ``wanted`` periods (``validations.frames.EARLIER_COLUMNS``)."""
    import pandas as pd

    from validations.frames import EARLIER_COLUMNS

    counting = [s for period in sorted(set(wanted)) for s in current(connection, period).values()]
    figures = frame(connection, tables.figures, [s.submission_id for s in counting])
    heads = pd.DataFrame(
        [(s.submission_id, s.unit_code, s.period) for s in counting],
        columns=["submission_id", "unit_code", "period"],
    )
    return figures.merge(heads, on="submission_id")[list(EARLIER_COLUMNS)]


def _rows(connection: Connection, table: Table, ids: Iterable[str]) -> Iterable[Mapping[str, Any]]:
    wanted = list(ids)
    for start in range(0, len(wanted), _CHUNK):
        query = (
            select(table)
            .where(table.c.submission_id.in_(wanted[start : start + _CHUNK]))
            .order_by(table.c.id)
        )
        for row in connection.execute(query).mappings():
            yield dict(row)


# ---- telling ------------------------------------------------------------------------------


def next_number(connection: Connection, table: Table) -> int:
    return (connection.execute(select(func.max(table.c.number))).scalar() or 0) + 1


def add_submission(
    connection: Connection,
    submission: Submission,
    reading: Reading | None,
    found: Sequence[Finding],
    outcomes: Iterable[tuple[str, int, int, int]],
) -> None:
    """One report with all that was read from it and found in it; a repeat has no reading.

    ``outcomes``: rule, evaluated, failed, not evaluated.
    """
    own = {"submission_id": submission.submission_id}
    row = {column.name: getattr(submission, column.name) for column in tables.submissions.columns}
    connection.execute(insert(tables.submissions).values(**row))
    if reading is not None:
        _add_cells(connection, own, reading)
    _many(
        connection,
        tables.findings,
        [
            own
            | {
                "code": f.code,
                "rule": f.rule,
                "severity": f.severity,
                "status": f.status,
                "finding": f.as_dict(),
            }
            for f in found
        ],
    )
    _many(
        connection,
        tables.rule_outcomes,
        [
            own | {"rule": rule, "evaluated": evaluated, "failed": failed, "not_evaluated": missed}
            for rule, evaluated, failed, missed in outcomes
        ],
    )


def _add_cells(connection: Connection, own: dict[str, Any], reading: Reading) -> None:
    _many(connection, tables.figures, [own | cell._asdict() for cell in reading.figures])
    _many(connection, tables.progress, [own | cell._asdict() for cell in reading.progress])
    _many(
        connection,
        tables.ledger_rows,
        [
            own
            | {
                "ledger": entry.ledger,
                "sheet": entry.sheet,
                "row": entry.row,
                "cells": {name: list(cell) for name, cell in entry.cells.items()},
            }
            for entry in reading.ledgers
        ],
    )


def add_quarantined(connection: Connection, entry: Quarantined) -> None:
    row = {column.name: getattr(entry, column.name) for column in tables.quarantined.columns}
    connection.execute(insert(tables.quarantined).values(**row))


def hold(connection: Connection, submission_ids: Sequence[str]) -> None:
    """Keep submissions for the office's decision."""
    own = tables.submissions.c.submission_id.in_(submission_ids)
    connection.execute(update(tables.submissions).where(own).values(held=True))


def release(connection: Connection, period: Period) -> list[str]:
    """Let what was held while the period was sealed count; returns the submissions released."""
    held = [s.submission_id for s in submissions(connection, period=period) if s.held]
    own = tables.submissions.c.period == str(period)
    connection.execute(update(tables.submissions).where(own).values(held=False))
    return held


def close(connection: Connection, drop_keys: Sequence[str]) -> None:
    """Mark drops as answered and gone from the inbox."""
    for table in (tables.submissions, tables.quarantined):
        for start in range(0, len(drop_keys), _CHUNK):
            keys = drop_keys[start : start + _CHUNK]
            connection.execute(update(table).where(table.c.drop_key.in_(keys)).values(closed=True))


def _many(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
