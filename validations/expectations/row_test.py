"""Tests a condition over a frame's rows in one pass: how many rows were tested, and which failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

#: Takes the operand columns of complete rows; returns booleans, row by row.
Condition = Callable[[pd.DataFrame], Any]


@dataclass(frozen=True)
class Tested:
    """The result of testing a condition. ``rows`` counts all rows, ``complete`` those that were tested.

    ``failed`` holds the failed rows' positions in the frame, ascending; ``listed`` the operands and the
    identifying columns of each of them, as plain JSON.
    """

    rows: int
    complete: int
    failed: np.ndarray
    listed: list[dict[str, Any]]


def tested(frame: pd.DataFrame, columns: Sequence[str], holds: Condition, index: Sequence[str]) -> Tested:
    """Test every row in which none of ``columns`` is missing.

    Args:
        columns: the condition's operands, in order.
        index: columns that identify a failed row.

    Raises:
        KeyError: the frame lacks a column.
        TypeError: the condition doesn't return one boolean a row.
    """
    _require_columns(frame, (*columns, *index))
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
    """Test every row; those in which ``column`` is missing fail. Raises ``KeyError`` as ``tested`` does."""
    _require_columns(frame, (column, *index))
    failed = np.nonzero(~present(frame, [column]))[0]
    return Tested(len(frame), len(frame), failed, rows_at(frame, failed, (column, *index)))


def present(frame: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Booleans: the rows in which none of ``columns`` is missing; none where the frame lacks a column."""
    complete = np.full(len(frame), all(name in frame.columns for name in columns))
    for name in columns:
        if name in frame.columns:
            complete &= frame[name].notna().to_numpy(dtype=bool)
    return complete


def _require_columns(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise KeyError(f"the frame has no columns {absent}")


def rows_at(frame: pd.DataFrame, positions: np.ndarray, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows at ``positions`` as column -> plain value; missing values are None."""
    names = list(dict.fromkeys(columns))
    values = [frame[name].iloc[positions].tolist() for name in names] if len(positions) else []
    return [
        {
            name: None if isinstance(value, float) and isnan(value) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in zip(*values, strict=True)
    ]
