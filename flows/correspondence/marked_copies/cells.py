"""Finds the cells that findings name, in a workbook as openpyxl holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import absolute_coordinate
from openpyxl.worksheet.worksheet import Worksheet

from flows.correspondence.grouped_findings import position
from validations.findings.finding import Finding

_REFERENCE = re.compile(r"=\$?(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!(?P<cell>\$?[A-Z]+\$?\d+)")
#: A finding's range is followed so far; its first cells show what is meant.
_RANGE_LIMIT = 60


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell there; of a merged range its first, the only one that can hold anything."""
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            row, column = merged.min_row, merged.min_col
            break
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError(f"{sheet.title}!{cell.coordinate} lies in two merged ranges")
    return cell


def cells_in(sheet: Worksheet) -> Iterator[Cell]:
    """Every cell that the file describes, but not the hidden parts of merged ranges."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, Cell):
                yield cell


def cells_of(book: Workbook, finding: Finding) -> list[Cell]:
    """The cells of a finding's address or range; none where its sheet does not exist."""
    sheet = sheet_of(book, finding.sheet)
    first, _, last = finding.cell.partition(":")
    (top, left), (bottom, right) = position(first), position(last or first)
    if sheet is None or not top:
        return []
    found: dict[str, Cell] = {}
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            cell = cell_at(sheet, row, column)
            found[cell.coordinate] = cell
            if len(found) == _RANGE_LIMIT:
                return list(found.values())
    return list(found.values())


def sheet_of(book: Workbook, title: str) -> Worksheet | None:
    """The worksheet of that title; chart sheets have no cells."""
    return next((sheet for sheet in book.worksheets if sheet.title == title), None)


def reference(cell: Cell) -> str:
    """``'指标表'!$F$12``, valid whatever the sheet is called."""
    title = str(cell.parent.title).replace("'", "''")
    return f"'{title}'!{absolute_coordinate(cell.coordinate)}"


def referred(book: Workbook, formula: object) -> Cell | None:
    """The cell that ``='指标表'!$F$12`` names; ``None`` for anything else, as ``#REF!`` after a deletion."""
    match = _REFERENCE.fullmatch(formula) if isinstance(formula, str) else None
    if match is None:
        return None
    sheet = sheet_of(book, match["plain"] or match["quoted"].replace("''", "'"))
    return None if sheet is None else cell_at(sheet, *position(match["cell"]))


def is_hidden(sheet: Worksheet, cell: Cell) -> bool:
    """Whether the cell's row or column is hidden."""
    if cell.row in sheet.row_dimensions and sheet.row_dimensions[cell.row].hidden:
        return True
    return any(
        dimension.hidden and (dimension.min or 0) <= cell.column <= (dimension.max or 0)
        for dimension in sheet.column_dimensions.values()
    )
