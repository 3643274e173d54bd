"""The cells of the units in a lattice: drawn line by line, or unit by unit while the sheet is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.sheet import Cell
from flows.outputs.workbook.drawing.unit_grid import UnitGrid


def draw_units(
    canvas: Canvas, grid: UnitGrid, titles: Sequence[str], lines: Iterable[Iterator[Cell]], *, later: bool
) -> None:
    """Titles of the units and their cells, line by line in the lattice's order.

    ``later``, where units run down: nothing is kept of them until the sheet settles, as it then must.
    """
    heading = canvas.styles.get("heading")
    first = (canvas.text_cell(title, heading) for title in titles)
    if later:
        size = len(grid.units), len(grid.lines) + 1
        canvas.sheet.put_rows(*grid.title(grid.units[0]), size, zip(first, *lines, strict=True))
        return
    for unit, cell in zip(grid.units, first, strict=True):
        canvas.sheet.put(*grid.title(unit), cell)
    for line, cells in zip(grid.lines, lines, strict=True):
        for place, cell in zip(grid.unit_places(line), cells, strict=True):
            canvas.sheet.put(*place, cell)
