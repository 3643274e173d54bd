"""A condition over a frame in one pass: which rows were tested, and which failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

#: Whether rows satisfy a condition, row by row, given the operands of complete rows.
Condition = Callable[[pd.DataFrame], Any]


@dataclass(frozen=True)
class Tested:
    """What a condition gave. ``complete`` counts the rows that were tested.

    ``failed`` are positions in the frame, ascending; ``listed`` the operands and the identifying
    columns of every failed row, as plain JSON.
    """

    rows: int
    complete: int
    failed: np.ndarray
    listed: list[dict[str, Any]]


def tested(frame: pd.DataFrame, columns: Sequence[str], holds: Condition, index: Sequence[str]) -> Tested:
    """Test every row in which none of ``columns`` is missing; ``index`` identifies the failed ones.

    Raises ``KeyError`` for a column that the frame lacks, and ``TypeError`` where the condition does
    not say true or false of every row.
    """
    _known(frame, (*columns, *index))
    rows = np.nonzero(present(frame, columns))[0]
    if not len(rows):
        return Tested(len(frame), 0, rows, [])
    operands = frame[list(columns)]
    answer = np.asarray(holds(operands if len(rows) == len(frame) else operands.iloc[rows]))
    if answer.dtype != np.bool_ or answer.shape != rows.shape:
        raise TypeError("a condition says true or false of every row")
    failed = rows[~answer]
    return Tested(len(frame), len(rows), failed, rows_at(frame, failed, (*columns, *index)))


def missing(frame: pd.DataFrame, column: str, index: Sequence[str]) -> Tested:
    """The rows in which ``column`` is missing fail; all are tested. Raises ``KeyError`` as above."""
    _known(frame, (column, *index))
    failed = np.nonzero(~present(frame, [column]))[0]
    return Tested(len(frame), len(frame), failed, rows_at(frame, failed, (column, *index)))


def present(frame: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Rows in which none of ``columns`` is missing; a column that does not exist is missing throughout."""
    found = np.full(len(frame), all(name in frame.columns for name in columns))
    for name in columns:
        if name in frame.columns:
            found &= frame[name].notna().to_numpy(dtype=bool)
    return found


def _known(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise KeyError(f"the frame has no columns {absent}")


def rows_at(frame: pd.DataFrame, positions: np.ndarray, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Those rows by column as plain values; what is missing is None."""
    names = list(dict.fromkeys(columns))
    values = [frame[name].iloc[positions].tolist() for name in names] if len(positions) else []
    return [
        {
            name: None if isinstance(value, float) and isnan(value) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in zip(*values, strict=True)
    ]
