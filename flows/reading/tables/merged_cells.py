"""Inputs of 指标表 that were merged away: the merging is what is wrong, not that they are blank."""

from __future__ import annotations

from flows.reading.grid import Grid, address
from flows.reading.model import FigureCell
from flows.reading.tables.reading_log import ReadingLog, listed
from schemas.models import NUMERIC_MEASURES


def flag_merged_figures(record: ReadingLog, grid: Grid, cells: list[FigureCell]) -> list[FigureCell]:
    """The cells, those merged away as rejected; one finding names their ranges."""
    ranges: dict[str, str] = {}  # input cell merged away -> its range
    for top, left, bottom, right in grid.merged:
        where = f"{address(top, left)}:{address(bottom, right)}"
        for row in range(top, min(bottom, len(grid.rows)) + 1):
            for column in range(left, min(right, left + 64) + 1):
                if (row, column) != (top, left):
                    ranges[address(row, column)] = where
    lost = {
        cell.cell: ranges[cell.cell]
        for cell in cells
        if cell.cell in ranges and cell.state == "missing" and cell.measure in _ASKED
    }
    if not lost:
        return cells
    places = list(dict.fromkeys(lost.values()))
    words = {"cells": listed(places), "sheet": grid.name}
    record.find("merged_figures", words, sheet=grid.name, cell=places[0].partition(":")[0])
    return [cell._replace(state="rejected") if cell.cell in lost else cell for cell in cells]


#: What every row must have; a date, a document number or an explanation may be blank.
_ASKED = (*NUMERIC_MEASURES, "status")
