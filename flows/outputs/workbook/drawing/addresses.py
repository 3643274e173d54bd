"""How cells and ranges are named in formulas. Rows and columns count from 0."""

from __future__ import annotations

from functools import cache

from xlsxwriter.utility import xl_col_to_name


def quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


def absolute(row: int, column: int) -> str:
    return f"${letter(column)}${row + 1}"


def cell_name(row: int, column: int) -> str:
    return f"{letter(column)}{row + 1}"


@cache
def letter(column: int) -> str:
    """A sheet has no more columns than 16,384."""
    return str(xl_col_to_name(column))


def area(row: int, column: int, last_row: int, last_column: int, sheet: str = "") -> str:
    """An absolute range, with its sheet where one is given."""
    place = f"{absolute(row, column)}:{absolute(last_row, last_column)}"
    return f"{quoted(sheet)}!{place}" if sheet else place
