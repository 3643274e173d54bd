"""Conditional formats that keep our colours visible where the sheet's own would cover them.

The issued template turns filled cells white by a conditional format, which wins over any fill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.cell.cell import Cell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

#: Always true in every spreadsheet program, and known again as ours.
_SIGNATURE = 'N("yaodian")=0'


def colour_over(sheet: Worksheet, cells: Mapping[str, Sequence[Cell]]) -> None:
    """Lay each colour (ARGB) over its cells, before all other conditional formats of the sheet."""
    own = [(str(area.sqref), rule) for area in sheet.conditional_formatting for rule in area.rules]
    if not own:
        return
    ordered = ConditionalFormattingList()
    for priority, (colour, coloured) in enumerate(cells.items(), start=1):
        fill = PatternFill("solid", fgColor=colour, bgColor=colour)
        over = Rule(
            "expression",
            priority=priority,
            stopIfTrue=True,
            dxf=DifferentialStyle(fill=fill),
            formula=[_SIGNATURE],
        )
        ordered.add(" ".join(cell.coordinate for cell in coloured), over)
    for area, rule in own:
        rule.priority += len(cells)
        ordered.add(area, rule)
    sheet.conditional_formatting = ordered  # Excel goes by priority, LibreOffice by this order


def remove_colours_over(sheet: Worksheet) -> None:
    """Leave only the conditional formats that are not ours."""
    kept = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if list(rule.formula) != [_SIGNATURE]:
                kept.add(str(area.sqref), rule)
    sheet.conditional_formatting = kept
