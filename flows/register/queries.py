"""What the register is asked. Every function works inside the caller's transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, Text, cast, func, literal, select

from flows.register import id_batches, tables
from flows.register.results import Result
from schemas import Period
from validations.findings.finding import Finding

#: Results of a submission whose figures count.
ACCEPTED = (Result.ACCEPTED.value, Result.QUERIED.value)
_NORMALISED = "normalised"


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
    def receipt(self) -> str:
        """Its number as it is told: Q00001."""
        return f"Q{self.number:05d}"

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that must never change about it; the record keeps it at intake."""
        return _fingerprint(self, without=("closed",))


class NormalisedCell(NamedTuple):
    """A cell that was used in another form than it was typed in."""

    submission_id: str
    sheet: str
    cell: str
    value: float | None
    text: str | None
    raw: str


def _fingerprint(entry: Submission | Quarantined, *, without: Sequence[str]) -> str:
    fields = {name: value for name, value in asdict(entry).items() if name not in without}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def submissions(
    connection: Connection,
    *,
    period: Period | None = None,
    units: Collection[str] | None = None,
    unclosed: bool = False,
    held: bool = False,
) -> list[Submission]:
    """Submissions in order of arrival, of at most 500 ``units`` where they are given.

    ``unclosed``: those not yet answered and gone from the inbox; ``held``: those that wait for the office.
    """
    query = select(tables.submissions).order_by(tables.submissions.c.number)
    if unclosed:
        query = query.where(tables.submissions.c.closed.is_(False))
    if period is not None:
        query = query.where(tables.submissions.c.period == str(period))
    if units is not None:
        query = query.where(tables.submissions.c.unit_code.in_(units))
    if held:
        query = query.where(tables.submissions.c.held.is_(True))
    return [Submission(**row) for row in connection.execute(query).mappings()]


def current(
    connection: Connection, period: Period, units: Collection[str] | None = None
) -> dict[str, Submission]:
    """Per unit code, of ``units`` where they are given, the submission whose figures count: the newest
    accepted one."""
    parts = [None] if units is None else id_batches.chunks(units)
    sent = [one for some in parts for one in submissions(connection, period=period, units=some)]
    return {s.unit_code: s for s in sent if s.accepted}


def accepted(connection: Connection, period: Period) -> dict[str, list[tuple[int, str]]]:
    """Per unit code number and identifier of every accepted submission, in order of arrival."""
    table = tables.submissions.c
    query = select(table.unit_code, table.number, table.submission_id).order_by(table.number)
    query = query.where(table.period == str(period), table.result.in_(ACCEPTED), table.held.is_(False))
    found: dict[str, list[tuple[int, str]]] = {}
    for code, number, identity in connection.execute(query):
        found.setdefault(code, []).append((number, identity))
    return found


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


def next_number(connection: Connection, table: Table) -> int:
    return (connection.execute(select(func.max(table.c.number))).scalar() or 0) + 1


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
    table = tables.findings.c
    for submission_id, told in id_batches.rows(
        connection, [table.submission_id, table.finding], submission_ids
    ):
        found.setdefault(submission_id, []).append(Finding.from_dict(told))
    return found


def grouped(
    connection: Connection, table: Table, submission_ids: Iterable[str]
) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of ``table`` by submission in recorded order, without ``id`` and ``submission_id``."""
    columns = [column for column in table.columns if column.name not in ("id", "submission_id")]
    found: dict[str, list[tuple[Any, ...]]] = {}
    for rows in id_batches.fetched(connection, [table.c.submission_id, *columns], submission_ids):
        for submission_id, *row in rows:
            found.setdefault(submission_id, []).append(tuple(row))
    return found


def values(
    connection: Connection, submission_ids: Iterable[str], measures: Collection[str]
) -> Iterator[Sequence[Any]]:
    """Submission, indicator, measure and value of every figure of ``measures`` that has a value."""
    table = tables.figures.c
    columns = [table.submission_id, table.indicator, table.measure, table.value]
    where = table.measure.in_(measures) & table.value.is_not(None)
    for rows in id_batches.fetched(connection, columns, submission_ids, where):
        yield from rows


def value_counts(
    connection: Connection, submission_ids: Iterable[str], measures: Collection[str]
) -> Iterator[Sequence[Any]]:
    """Indicator, measure, value, and how many figures of :func:`values` hold it: most are small numbers.

    What a later batch of submissions holds too is told again.
    """
    table = tables.figures.c
    keys = (table.indicator, table.measure, table.value)
    query = select(*keys, func.count()).group_by(*keys)
    query = query.where(table.measure.in_(measures), table.value.is_not(None))
    for some in id_batches.chunks(submission_ids):
        yield from connection.execute(query.where(table.submission_id.in_(some))).all()


def normalised(connection: Connection, submission_ids: Iterable[str]) -> Iterator[NormalisedCell]:
    """Every cell whose text was not taken as it stood: figures, then progress, then ledgers."""
    ids = list(submission_ids)
    for table in (tables.figures, tables.progress):
        value = table.c.value if "value" in table.c else literal(None)
        columns = [table.c.submission_id, table.c.sheet, table.c.cell, value, table.c.text, table.c.raw]
        for row in id_batches.rows(connection, columns, ids, table.c.state == _NORMALISED):
            yield NormalisedCell(*row)
    table = tables.ledger_rows
    # Most rows hold none; the rest are told apart before their JSON is read.
    some = cast(table.c.cells, Text).contains(f'"{_NORMALISED}"')
    for submission_id, sheet, cells in id_batches.rows(
        connection, [table.c.submission_id, table.c.sheet, table.c.cells], ids, some
    ):
        for value, text, raw, state, cell in cells.values():
            if state == _NORMALISED:
                yield NormalisedCell(submission_id, sheet, cell, value, text, raw)


def tallies(connection: Connection, submission_ids: Iterable[str]) -> dict[str, list[int]]:
    """Per rule how often it was evaluated, failed, and could not be evaluated, over the submissions."""
    table = tables.rule_outcomes.c
    counts = (table.evaluated, table.failed, table.not_evaluated)
    found: dict[str, list[int]] = {}
    query = select(table.rule, *map(func.sum, counts)).group_by(table.rule)
    for some in id_batches.chunks(submission_ids):
        for rule, *numbers in connection.execute(query.where(table.submission_id.in_(some))):
            found[rule] = [a + int(b) for a, b in zip(found.get(rule, (0, 0, 0)), numbers, strict=True)]
    return found


def ledger_rows(
    connection: Connection, submission_ids: Iterable[str]
) -> Iterator[tuple[str, str, str, int, Mapping[str, Sequence[Any]]]]:
    """Rows of ledgers in recorded order: submission, ledger, sheet, row, cells by column.

    A cell is ``value, text, raw, state, cell``. They come one at a time: the cells of a large month,
    all of them apart, would be several times the frames made of them.
    """
    table = tables.ledger_rows.c
    columns = [table.submission_id, table.ledger, table.sheet, table.row, table.cells]
    for row in id_batches.rows(connection, columns, submission_ids):
        yield tuple(row)
