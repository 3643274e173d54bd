"""Cell styles of the issued template, and the palette that applies them.

Locked, open, filled, empty and unused cells differ in shade or pattern as well as in hue, so that a
black-and-white print still tells them apart.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Literal

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.workbook import Workbook

FONT = "微软雅黑"
INK, MUTED, LINK, PAPER = "1F2933", "5B6770", "0B5394", "FFFFFF"
HEADING_FILL, PREFILLED_FILL, PREFILLED_ALTERNATE = "1F3A5F", "F2F4F7", "E4EAF2"
INPUT_FILL, FILLED_FILL, CLOSED_FILL, CLOSED_LINE = "FFF8DC", "FFFFFF", "E6E9ED", "B8C0CA"
BROKEN_FILL, BROKEN_INK, HOLDS_FILL, OPEN_FILL = "C0392B", "FFFFFF", "E3F1E5", "FFF8DC"
INPUT_TAB, CHECKS_TAB, READING_TAB = "E8B93A", "C0392B", "9AA5B1"
_LINE, _RULE = "C3CAD3", "5B6770"

#: Number formats, by the number of decimals.
FORMATS = ("#,##0", "#,##0.0", "#,##0.00")
COUNT_FORMAT, AMOUNT_FORMAT, TEXT_FORMAT, DATE_FORMAT = FORMATS[0], FORMATS[2], "@", "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class Look:
    """A cell's appearance.

    ``rule`` draws a stronger line above the first row of a work point. ``struck`` draws a diagonal line,
    as printed forms do in cells that are not to be filled in (LibreOffice doesn't support hatching).
    """

    size: float = 10.5
    bold: bool = False
    underline: bool = False
    ink: str = INK
    fill: str = ""
    struck: bool = False
    border: bool = True
    rule: bool = False
    horizontal: Literal["general", "left", "center", "right"] = "left"
    vertical: Literal["top", "center"] = "center"
    wrap: bool = True
    indent: int = 0
    number_format: str = "General"
    unlocked: bool = False


TITLE = Look(size=16, bold=True, border=False, horizontal="center")
SUBTITLE = Look(size=11, ink=MUTED, border=False, horizontal="center")
HINT = Look(size=9.5, ink=MUTED, border=False, vertical="top")
HEADING = Look(bold=True, ink=PAPER, fill=HEADING_FILL, horizontal="center")
LABEL = Look(bold=True, fill=PREFILLED_ALTERNATE, indent=1)
PREFILLED = Look(fill=PREFILLED_FILL, indent=1)
CLOSED = Look(fill=CLOSED_FILL, struck=True)
COMPUTED = Look(fill=PREFILLED_FILL, horizontal="right", number_format="0.00")
INPUT = Look(fill=INPUT_FILL, indent=1, unlocked=True)
COUNT_INPUT = replace(INPUT, indent=0, horizontal="right", number_format=COUNT_FORMAT)
AMOUNT_INPUT = replace(COUNT_INPUT, number_format=AMOUNT_FORMAT)
DATE_INPUT = replace(INPUT, indent=0, horizontal="center", number_format=DATE_FORMAT)
CHOICE_INPUT = replace(INPUT, indent=0, horizontal="center")
SHORT_INPUT = replace(INPUT, number_format=TEXT_FORMAT)
#: Optional inputs are white from the start, so that only required ones stand out.
OPTIONAL_INPUT = replace(INPUT, fill=FILLED_FILL)


class Palette:
    """Applies looks to a workbook's cells; each look becomes one named style of the workbook."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._styles: dict[Look, Any] = {}

    def put_on(self, cell: Cell | MergedCell, look: Look) -> None:
        styled: Any = cell  # openpyxl's stubs lack ``_style``
        style = self._styles.get(look)
        if style is None:
            name = f"要点{len(self._styles) + 1:02d}"
            self._workbook.add_named_style(_style(name, look))
            cell.style = name
            # Setting cell.style by name searches all names, a fifth of the time of issuing a template.
            self._styles[look] = copy(styled._style)  # noqa: SLF001
        else:
            styled._style = copy(style)  # noqa: SLF001


def _style(name: str, look: Look) -> NamedStyle:
    return NamedStyle(
        name=name,
        font=Font(
            name=FONT,
            size=look.size,
            bold=look.bold,
            underline="single" if look.underline else None,
            color=look.ink,
        ),
        fill=_fill(look),
        border=_border(look),
        alignment=Alignment(
            horizontal=look.horizontal,
            vertical=look.vertical,
            wrap_text=look.wrap,
            # Only text on the left is indented; an indent would shift centred text.
            indent=look.indent if look.horizontal == "left" else 0,
        ),
        number_format=look.number_format,
        protection=Protection(locked=not look.unlocked),
    )


def _fill(look: Look) -> PatternFill:
    return PatternFill("solid", fgColor=look.fill) if look.fill else PatternFill()


def _border(look: Look) -> Border:
    if not look.border:
        return Border()
    line = Side(style="thin", color=_LINE)
    return Border(
        left=line,
        right=line,
        bottom=line,
        top=Side(style="medium", color=_RULE) if look.rule else line,
        diagonal=Side(style="thin", color=CLOSED_LINE) if look.struck else None,
        diagonalUp=look.struck,
    )
