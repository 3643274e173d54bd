"""A sheet as a plain grid of values, and what became of every filled cell of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from schemas.template.layout import column_letter


class Broken(str):
    """In a cell without a value: an error such as #REF!, or ``=`` for a formula without a result."""

    __slots__ = ()


Value = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta | Broken
USED, NORMALISED, REJECTED = "used", "normalised", "rejected"


@lru_cache(maxsize=65_536)
def address(row: int, column: int) -> str:
    """A1 address of a row and column counted from 0."""
    return f"{column_letter(column)}{row + 1}"


@dataclass(slots=True)
class Grid:
    """One sheet. Rows and columns count from 0; blank cells read as ''.

    ``fate`` maps a filled cell to USED, NORMALISED, REJECTED or the Chinese reason for which
    it was ignored; it is filled in while the sheet is read. ``left``: how many cells of a sheet that
    is not read at all are ignored, by reason. ``scaled``: cells that show less than they hold, with the
    number format that does it. ``unopened``: the cells of a sheet that not even the
    parser has looked at.
    """

    name: str
    rows: list[list[Value]]
    visible: bool = True
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row, first column, last row, last column
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    protected: bool = True
    scaled: Mapping[tuple[int, int], str] = field(default_factory=dict)
    fate: dict[tuple[int, int], str] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    unopened: int = 0

    def value(self, row: int, column: int) -> Value:
        if 0 <= row < len(self.rows):
            cells = self.rows[row]
            if 0 <= column < len(cells):
                return cells[column]
        return ""

    def filled(self) -> Iterator[tuple[int, int, Value]]:
        for row, cells in enumerate(self.rows):
            for column, value in enumerate(cells):
                if value != "":
                    yield row, column, value

    def count(self) -> int:
        """The number of filled cells."""
        return self.unopened + sum(len(cells) - cells.count("") for cells in self.rows)

    def settle(self, row: int, column: int, fate: str) -> None:
        self.fate[row, column] = fate
