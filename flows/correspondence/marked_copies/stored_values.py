"""What formulas last gave, as the file was sent."""

from __future__ import annotations

import datetime as dt
import io
from functools import cached_property

from python_calamine import CalamineError, CalamineWorkbook

from flows.correspondence.grouped_findings import position

Stored = float | bool | str | dt.date | dt.time | dt.timedelta | None
_Rows = list[list[float | bool | str | dt.date | dt.time | dt.timedelta]]


class StoredValues:
    """Looks up values by sheet and cell; opens the file, and reads each sheet, only when asked."""

    def __init__(self, original: bytes) -> None:
        self._original = original
        self._rows: dict[str, _Rows] = {}

    def value(self, sheet: str, cell: str) -> Stored:
        """``None`` for a blank cell, an error value, and a formula that has not been calculated."""
        if sheet not in self._rows:
            self._rows[sheet] = self._read(sheet)
        rows, (row, column) = self._rows[sheet], position(cell)
        found = rows[row - 1][column - 1 : column] if row <= len(rows) else []
        return found[0] if found and found[0] != "" else None

    def _read(self, sheet: str) -> _Rows:
        if self._book is None or sheet not in self._book.sheet_names:
            return []
        try:
            return self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except CalamineError:  # a chart sheet
            return []

    @cached_property
    def _book(self) -> CalamineWorkbook | None:
        try:
            return CalamineWorkbook.from_filelike(io.BytesIO(self._original))
        except CalamineError:
            return None
