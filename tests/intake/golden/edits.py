"""What is done to a clean report, named as a person would say it; used by the ``case.yaml`` of each folder.

Texts may hold what the cell held: {value} {wide} {grouped} {yuan}, of dates {iso} {chinese} {points}
{digits} {hanzi}, of codes {lower} {split} {letter_o}.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel
from openpyxl.worksheet.worksheet import Worksheet

_WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")
_HANZI = "〇一二三四五六七八九"

Edit = Callable[..., None]


def edited(report: bytes, edits: list[dict[str, list[Any]]]) -> bytes:
    """The report after the edits, each ``{name: [arguments]}``."""
    if not edits:
        return report
    book = load_workbook(io.BytesIO(report))
    for edit in edits:
        for name, arguments in edit.items():
            EDITS[name](book, *arguments)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _type(book: Workbook, sheet: str, cell: str, text: Any) -> None:
    """Type something over what a cell holds; ``number:`` before it types a number."""
    place = book[sheet][cell]
    words = _words(place.value)
    shown = text.format(**words) if isinstance(text, str) else text
    if isinstance(shown, str) and shown.startswith("number:"):
        place.value, place.number_format = float(shown.removeprefix("number:")), "General"
    else:
        place.value = shown
        if isinstance(shown, str):
            place.data_type, place.number_format = "s", "@"


def _words(value: object) -> dict[str, str]:
    text = "" if value is None else str(value)
    words = {
        "value": text,
        "wide": text.translate(_WIDE),
        "lower": text.lower(),
        "split": f"{text[:6]} {text[6:]}",
        "letter_o": text.replace("0", "O"),
    }
    if isinstance(value, int | float):
        words |= {
            "grouped": f"{value:,}",
            "comma": f"{value:,}".replace(",", "，"),
            "yuan": f"{value * 10_000:.0f}",
        }
    if isinstance(value, dt.datetime):
        words |= {
            "iso": f"{value:%Y-%m-%d}",
            "chinese": f"{value.year}年{value.month}月{value.day}日",
            "points": f"{value.year}.{value.month}.{value.day}",
            "digits": f"{value:%Y%m%d}",
            "serial": f"{to_excel(value):.0f}",
            "hanzi": f"{_read_out(value.year)}年{_count(value.month)}月{_count(value.day)}日",
        }
    return words


def _read_out(number: int) -> str:
    return "".join(_HANZI[int(digit)] for digit in str(number))


def _count(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (
        f"{'' if tens < 2 else _HANZI[tens]}{'十' if tens else ''}{_HANZI[ones] if ones or not tens else ''}"
    )


def _clear(book: Workbook, sheet: str, cells: str) -> None:
    area = book[sheet][cells]
    for row in area if isinstance(area, tuple) else ((area,),):
        for cell in row:
            cell.value = None


def _insert_rows(book: Workbook, sheet: str, before: int, count: int) -> None:
    book[sheet].insert_rows(before, count)


def _delete_rows(book: Workbook, sheet: str, first: int, count: int) -> None:
    book[sheet].delete_rows(first, count)


def _insert_columns(book: Workbook, sheet: str, before: int, count: int) -> None:
    book[sheet].insert_cols(before, count)


def _move_column(book: Workbook, sheet: str, column: int, to: int) -> None:
    """Cut a column and put it behind the last one but ``to``; the gap closes."""
    source = book[sheet]
    values = [source.cell(row, column).value for row in range(1, source.max_row + 1)]
    source.delete_cols(column)
    source.insert_cols(to)
    for row, value in enumerate(values, start=1):
        source.cell(row, to).value = value


def _merge(book: Workbook, sheet: str, *areas: str) -> None:
    for area in areas:
        book[sheet].merge_cells(area)


def _rename(book: Workbook, sheet: str, title: str) -> None:
    book[sheet].title = title


def _remove(book: Workbook, sheet: str) -> None:
    del book[sheet]


def _copy(book: Workbook, sheet: str, title: str) -> None:
    book.copy_worksheet(book[sheet]).title = title


def _add(book: Workbook, title: str) -> None:
    book.create_sheet(title, 1)


def _hide_rows(book: Workbook, sheet: str, first: int, count: int) -> None:
    for row in range(first, first + count):
        book[sheet].row_dimensions[row].hidden = True


def _below(book: Workbook, sheet: str, texts: dict[str, Any], gap: int = 0) -> None:
    """A row under the table; ``=sum`` is what the cells above add up to."""
    source = book[sheet]
    row = _last_row(source) + 1 + gap
    for column, text in texts.items():
        above = [source[f"{column}{n}"].value for n in range(5, row)]
        numbers = [value for value in above if isinstance(value, int | float)]
        source[f"{column}{row}"] = round(sum(numbers), 2) if text == "=sum" else text


def _last_row(sheet: Worksheet) -> int:
    return max(cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None)


def _from_1904(book: Workbook) -> None:
    book.epoch = CALENDAR_MAC_1904


def _colour(book: Workbook, sheet: str, column: int, rows: int) -> None:
    """Cells that hold a colour and nothing else."""
    fill = PatternFill("solid", fgColor="FFFF00")
    for row in range(200, 200 + rows):
        book[sheet][f"{get_column_letter(column)}{row}"].fill = fill


def _empty(book: Workbook) -> None:
    """An issued template into which nothing was typed."""
    for sheet, area in (("封面", "C8:C13"), ("指标表", "E5:K120"), ("工作进展", "C5:F26")):
        _clear(book, sheet, area)
    for sheet in book.worksheets:
        if sheet.title.endswith("台账"):
            _clear(book, sheet.title, "A5:K200")


EDITS: dict[str, Edit] = {
    "type": _type,
    "clear": _clear,
    "insert_rows": _insert_rows,
    "delete_rows": _delete_rows,
    "insert_columns": _insert_columns,
    "move_column": _move_column,
    "merge": _merge,
    "rename": _rename,
    "remove": _remove,
    "copy": _copy,
    "add": _add,
    "hide_rows": _hide_rows,
    "below": _below,
    "from_1904": _from_1904,
    "colour": _colour,
    "empty": _empty,
}
