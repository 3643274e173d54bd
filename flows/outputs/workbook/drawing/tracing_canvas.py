"""A canvas that keeps what its sheet says of each cell, for whoever traces a number."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial

from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.provenance import CellMeaning
from flows.outputs.workbook.drawing.sheet import Sheet
from flows.outputs.workbook.drawing.styles import Styles
from flows.outputs.workbook.drawing.unit_grid import Place, UnitGrid
from schemas import Unit


class TracingCanvas(Canvas):
    """A canvas that keeps what is noted of its cells; the workbook's own lets it go."""

    def __init__(self, sheet: Sheet, styles: Styles) -> None:
        super().__init__(sheet, styles)
        self.otherwise = ""
        self._cells: dict[tuple[int, int], Callable[[], CellMeaning]] = {}
        self._areas: list[tuple[Place, tuple[int, int], Callable[[int, int], CellMeaning]]] = []

    def note(self, row: int, column: int, meaning: Callable[[], CellMeaning]) -> None:
        self._cells[row, column] = meaning

    def note_area(
        self, row: int, column: int, size: tuple[int, int], meaning: Callable[[int, int], CellMeaning]
    ) -> None:
        self._areas.append((Place(row, column), size, meaning))

    def note_units(
        self, grid: UnitGrid, line: Hashable, units: tuple[Unit, ...], meaning: Callable[[Unit], CellMeaning]
    ) -> None:
        for unit, place in zip(units, grid.unit_places(line), strict=True):
            self.note(*place, partial(meaning, unit))

    def note_rest(self, said: str) -> None:
        self.otherwise = said

    def meaning(self, row: int, column: int) -> CellMeaning | None:
        """What was noted of the cell."""
        told = self._cells.get((row, column))
        if told is not None:
            return told()
        for (top, left), (rows, columns), area in self._areas:
            if top <= row < top + rows and left <= column < left + columns:
                return area(row - top, column - left)
        return None
