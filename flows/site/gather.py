"""Reads a year of the register for the site."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, select

import schemas
from flows.merge import merge
from flows.month import Month
from flows.reading.model import FigureCell, LedgerCell, LedgerRow, ProgressCell
from flows.register import record, store, tables
from flows.register.store import Submission
from flows.site.model import Report, Rule, Seal, SiteYear
from schemas import Period, Registry


def gather(
    connection: Connection,
    year: int,
    upto: Period,
    *,
    merged: Mapping[Period, Month] | None = None,
    detail: Collection[Period] | None = None,
    published: Collection[Period] = (),
    data_docs: Collection[Period] = (),
) -> SiteYear:
    """The year's months up to ``upto``, every submission of them, and the register's own books.

    ``merged``: months that the caller holds already, so that they are not merged again.
    ``detail``: months whose submissions get their pages (all by default); a page depends on its own
    month alone, so at scale it is enough to name the months that changed.
    ``published`` and ``data_docs``: months whose outputs, or Great Expectations' pages, can be linked.
    Raises :class:`schemas.RegistryError` for a year without a registry.
    """
    registry = schemas.load(year)
    known = store.periods(connection)
    wanted = sorted({p for p in known if p.year == year and p <= upto} | ({upto} & _months_of(year)))
    held = dict(merged or {})
    months = {period: held.get(period) or merge(connection, period) for period in wanted}
    detailed = set(wanted if detail is None else detail)
    return SiteYear(
        year=year,
        registry=registry,
        months=months,
        reports=tuple(
            report
            for period in wanted
            for report in _reports(connection, registry, period, detailed=period in detailed)
        ),
        quarantined=tuple(store.quarantined(connection)),
        rules=_rules(registry),
        record=tuple(record.entries(connection)),
        seals=_seals(connection, year),
        years=tuple(sorted({p.year for p in known} | {year})),
        published=frozenset(published),
        data_docs=frozenset(data_docs),
    )


def _months_of(year: int) -> set[Period]:
    return {Period(year, month) for month in range(1, 13)}


def _rules(registry: Registry) -> tuple[Rule, ...]:
    from validations.run import rule_register

    return tuple(
        Rule(r.id, r.kind, r.severity, r.trial, r.title, r.work_point) for r in rule_register(registry)
    )


def _seals(connection: Connection, year: int) -> tuple[Seal, ...]:
    table = tables.seals
    query = select(table).where(table.c.period.like(f"{year}-%")).order_by(table.c.id)
    return tuple(
        Seal(
            row["period"],
            row["sealed_at"],
            row["sealed_by"],
            row["manifest_sha256"],
            row["reopened_at"] or "",
            row["reason"] or "",
        )
        for row in connection.execute(query).mappings()
    )


def _reports(connection: Connection, registry: Registry, period: Period, *, detailed: bool) -> list[Report]:
    chain = [s for s in store.submissions(connection, period=period) if s.unit_code in registry.unit]
    found = store.findings(connection, [s.submission_id for s in chain])
    cells = _cells(connection, chain) if detailed else {}
    return [
        Report(
            head=submission,
            findings=tuple(found.get(submission.submission_id, ())),
            detailed=detailed,
            **cells.get(submission.submission_id, {}),
        )
        for submission in chain
    ]


def detailed(connection: Connection, reports: Sequence[Report]) -> list[Report]:
    """The reports with every cell read from them."""
    cells = _cells(connection, [report.head for report in reports])
    return [replace(report, detailed=True, **cells.get(report.id, {})) for report in reports]


def _cells(connection: Connection, chain: Sequence[Submission]) -> dict[str, dict[str, Any]]:
    """Per submission its figures, progress and ledgers, as reading gave them."""
    ids = [submission.submission_id for submission in chain]
    figures = _grouped(connection, tables.figures, ids)
    progress = _grouped(connection, tables.progress, ids)
    ledgers = _grouped(connection, tables.ledger_rows, ids)
    return {
        one: {
            "figures": tuple(FigureCell(*row) for row in figures.get(one, ())),
            "progress": tuple(ProgressCell(*row) for row in progress.get(one, ())),
            "ledgers": tuple(_ledger_row(row) for row in ledgers.get(one, ())),
        }
        for one in ids
    }


def _ledger_row(row: tuple[Any, ...]) -> LedgerRow:
    ledger, sheet, number, cells = row
    return LedgerRow(ledger, sheet, number, {name: LedgerCell(*cell) for name, cell in cells.items()})


def _grouped(connection: Connection, table: Table, ids: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Rows by submission in recorded order, without ``id`` and ``submission_id``."""
    columns = [c for c in table.columns if c.name not in ("id", "submission_id")]
    grouped: dict[str, list[tuple[Any, ...]]] = {}
    for start in range(0, len(ids), 500):
        query = (
            select(table.c.submission_id, *columns)
            .where(table.c.submission_id.in_(ids[start : start + 500]))
            .order_by(table.c.id)
        )
        for row in connection.execute(query):
            grouped.setdefault(row[0], []).append(tuple(row[1:]))
    return grouped
