"""The very-hidden sheet by which an issued template is known again."""

from __future__ import annotations

from collections.abc import Sequence

from flows.reading.grid import USED, Grid
from flows.reading.model import TemplateMark
from flows.reading.tables.cell_values import raw_text


def read_mark(grid: Grid | None) -> TemplateMark | None:
    """Keys in the first column, values in the second; None where the sheet is gone or empty."""
    if grid is None:
        return None
    found = {raw_text(row[0]): raw_text(row[1]).strip() for row in grid.rows if len(row) > 1}
    if not found.keys() & set(TemplateMark._fields):
        return None
    return TemplateMark(**{key: found.get(key, "") for key in TemplateMark._fields})


#: The key under which our own converted copy says that it is one: its format carried no protection.
CONVERTED = "converted"


def is_converted(grid: Grid | None) -> bool:
    """Whether the workbook is a copy that we made of another format, and so never was protected."""
    return grid is not None and any(row and raw_text(row[0]) == CONVERTED for row in grid.rows)


def use_mark(grid: Grid) -> None:
    for row, column, _ in grid.filled():
        grid.settle(row, column, USED)


def year_of(mark: TemplateMark | None, years: Sequence[int]) -> int | None:
    """The registry's year that the mark names, when there is such a registry."""
    if mark is None or not mark.year.isdecimal():
        return None
    year = int(mark.year)
    return year if year in years else None
