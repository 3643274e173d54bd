"""Writes text into the cells of one workbook in few looks."""

from __future__ import annotations

from copy import copy
from typing import Any, NamedTuple

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink

from flows.correspondence.marked_copies.cells import reference
from flows.platform.safe_text import put_text

FONT, SIZE, INK, LINK = "微软雅黑", 10.5, "FF1F2933", "FF0B5CAD"
_EDGE = "FFC9D1D9"


class Look(NamedTuple):
    """Colours are ARGB; ``fill`` is empty for none."""

    size: float = SIZE
    bold: bool = False
    colour: str = INK
    fill: str = ""
    centred: bool = False
    indented: bool = True
    wrapped: bool = True
    bordered: bool = False
    linked: bool = False


class CellWriter:
    """A look is made once and then shared: openpyxl compares every new style with all others, which
    took most of the time of a long list."""

    def __init__(self) -> None:
        self._made: dict[Look, Any] = {}

    def write(self, cell: Cell, text: str, look: Look) -> None:
        if look not in self._made:
            _apply(cell, look)
            # openpyxl has no public name for a cell's style as a whole.
            self._made[look] = copy(cell._style)  # type: ignore[attr-defined]  # noqa: SLF001
        cell._style = copy(self._made[look])  # type: ignore[attr-defined]  # noqa: SLF001
        put_text(cell, text)

    def link(self, cell: Cell, text: str, goal: Cell, look: Look) -> None:
        """A text that leads to a cell of the same workbook."""
        self.write(cell, text, look._replace(linked=True, colour=LINK))
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=reference(goal).replace("$", ""))


def _apply(cell: Cell, look: Look) -> None:
    cell.font = Font(
        name=FONT,
        size=look.size,
        bold=look.bold,
        color=look.colour,
        underline="single" if look.linked else None,
    )
    side, indent = ("center", 0) if look.centred else ("left", int(look.indented))
    cell.alignment = Alignment(horizontal=side, indent=indent, vertical="center", wrap_text=look.wrapped)
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=look.fill)
    if look.bordered:
        edge = Side("thin", color=_EDGE)
        cell.border = Border(edge, edge, edge, edge)
