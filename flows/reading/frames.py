"""Readings as the frames that validation and merging take; columns as in ``validations.frames``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import pandas as pd

from flows.reading.model import FigureCell, LedgerCell, LedgerRow, ProgressCell
from schemas.models import Ledger, Registry
from validations.findings.finding import Finding
from validations.frames import (
    FIGURE_COLUMNS,
    LEDGER_CELL_PARTS,
    LEDGER_COLUMNS,
    PROGRESS_COLUMNS,
    SUBMISSION_COLUMNS,
)
from validations.outcome import Batch


class Cells(Protocol):
    """A reading, or what the register holds of it."""

    @property
    def figures(self) -> Sequence[FigureCell]: ...
    @property
    def progress(self) -> Sequence[ProgressCell]: ...
    @property
    def ledgers(self) -> Sequence[LedgerRow]: ...


#: submission id, unit code, period (2023-06) and what was read.
Read = tuple[str, str, str, Cells]
_ABSENT = LedgerCell(None, None, "", "missing", "")


def batch(
    registry: Registry,
    readings: Sequence[Read],
    files: Sequence[str],
    found: Sequence[Sequence[Finding]],
    earlier: pd.DataFrame,
) -> Batch:
    """The reports as validation takes them; ``files`` and ``found``: name of each, and what reading found."""
    heads = [
        (s, u, registry.unit[u].type, p, file) for (s, u, p, _), file in zip(readings, files, strict=True)
    ]
    unread = (
        (s, one.sheet)
        for (s, *_), own in zip(readings, found, strict=True)
        for one in own
        if one.severity == "error" and one.sheet and not one.cell
    )
    return Batch(
        submissions=pd.DataFrame(heads, columns=list(SUBMISSION_COLUMNS)),
        figures=figures_frame(readings),
        progress=progress_frame(readings),
        ledgers=ledger_frames(registry, readings),
        earlier=earlier,
        unread=frozenset(unread),
    )


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
