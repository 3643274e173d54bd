"""What the register is told. Every function works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, insert, update

from flows.register import id_batches, queries, tables
from flows.register.queries import Quarantined, Submission
from schemas import Period
from validations.findings.finding import Finding

if TYPE_CHECKING:
    from flows.reading.model import LedgerCell, Reading


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """One report with all that was read from it and found in it; a repeat has no reading.

    ``outcomes``: rule, evaluated, failed, not evaluated.
    """

    submission: Submission
    reading: Reading | None
    findings: Sequence[Finding]
    outcomes: Sequence[tuple[str, int, int, int]]


def add_submission(
    connection: Connection,
    submission: Submission,
    reading: Reading | None,
    found: Sequence[Finding],
    outcomes: Iterable[tuple[str, int, int, int]],
) -> None:
    """One :class:`NewSubmission`."""
    add_submissions(connection, [NewSubmission(submission, reading, found, list(outcomes))])


def add_submissions(connection: Connection, entries: Sequence[NewSubmission]) -> None:
    """Whole reports, a statement per table."""
    whole = [(entry.submission.submission_id, entry) for entry in entries]
    read = [(own, entry.reading) for own, entry in whole if entry.reading is not None]
    _many(connection, tables.submissions, [_values(entry.submission) for _, entry in whole])
    _many(connection, tables.figures, [(own, *cell) for own, reading in read for cell in reading.figures])
    _many(connection, tables.progress, [(own, *cell) for own, reading in read for cell in reading.progress])
    rows = [(own, *row[:3], _plain(row.cells)) for own, reading in read for row in reading.ledgers]
    _many(connection, tables.ledger_rows, rows)
    found = [(own, one) for own, entry in whole for one in entry.findings]
    told = [(own, f.code, f.rule, f.severity, f.status, f.as_dict()) for own, f in found]
    _many(connection, tables.findings, told)
    counts = [(own, *outcome) for own, entry in whole for outcome in entry.outcomes]
    _many(connection, tables.rule_outcomes, counts)


def _values(submission: Submission) -> tuple[Any, ...]:
    return tuple(getattr(submission, column.name) for column in tables.submissions.columns)


def _plain(cells: Mapping[str, LedgerCell]) -> dict[str, list[Any]]:
    return {name: list(cell) for name, cell in cells.items()}


def add_quarantined(connection: Connection, entry: Quarantined) -> None:
    row = {column.name: getattr(entry, column.name) for column in tables.quarantined.columns}
    connection.execute(insert(tables.quarantined).values(**row))


def set_held(connection: Connection, submission_ids: Sequence[str], *, held: bool = True) -> None:
    """Keep submissions for the office's decision, or let these count."""
    for some in id_batches.chunks(submission_ids):
        own = tables.submissions.c.submission_id.in_(some)
        connection.execute(update(tables.submissions).where(own).values(held=held))


def release(connection: Connection, period: Period) -> list[str]:
    """Let what was held while the period was sealed count; returns the submissions released."""
    held = [s.submission_id for s in queries.submissions(connection, period=period, held=True)]
    own = tables.submissions.c.period == str(period)
    connection.execute(update(tables.submissions).where(own).values(held=False))
    return held


def mark_closed(connection: Connection, drop_keys: Sequence[str]) -> None:
    """Mark drops as answered and gone from the inbox."""
    for table in (tables.submissions, tables.quarantined):
        for keys in id_batches.chunks(drop_keys):
            connection.execute(update(table).where(table.c.drop_key.in_(keys)).values(closed=True))


def _many(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """``rows`` hold the values of all columns but ``id``, in the table's order."""
    if not rows:
        return
    columns = [column for column in table.columns if column.name != "id"]
    if connection.dialect.paramstyle != "qmark":
        names = [column.name for column in columns]
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        return
    # A report is some seven hundred rows. Handed to the driver as they are, but for the columns that
    # need it, they take half as long as one by one through the statement's compiler.
    for place, column in enumerate(columns):
        prepare = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        if prepare is None:
            continue
        if not isinstance(column.type, tables.Written) or column.type.needed(row[place] for row in rows):
            rows = [(*row[:place], prepare(row[place]), *row[place + 1 :]) for row in rows]
    statement = insert(table).values({column.name: None for column in columns})
    connection.exec_driver_sql(str(statement.compile(dialect=connection.dialect)), list(rows))
