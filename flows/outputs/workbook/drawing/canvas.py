"""A sheet to draw on: text is always text, and a formula always comes with its value."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xlsxwriter.format import Format

from flows.outputs.workbook.drawing.addresses import absolute, quoted
from flows.outputs.workbook.drawing.sheet import Cell, Sheet
from flows.outputs.workbook.drawing.styles import Styles

if TYPE_CHECKING:
    from flows.outputs.workbook.drawing.provenance import CellMeaning
    from flows.outputs.workbook.drawing.unit_grid import UnitGrid
    from schemas import Unit

#: Excel keeps no more links than this on a sheet; further ones are left out.
MOST_LINKS = 60_000
#: Excel keeps no more characters than this in a cell.
MOST_CHARACTERS = 32_000
#: Points; Excel allows no row higher than 409.
LINE_HEIGHT, HIGHEST_ROW = 15.0, 405.0


class Canvas:
    """A worksheet with its styles. Rows and columns count from 0."""

    def __init__(self, sheet: Sheet, styles: Styles) -> None:
        self.sheet = sheet
        self.styles = styles
        self._links = 0

    @property
    def name(self) -> str:
        return str(self.sheet.get_name())

    def text(self, row: int, column: int, text: str, style: str | Format = "plain", **more: Any) -> None:
        """Text that never turns into a number, link or formula."""
        self.sheet.put(row, column, self.text_cell(text, self._look(style, more)))

    def number(
        self, row: int, column: int, value: float, style: str | Format = "number", **more: Any
    ) -> None:
        self.sheet.put(row, column, self.sheet.number(value, self._look(style, more)))

    def formula(
        self,
        row: int,
        column: int,
        formula: str,
        value: float | str,
        style: str | Format = "number",
        **more: Any,
    ) -> None:
        """A formula together with its value, which was computed without it."""
        self.sheet.put(row, column, self.sheet.formula(formula, self._look(style, more), value))

    def text_cell(self, text: str, look: Format) -> Cell:
        """What :meth:`text` draws, for the sheet's ``put`` and ``put_rows``."""
        return self.sheet.text(text[:MOST_CHARACTERS], look) if text else self.sheet.blank(look)

    def link(self, row: int, column: int, target: str, tip: str = "") -> bool:
        """Make the cell lead to ``'sheet'!A1``; write its content afterwards."""
        if self._links >= MOST_LINKS:
            return False
        self._links += 1
        self.sheet.write_url(row, column, f"internal:{target}", None, "", tip or None)
        return True

    def merge(
        self, row: int, column: int, last_row: int, last_column: int, text: str, style: str, **more: Any
    ) -> None:
        look = self._look(style, more)
        if (row, column) == (last_row, last_column):
            self.text(row, column, text, look)
            return
        self.sheet.merge_range(row, column, last_row, last_column, "", look)
        self.text(row, column, text, look)

    def headings(self, row: int, titles: Sequence[str], style: str = "heading", column: int = 0) -> None:
        for offset, title in enumerate(titles):
            self.text(row, column + offset, title, style)

    def widths(self, widths: Sequence[float], first: int = 0) -> None:
        for offset, width in enumerate(widths):
            self.sheet.set_column(first + offset, first + offset, width)

    def title(self, title: str, subtitle: str = "") -> None:
        """Rows 0 and 1 of every table sheet."""
        self.sheet.set_row(0, 28)
        self.text(0, 0, title, "title")
        self.sheet.set_row(1, 16)
        self.text(1, 0, subtitle, "subtitle")

    def fit_row(self, row: int, cells: Iterable[tuple[str, float]], least: float = 18) -> None:
        """Make a row high enough for wrapped texts, each given with its column's width.

        Told outright, because not every spreadsheet program does it on opening.
        """
        lines = max((lines_of(text, width) for text, width in cells), default=1)
        self.sheet.set_row(row, min(HIGHEST_ROW, max(least, LINE_HEIGHT * lines + 4)))

    def ref(self, row: int, column: int) -> str:
        """The cell as formulas of any sheet name it."""
        return quoted(self.name) + "!" + absolute(row, column)

    def _look(self, style: str | Format, more: dict[str, Any]) -> Format:
        return self.styles.get(style, **more) if isinstance(style, str) else style

    # ---- what cells are: kept by ``tracing_canvas``, for whoever traces them ----

    def note(self, row: int, column: int, meaning: Callable[[], CellMeaning]) -> None:
        """What the number is."""

    def note_area(
        self, row: int, column: int, size: tuple[int, int], meaning: Callable[[int, int], CellMeaning]
    ) -> None:
        """What the cells of as many rows and columns are, each by its place among them."""

    def note_units(
        self, grid: UnitGrid, line: Hashable, units: tuple[Unit, ...], meaning: Callable[[Unit], CellMeaning]
    ) -> None:
        """What a line's cells of the units are."""

    def note_rest(self, said: str) -> None:
        """What every other number of the sheet is, one Chinese sentence without its full stop."""


@lru_cache(maxsize=8192)
def lines_of(text: str, width: float) -> int:
    """How many lines a text takes at size 10 in a column of that width."""
    return sum(max(1, math.ceil(_breadth(line) / max(1.0, width - 1.5))) for line in text.split("\n"))


def _breadth(text: str) -> float:
    """In widths of a digit: a Chinese character is nearly two."""
    return sum(1.9 if ord(character) > 0x2E7F or character in "“”…—" else 1.0 for character in text)
