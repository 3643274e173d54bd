"""Formulas that reach out of the workbook: to other workbooks or, by DDE, to programs.

In the copy that goes back they are replaced by the values they last gave, so that opening it
neither fetches nor starts anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from flows.correspondence.marked_copies.cells import cells_in
from flows.correspondence.marked_copies.stored_values import Stored
from flows.platform.safe_text import put_text

_STRINGS = re.compile(r'"(?:[^"]|"")*"')
_OUTSIDE = re.compile(
    r"'[^'\[\]]*\[[^\[\]]*\](?:[^']|'')*'!"  # 'C:\folder\[book.xlsx]Sheet 1'!A1
    r"|\[[^\[\]]+\][^\s'\"\[\](),;+\-*/&<>=^!]*!"  # [1]Sheet1!A1, [book.xlsx]!Name
    r"|[\w.]+\s*\|"  # cmd|'/c ...'!A0
    r"|'[^']*\|[^']*'!"  # 'cmd|/c ...'!A0
    r"|'(?:[A-Za-z]:|\\\\|https?:|file:)[^']*'[#!]"  # 'file:///book.xlsx'#$Sheet.A1
    r"|\b(?:WEBSERVICE|RTD|DDE|CALL|REGISTER(?:\.ID)?)\s*\(",
    re.IGNORECASE,
)


def reaches_outside(formula: str) -> bool:
    """Whether a formula names another workbook or asks another program, outside of its quoted strings."""
    return _OUTSIDE.search(_STRINGS.sub('""', formula)) is not None


def cut_outside_links(book: Workbook, stored: Callable[[str, str], Stored]) -> tuple[tuple[str, str], ...]:
    """Replace such formulas by ``stored(sheet, cell)`` and drop names and input rules that do the same.

    Returns sheet and cell of each formula replaced.
    """
    cut: list[tuple[str, str]] = []
    for sheet in book.worksheets:
        for cell in cells_in(sheet):
            if cell.data_type == "f" and reaches_outside(_formula(cell)):
                _replace(cell, stored(sheet.title, cell.coordinate))
                cut.append((sheet.title, cell.coordinate))
        _drop_names(sheet.defined_names)
        _drop_input_rules(sheet)
    _drop_names(book.defined_names)
    return tuple(cut)


def _formula(cell: Cell) -> str:
    """An array formula is an object that holds its text."""
    return str(getattr(cell.value, "text", cell.value) or "")


def _replace(cell: Cell, value: Stored) -> None:
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value


def _drop_names(names: dict[str, Any]) -> None:
    for name in list(names):
        if reaches_outside(str(getattr(names[name], "value", "") or "")):
            del names[name]


def _drop_input_rules(sheet: Worksheet) -> None:
    rules = sheet.data_validations
    rules.dataValidation = [
        rule
        for rule in rules.dataValidation
        if not reaches_outside(f"{rule.formula1 or ''} {rule.formula2 or ''}")
    ]
