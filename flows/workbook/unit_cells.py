"""The cells of the units in a lattice: line by line, or of a province's, unit by unit at the very end."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from flows.workbook.canvas import Canvas
from flows.workbook.lattice import Lattice
from flows.workbook.sheet import Cell


def draw_line(canvas: Canvas, grid: Lattice, line: Hashable, cells: Iterable[Cell]) -> None:
    """A line's cells of the units, in their order."""
    for (row, column), cell in zip(grid.unit_places(line), cells, strict=True):
        canvas.sheet.put(row, column, cell)


def draw_titles(canvas: Canvas, grid: Lattice, titles: Sequence[str]) -> None:
    """The units' titles, in their order."""
    for unit, title in zip(grid.units, titles, strict=True):
        canvas.text(*grid.title(unit), title, "heading")


def draw_units(canvas: Canvas, grid: Lattice, titles: Sequence[str], lines: Iterable[Iterable[Cell]]) -> None:
    """Titles and cells of the units of a lattice whose lines stand side by side; the sheet must settle."""
    heading = canvas.styles.get("heading")
    first = (canvas.text_cell(title, heading) for title in titles)
    row, column = grid.title(grid.units[0])
    canvas.sheet.put_rows(
        row, column, (len(grid.units), len(grid.lines) + 1), zip(first, *lines, strict=True)
    )
