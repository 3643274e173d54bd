"""What was accepted before: last month's figures, and those of the same month a year before."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from schemas.models import STATUSES, Kind
from schemas.periods import Period
from validations.grid import Grid
from validations.relations.compared_months import CARRIED

#: With the year flows count anew, and milestones are those of a new notice: December says nothing of them.
_ANEW: Mapping[Kind, float | str] = {Kind.FLOW: 0.0, Kind.MILESTONE: STATUSES[0]}


def last_month(grid: Grid, earlier: pd.DataFrame, kind: Kind) -> np.ndarray:
    """Accepted last month, missing where none was; in January what the year begins with, see _ANEW."""
    found = _held(grid, earlier, kind, lambda period: period.previous)
    if kind in _ANEW:
        january = np.array([period.month == 1 for period in grid.periods], dtype=bool)
        found[january, :] = _ANEW[kind]
    return found


def year_before(grid: Grid, earlier: pd.DataFrame, kind: Kind) -> np.ndarray:
    """Accepted for the same month of the year before. Missing where none was."""
    return _held(grid, earlier, kind, lambda period: period.year_before)


def _held(grid: Grid, earlier: pd.DataFrame, kind: Kind, move: Callable[[Period], Period]) -> np.ndarray:
    numeric = kind is not Kind.MILESTONE
    found = np.full(grid.shape, np.nan if numeric else None, dtype="float64" if numeric else object)
    held = earlier[earlier["measure"] == CARRIED[kind]]
    heads = pd.DataFrame(
        {
            "owner": np.arange(len(grid.submissions)),
            "unit_code": grid.submissions["unit_code"].astype(object),
            "period": pd.Series([str(move(period)) for period in grid.periods], dtype=object),
        }
    )
    rows = held.astype({"unit_code": object, "period": object}).merge(heads, on=["unit_code", "period"])
    column = pd.Index(list(grid.column)).get_indexer(pd.Index(rows["indicator"]))
    known = column >= 0
    values = rows["value" if numeric else "text"]
    taken = values.to_numpy("float64", na_value=np.nan) if numeric else values.astype(object).to_numpy()
    found[rows["owner"].to_numpy("int64")[known], column[known]] = taken[known]
    return found
