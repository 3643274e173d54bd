"""The short way of writing cells gives XlsxWriter's own bytes."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from flows.assessment import assess
from flows.month import Month
from flows.workbook import write
from flows.workbook.book import Book
from flows.workbook.sheet import Sheet


class PlainSheet(Worksheet):  # type: ignore[misc]
    """What :class:`Sheet` is asked, done by XlsxWriter alone."""

    def put_text(self, row: int, column: int, text: str, look: Format | None) -> None:
        self.write_string(row, column, text, look)

    def put_number(self, row: int, column: int, value: float, look: Format | None) -> None:
        self.write_number(row, column, value, look)

    def put_formula(self, row: int, column: int, formula: str, look: Format | None, value: Any) -> None:
        self.write_formula(row, column, "=" + formula, look, value)

    def put_blank(self, row: int, column: int, look: Format | None) -> None:
        self.write_blank(row, column, None, look)


class PlainBook(Book):
    """All sheets are kept and compressed at the end."""

    def settle(self, sheet: PlainSheet) -> None:
        """Formats are numbered now, as they are where the cells' XML is made."""
        for row in sorted(sheet.table):
            for column in sorted(sheet.table[row]):
                look = next((part for part in sheet.table[row][column] if isinstance(part, Format)), None)
                if look is not None:
                    look._get_xf_index()


def test_a_month_is_the_same_parts_either_way(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every part of the package, charts and shared strings too, byte for byte."""
    write.write_workbook(month, assess(month), tmp_path / "short.xlsx")
    monkeypatch.setattr(write, "Sheet", PlainSheet)
    monkeypatch.setattr(write, "Book", PlainBook)
    write.write_workbook(month, assess(month), tmp_path / "plain.xlsx")
    short, plain = _parts(tmp_path / "short.xlsx"), _parts(tmp_path / "plain.xlsx")
    assert list(short) == list(plain)
    assert [name for name in plain if short[name] != plain[name]] == []


@pytest.mark.parametrize("settled", [False, True])
def test_odd_cells_are_the_same_parts_either_way(tmp_path: Path, *, settled: bool) -> None:
    """Markup, errors, blanks, gaps, links, merged cells, an emoji too many, a chart over all of it.

    A settled sheet is drawn beside the one that the chart shows.
    """
    for whole, kind in ((Book, Sheet), (PlainBook, PlainSheet)):
        with _book(tmp_path / f"{kind.__name__}.xlsx", whole) as book:
            sheet = book.add_worksheet("一&二", kind)
            _draw_odd(book, sheet)
            _draw_chart(book, sheet)
            if settled:
                beside, empty = book.add_worksheet("旁", kind), book.add_worksheet("空", kind)
                _draw_odd(book, beside)
                book.settle(beside)
                book.settle(empty)
    assert _parts(tmp_path / "Sheet.xlsx") == _parts(tmp_path / "PlainSheet.xlsx")


def _draw_odd(book: Workbook, sheet: Any) -> None:
    bold, fill = book.add_format({"bold": True}), book.add_format({"bg_color": "#FF0000"})
    again = book.add_format({"bold": True})
    sheet.set_column(3, 3, 12)
    texts = ("", " 两头空 ", '<b>&"x"</b>', "一\n二", "=1+1", "😀" * 20_000, "\x01", "重复", "重复")
    for row, text in enumerate(texts, start=2):
        sheet.put_text(row, 1, text, bold)
        sheet.put_text(row, 3, text, None)
    for row, value in enumerate((0.0, -1, 1 / 3, 1e21, 12345678901234567), start=20):
        sheet.put_number(row, 2, value, again)
    results: tuple[float | str, ...] = ("", "#N/A", "<&>", "文", 1, 1.0, 0.1)
    for row, result in enumerate(results, start=40):
        sheet.put_formula(row, 0, 'IF(A1<>B1,"x"&"y",A1>2)', fill, result)
    sheet.put_blank(60, 5, fill)
    sheet.set_row(61, 30)
    sheet.set_row(62, 20, None, {"hidden": True})
    sheet.merge_range(64, 1, 66, 4, "", bold)
    sheet.put_text(64, 1, "合并", bold)
    for row, column in ((2, 1), (20, 2), (40, 0), (60, 5)):
        sheet.write_url(row, column, "internal:'一&二'!A1", None, "", "提示")
    sheet.put_text(2, 1, "有链接", bold)
    sheet.put_number(20, 2, 5, bold)
    sheet.conditional_format(0, 0, 9, 9, {"type": "formula", "criteria": "=A1<60", "format": bold})


def _draw_chart(book: Workbook, sheet: Any) -> None:
    chart = book.add_chart({"type": "bar"})
    for column, (first, last) in enumerate(((40, 46), (2, 12), (18, 26), (59, 63))):
        chart.add_series(
            {"values": ["一&二", first, column, last, column], "categories": ["一&二", 0, 1, 70, 1]}
        )
    sheet.insert_chart(0, 8, chart)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float, tmp_path: Path) -> None:
    """A cell could not hold it, and an empty one would be a lie."""
    book = Workbook(str(tmp_path / "book.xlsx"))
    with pytest.raises(ValueError, match="not a number"):
        book.add_worksheet("表", Sheet).put_number(0, 0, value, None)


def test_a_cell_drawn_after_settling_is_refused(tmp_path: Path) -> None:
    """It would be missing in silence."""
    book = _book(tmp_path / "b.xlsx")
    sheet = book.add_worksheet("表", Sheet)
    sheet.put_number(0, 0, 1, None)
    book.settle(sheet)
    sheet.put_number(1, 0, 2, None)
    with pytest.raises(RuntimeError, match="after the sheet had settled"), book:
        pass
    assert not (tmp_path / "b.xlsx").exists()


def test_a_sheet_with_a_chart_does_not_settle(tmp_path: Path) -> None:
    """Where the chart stands is only known at the end."""
    with _book(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet("一&二", Sheet)
        _draw_chart(book, sheet)
        with pytest.raises(RuntimeError, match="a chart stands on it"):
            book.settle(sheet)


def _book(path: Path, kind: type[Book] = Book) -> Book:
    return kind(path, title="汇总", issuer="市局", day=dt.date(2023, 6, 30))


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}
