"""Readings as the frames that validation and merging take; columns as in ``validations.frames``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from flows.reading.model import LedgerCell, Reading
from schemas.models import Ledger, Registry
from validations.frames import FIGURE_COLUMNS, LEDGER_CELL_PARTS, LEDGER_COLUMNS, PROGRESS_COLUMNS

#: submission id, unit code, period (2023-06) and what was read.
Read = tuple[str, str, str, Reading]
_ABSENT = LedgerCell(None, None, "", "missing", "")


def figures_frame(readings: Sequence[Read]) -> pd.DataFrame:
    """FIGURE_COLUMNS, a row per input cell; ``value`` float64, the others text or None."""
    rows = [(s, u, p, *cell) for s, u, p, reading in readings for cell in reading.figures]
    return _frame(rows, FIGURE_COLUMNS, numeric=("value",))


def progress_frame(readings: Sequence[Read]) -> pd.DataFrame:
    """PROGRESS_COLUMNS, a row per input cell of 工作进展."""
    rows = [(s, u, p, *cell) for s, u, p, reading in readings for cell in reading.progress]
    return _frame(rows, PROGRESS_COLUMNS)


def ledger_frames(registry: Registry, readings: Sequence[Read]) -> dict[str, pd.DataFrame]:
    """Every ledger of the registry -> its frame, with the columns of :func:`ledger_columns`."""
    return {ledger.name: _ledger_frame(ledger, readings) for ledger in registry.ledgers}


def ledger_columns(ledger: Ledger) -> tuple[str, ...]:
    """LEDGER_COLUMNS, then ``c``, ``c.raw``, ``c.state``, ``c.cell`` for every column ``c``."""
    cells = (name for c in ledger.columns for name in (c.name, *(f"{c.name}.{p}" for p in LEDGER_CELL_PARTS)))
    return (*LEDGER_COLUMNS, *cells)


def _ledger_frame(ledger: Ledger, readings: Sequence[Read]) -> pd.DataFrame:
    rows = []
    for submission, unit, period, reading in readings:
        for row in reading.ledgers:
            if row.ledger != ledger.name:
                continue
            values: list[object] = [submission, unit, period, row.sheet, row.row]
            for column in ledger.columns:
                cell = row.cells.get(column.name, _ABSENT)
                values += [cell.value if column.numeric else cell.text, cell.raw, cell.state, cell.cell]
            rows.append(tuple(values))
    numeric = tuple(c.name for c in ledger.columns if c.numeric)
    return _frame(rows, ledger_columns(ledger), numeric=numeric)


def _frame(
    rows: Iterable[tuple[object, ...]], columns: Sequence[str], numeric: Sequence[str] = ()
) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    types = dict.fromkeys(numeric, "float64") | ({"row": "int64"} if "row" in columns else {})
    return frame.astype(types)
