"""A plain .xlsx of what stands in any readable workbook: the same values in the same cells."""

from __future__ import annotations

import datetime as dt
import io
import re

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from flows.correspondence.marked_copies.cells import cell_at
from flows.correspondence.marked_copies.text_size import width_of
from flows.platform.safe_text import put_text

#: Larger sheets are not copied; the list of problems names their cells all the same.
MOST_CELLS = 300_000
_EXACT = 1e15  # floats below it hold every whole number
_Value = float | bool | dt.date | dt.time | dt.timedelta
_INVALID_IN_TITLE = re.compile(r"[\\*?:/\[\]]")


class TooLargeError(Exception):
    """The workbook's cells are more than a copy should hold."""


def convert_to_xlsx(original: bytes) -> tuple[Workbook, list[str]]:
    """Sheets, values, merged ranges and hidden sheets as calamine reads them.

    Beside the workbook a line in Chinese for each cell whose text could not be kept whole.
    Raises :class:`TooLargeError`, and ``CalamineError`` for what is no readable workbook. Run it only on
    files that the guard has passed: calamine can end the process on hostile ones.
    """
    source = CalamineWorkbook.from_filelike(io.BytesIO(original))
    book = empty_book()
    cells, altered = 0, []
    for meta in source.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        read = source.get_sheet_by_name(meta.name)
        cells += read.total_height * read.total_width
        if cells > MOST_CELLS:
            raise TooLargeError
        sheet = book.create_sheet(_INVALID_IN_TITLE.sub("_", meta.name))
        if meta.visible == SheetVisibleEnum.VeryHidden:
            sheet.sheet_state = "veryHidden"
        elif meta.visible == SheetVisibleEnum.Hidden:
            sheet.sheet_state = "hidden"
        altered += _copy(read, sheet)
    return book, altered


def empty_book() -> Workbook:
    """Without sheets, and without the time at which it was made."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.created = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl takes it as UTC
    return book


def _copy(read: CalamineSheet, sheet: Worksheet) -> list[str]:
    altered: list[str] = []
    line = Side("thin", color="FFD0D0D0")
    border, wrapped = Border(line, line, line, line), Alignment(vertical="center", wrap_text=True)
    widths: dict[int, int] = {}
    merged = read.merged_cell_ranges or []
    across = {(top, left) for (top, left), (_, right) in merged if right > left}
    for row, values in enumerate(read.to_python(skip_empty_area=False), start=1):
        for column, value in enumerate(values, start=1):
            if value == "":
                continue
            cell = cell_at(sheet, row, column)
            if isinstance(value, str):
                altered += [f"{sheet.title}!{cell.coordinate}：{note}" for note in put_text(cell, value)]
            else:
                cell.value = _plain(value)
            cell.border, cell.alignment = border, wrapped
            if (row - 1, column - 1) not in across:
                widths[column] = max(widths.get(column, 0), width_of(str(value)))
    for (top, left), (bottom, right) in merged:
        sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = min(44, max(9, width + 3))
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return altered


def _plain(value: _Value) -> _Value:
    """Whole numbers without a fraction, so that a count reads 12 and not 12.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value
