"""Readings as the frames that validation and merging take; columns as in ``validations.frames``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from flows.reading.model import LedgerCell, LedgerRow, Reading
from schemas.models import Ledger, Registry
from validations.frames import FIGURE_COLUMNS, LEDGER_CELL_PARTS, LEDGER_COLUMNS, PROGRESS_COLUMNS

#: submission id, unit code, period (2023-06) and what was read.
Read = tuple[str, str, str, Reading]
_ABSENT = LedgerCell(None, None, "", "missing", "")
_HEADS = ("submission_id", "unit_code", "period")


def figures_frame(readings: Sequence[Read]) -> pd.DataFrame:
    """FIGURE_COLUMNS, a row per input cell; ``value`` float64, the others text or None."""
    return _cells([(read, read[3].figures) for read in readings], FIGURE_COLUMNS, numeric=("value",))


def progress_frame(readings: Sequence[Read]) -> pd.DataFrame:
    """PROGRESS_COLUMNS, a row per input cell of 工作进展."""
    return _cells([(read, read[3].progress) for read in readings], PROGRESS_COLUMNS)


def ledger_frames(registry: Registry, readings: Sequence[Read]) -> dict[str, pd.DataFrame]:
    """Every ledger of the registry -> its frame, with the columns of :func:`ledger_columns`."""
    found: dict[str, list[tuple[Read, LedgerRow]]] = {ledger.name: [] for ledger in registry.ledgers}
    for read in readings:
        for row in read[3].ledgers:
            if row.ledger in found:
                found[row.ledger].append((read, row))
    return {ledger.name: _ledger_frame(ledger, found[ledger.name]) for ledger in registry.ledgers}


def ledger_columns(ledger: Ledger) -> tuple[str, ...]:
    """LEDGER_COLUMNS, then ``c``, ``c.raw``, ``c.state``, ``c.cell`` for every column ``c``."""
    cells = (name for c in ledger.columns for name in (c.name, *(f"{c.name}.{p}" for p in LEDGER_CELL_PARTS)))
    return (*LEDGER_COLUMNS, *cells)


def _cells(
    found: Sequence[tuple[Read, Sequence[tuple[Any, ...]]]],
    columns: Sequence[str],
    numeric: Sequence[str] = (),
) -> pd.DataFrame:
    """A column at a time: a tuple for each of a province's million cells would be the larger part."""
    size = sum(len(cells) for _, cells in found)
    values: dict[str, np.ndarray] = {}
    for n, name in enumerate(columns):
        if name in _HEADS:
            column: Iterable[Any] = chain.from_iterable(repeat(read[n], len(cells)) for read, cells in found)
        else:
            part = itemgetter(n - len(_HEADS))
            column = chain.from_iterable(map(part, cells) for _, cells in found)
        values[name] = _array(column, size, name in numeric)
    return _frame(values)


def _ledger_frame(ledger: Ledger, found: Sequence[tuple[Read, LedgerRow]]) -> pd.DataFrame:
    size = len(found)
    values = {name: _array((read[n] for read, _ in found), size, False) for n, name in enumerate(_HEADS)}
    values["sheet"] = _array((row.sheet for _, row in found), size, False)
    values["row"] = np.fromiter((row.row for _, row in found), "int64", size)
    for column in ledger.columns:
        cells = [row.cells.get(column.name, _ABSENT) for _, row in found]
        own = [cell.value for cell in cells] if column.numeric else [cell.text for cell in cells]
        values[column.name] = _array(own, size, column.numeric)
        values[f"{column.name}.raw"] = _array((cell.raw for cell in cells), size, False)
        values[f"{column.name}.state"] = _array((cell.state for cell in cells), size, False)
        values[f"{column.name}.cell"] = _array((cell.cell for cell in cells), size, False)
    return _frame(values)


def _array(values: Iterable[Any], size: int, numeric: bool) -> np.ndarray:
    if numeric:
        return np.fromiter((np.nan if one is None else one for one in values), "float64", size)
    return np.fromiter(values, object, size)


def _frame(values: Mapping[str, np.ndarray]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(column, dtype=column.dtype) for name, column in values.items()})
