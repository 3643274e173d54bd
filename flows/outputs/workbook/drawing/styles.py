"""The look of the workbook. Every difference that matters is also a text, a border or a pattern,
so that a greyscale print says the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from flows.consolidation.figure_table import Mark
from schemas import Indicator

FONT = "微软雅黑"
INK, NAVY, BLUE, PALE, MIST, LINE, GREY = (
    "#1F2937",
    "#1F3864",
    "#2F5597",
    "#DCE6F2",
    "#F3F5F8",
    "#BFC7D2",
    "#7A8594",
)
#: A hatch for cells that should hold a figure and don't (xlsxwriter's number of the pattern).
HATCH = 14

Look = Mapping[str, Any]
BASE: Look = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
BOX: Look = {"border": 1, "border_color": LINE}
NAMED: Mapping[str, Look] = {
    "title": {"font_size": 16, "bold": True, "font_color": NAVY},
    "subtitle": {"font_size": 9, "font_color": GREY},
    "note": {"font_size": 9, "font_color": GREY, "text_wrap": True, "valign": "top"},
    "heading": {
        **BOX, "bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "align": "center", "text_wrap": True,
    },
    "subheading": {**BOX, "bold": True, "bg_color": PALE, "align": "center", "text_wrap": True},
    "band": {**BOX, "bold": True, "bg_color": PALE, "font_color": NAVY, "indent": 1},
    "text": {**BOX, "text_wrap": True},
    "plain": {**BOX},
    "faint": {**BOX, "font_color": GREY},
    "quiet": {**BOX, "font_size": 9, "font_color": GREY, "align": "center"},
    "small": {**BOX, "font_size": 9, "font_color": GREY, "text_wrap": True},
    "centre": {**BOX, "align": "center", "text_wrap": True},
    "number": {**BOX, "align": "right", "indent": 1},
    "total": {**BOX, "align": "right", "indent": 1, "bold": True, "bg_color": MIST},
    "input": {**BOX, "align": "center", "bg_color": "#FFF6DC", "font_color": "#7A4B00", "bold": True},
    "setting": {**BOX, "align": "center", "font_size": 8, "font_color": GREY},
    "link": {**BOX, "font_color": BLUE, "underline": 1},
    "absent": {**BOX, "font_size": 9, "font_color": "#9C2A10", "text_wrap": True, "indent": 1},
    "label": {"font_size": 9, "font_color": GREY, "align": "center", "bg_color": MIST},
    "figure": {"font_size": 18, "bold": True, "font_color": NAVY, "align": "center", "bg_color": MIST},
    "block": {"font_size": 11, "bold": True, "font_color": NAVY, "bottom": 2, "bottom_color": NAVY},
}  # fmt: skip
#: Cells without a value.
MARKED: Mapping[Mark, Look] = {
    Mark.OUTSIDE: {"font_color": "#B4BBC6", "align": "center"},
    Mark.NOT_APPLICABLE: {"font_color": GREY, "italic": True, "align": "center", "bg_color": MIST},
    Mark.NO_BASE: {"font_color": GREY, "align": "center", "font_size": 8},
    Mark.BLANK: {
        "pattern": HATCH, "fg_color": "#A6A6A6", "bg_color": "#F2F2F2", "align": "center", "bold": True,
    },
    Mark.MISSING: {"pattern": HATCH, "fg_color": "#A6A6A6", "bg_color": "#F2F2F2", "align": "center"},
    Mark.RETURNED: {"pattern": HATCH, "fg_color": "#D39A86", "bg_color": "#FBEFEA", "align": "center"},
}  # fmt: skip
#: Milestone states, in the order in which they advance: light to dark.
STEPS: tuple[Look, ...] = (
    {"bg_color": "#FFFFFF", "font_color": "#9C2A10", "align": "center"},
    {"bg_color": "#E1EBF8", "font_color": NAVY, "align": "center"},
    {"bg_color": "#8FCBA8", "font_color": "#0B3D26", "align": "center", "bold": True},
)
PERCENT = "+0.0%;-0.0%;0.0%"
#: By decimals.
PLAIN = ("#,##0", "#,##0.0", "#,##0.00")
SIGNED = ("+#,##0;-#,##0;0", "+#,##0.0;-#,##0.0;0.0", "+#,##0.00;-#,##0.00;0.00")
SCORE = "0.0"


def number_format(indicator: Indicator, line: str) -> str:
    """How a line of an indicator is written: counts whole, amounts and rates with their decimals."""
    if line == "yoy":
        return PERCENT
    if line in ("change", "points"):
        return SIGNED[indicator.decimals]
    return PLAIN[indicator.decimals]


class Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Format] = {}
        self._asked: dict[tuple[Any, ...], Format] = {}
        self._marks: dict[Mark, Format] = {}

    def get(self, name: str, **more: Any) -> Format:
        """A named look with changes."""
        asked = (name, *more.items()) if more else (name,)
        found = self._asked.get(asked)
        if found is None:
            look: dict[str, Any] = {**BASE, **NAMED[name], **more}
            key = tuple(sorted(look.items()))
            if key not in self._made:
                self._made[key] = self._book.add_format(look)
            found = self._asked[asked] = self._made[key]
        return found

    def conditional(self, **look: Any) -> Format:
        """A format of a condition: only what it changes."""
        key = ("?", *sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(look)
        return self._made[key]

    def mark(self, mark: Mark, **more: Any) -> Format:
        if more:
            return self.get("plain", **{"font_size": 9, **MARKED[mark], **more})
        if mark not in self._marks:
            self._marks[mark] = self.get("plain", **{"font_size": 9, **MARKED[mark]})
        return self._marks[mark]

    def step(self, index: int, **more: Any) -> Format:
        """A milestone state's cell."""
        return self.get("plain", **{"font_size": 9, **STEPS[index], **more})
