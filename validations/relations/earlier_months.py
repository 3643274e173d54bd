"""Figures accepted for last month and for the same month of the year before, as grids."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from schemas.models import STATUSES, Kind
from schemas.periods import Period
from validations.grid import Grid
from validations.relations.compared_months import CARRIED

#: January has no last month: flows start at 0 each year, and milestones belong to a new notice.
_START_OF_YEAR: Mapping[Kind, float | str] = {Kind.FLOW: 0.0, Kind.MILESTONE: STATUSES[0]}


def last_month(grid: Grid, earlier: pd.DataFrame, kind: Kind) -> np.ndarray:
    """Submission × indicator: the figure accepted last month; in January the value of _START_OF_YEAR.

    Missing (NaN, or None for milestones) where none was accepted.
    """
    values = _accepted(grid, earlier, kind, lambda period: period.previous)
    if kind in _START_OF_YEAR:
        january = np.array([period.month == 1 for period in grid.periods], dtype=bool)
        values[january, :] = _START_OF_YEAR[kind]
    return values


def year_before(grid: Grid, earlier: pd.DataFrame, kind: Kind) -> np.ndarray:
    """Submission × indicator: the figure accepted for the same month of the year before, or missing."""
    return _accepted(grid, earlier, kind, lambda period: period.year_before)


def _accepted(grid: Grid, earlier: pd.DataFrame, kind: Kind, move: Callable[[Period], Period]) -> np.ndarray:
    """The carried measure of ``earlier`` in the month that ``move`` makes of each submission's own."""
    numeric = kind is not Kind.MILESTONE
    result = np.full(grid.shape, np.nan if numeric else None, dtype="float64" if numeric else object)
    carried = earlier[earlier["measure"] == CARRIED[kind]]
    wanted = pd.DataFrame(
        {
            "owner": np.arange(len(grid.submissions)),
            "unit_code": grid.submissions["unit_code"].astype(object),
            "period": pd.Series([str(move(period)) for period in grid.periods], dtype=object),
        }
    )
    rows = carried.astype({"unit_code": object, "period": object}).merge(wanted, on=["unit_code", "period"])
    column = pd.Index(list(grid.column)).get_indexer(pd.Index(rows["indicator"]))
    known = column >= 0
    cells = rows["value" if numeric else "text"]
    values = cells.to_numpy("float64", na_value=np.nan) if numeric else cells.astype(object).to_numpy()
    result[rows["owner"].to_numpy("int64")[known], column[known]] = values[known]
    return result
