"""What was read from a report, as the register holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from flows.reading.model import FigureCell, LedgerCell, LedgerRow, ProgressCell
from flows.register import queries, tables


class StoredCells(NamedTuple):
    """Every input cell of a report, in recorded order."""

    figures: tuple[FigureCell, ...]
    progress: tuple[ProgressCell, ...]
    ledgers: tuple[LedgerRow, ...]


def stored_cells(connection: Connection, submission_ids: Sequence[str]) -> Mapping[str, StoredCells]:
    """Per submission what reading gave; of a repeat nothing."""
    figures = queries.grouped(connection, tables.figures, submission_ids)
    progress = queries.grouped(connection, tables.progress, submission_ids)
    ledgers = queries.grouped(connection, tables.ledger_rows, submission_ids)
    return {
        one: StoredCells(
            tuple(FigureCell(*row) for row in figures.get(one, ())),
            tuple(ProgressCell(*row) for row in progress.get(one, ())),
            tuple(_ledger_row(row) for row in ledgers.get(one, ())),
        )
        for one in submission_ids
    }


def _ledger_row(row: tuple[Any, ...]) -> LedgerRow:
    ledger, sheet, number, cells = row
    return LedgerRow(ledger, sheet, number, {name: LedgerCell(*cell) for name, cell in cells.items()})
