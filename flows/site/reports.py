"""Reads submissions from the register for their pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from flows.reading.model import FigureCell, LedgerCell, LedgerRow, ProgressCell
from flows.register import store, tables
from flows.register.store import Submission
from flows.site.model import Report


def reports(connection: Connection, chain: Sequence[Submission], *, detailed: bool) -> list[Report]:
    """The submissions with what was found in them, in their order."""
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
    figures = store.grouped(connection, tables.figures, ids)
    progress = store.grouped(connection, tables.progress, ids)
    ledgers = store.grouped(connection, tables.ledger_rows, ids)
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
