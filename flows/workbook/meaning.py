"""What a cell of the workbook is, told by the sheet that draws it, for who asks where a number comes from."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from flows.workbook.canvas import Canvas
from flows.workbook.lattice import Lattice, Place
from flows.workbook.sheet import Sheet
from flows.workbook.styles import Styles
from schemas import Indicator, Period, Unit


class Step(NamedTuple):
    """A cell of the workbook that a number is made of; ``weight`` where it is weighed."""

    title: str
    cell: str  # 考核得分!H12
    value: float | str
    weight: float | None = None


class Entry(NamedTuple):
    """A cell of a merged ledger, as the unit's file has it."""

    unit: Unit
    title: str
    sheet: str
    row: int
    cell: str
    raw: str
    state: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """``said``: what it is, one Chinese sentence without its full stop.

    ``figures``: the reported figures behind it, each a unit and an indicator, of ``measure`` where it is
    one, of ``period`` where it is not the workbook's. ``total``: made of them, not one of them. ``setting``:
    the office set it, and no report did.
    """

    said: str
    figures: tuple[tuple[Unit, Indicator], ...] = ()
    measure: str = ""
    total: bool = False
    steps: tuple[Step, ...] = ()
    entry: Entry | None = None
    period: Period | None = None
    setting: bool = False


class TellingCanvas(Canvas):
    """A canvas that keeps what is noted of its cells; the workbook's own lets it go."""

    def __init__(self, sheet: Sheet, styles: Styles) -> None:
        super().__init__(sheet, styles)
        self.otherwise = ""
        self._cells: dict[tuple[int, int], Callable[[], Meaning]] = {}
        self._areas: list[tuple[Place, tuple[int, int], Callable[[int, int], Meaning]]] = []

    def note(self, row: int, column: int, meaning: Callable[[], Meaning]) -> None:
        self._cells[row, column] = meaning

    def note_area(
        self, row: int, column: int, size: tuple[int, int], meaning: Callable[[int, int], Meaning]
    ) -> None:
        self._areas.append((Place(row, column), size, meaning))

    def note_units(
        self, grid: Lattice, line: Hashable, units: tuple[Unit, ...], meaning: Callable[[Unit], Meaning]
    ) -> None:
        for unit, place in zip(units, grid.unit_places(line), strict=True):
            self.note(*place, partial(meaning, unit))

    def note_rest(self, said: str) -> None:
        self.otherwise = said

    def meaning(self, row: int, column: int) -> Meaning | None:
        """What was noted of the cell."""
        told = self._cells.get((row, column))
        if told is not None:
            return told()
        for (top, left), (rows, columns), area in self._areas:
            if top <= row < top + rows and left <= column < left + columns:
                return area(row - top, column - left)
        return None
