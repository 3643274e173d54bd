"""The short way of writing cells gives XlsxWriter's own bytes."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from flows.consolidation.month import Month
from flows.consolidation.scoring import assess
from flows.outputs.workbook import write
from flows.outputs.workbook.drawing.book import Book
from flows.outputs.workbook.drawing.sheet import Cell, Sheet


class PlainSheet(Worksheet):  # type: ignore[misc]
    """What :class:`Sheet` is asked, done by XlsxWriter alone."""

    later: list[tuple[int, int, Iterable[Sequence[Cell]]]]

    def __init__(self) -> None:
        super().__init__()
        self.later = []

    def text(self, text: str, look: Format | None) -> Cell:
        return (self.write_string, text, look)

    def number(self, value: float, look: Format | None) -> Cell:
        return (self.write_number, value, look)

    def formula(self, formula: str, look: Format | None, value: Any) -> Cell:
        return (self.write_formula, "=" + formula, look, value)

    def blank(self, look: Format | None) -> Cell:
        return (self.write_blank, None, look)

    def put(self, row: int, column: int, cell: Cell) -> None:
        cell[0](row, column, *cell[1:])

    def put_rows(self, row: int, column: int, size: tuple[int, int], rows: Iterable[Sequence[Cell]]) -> None:
        self.later.append((row, column, rows))

    def make(self) -> None:
        """Make the rows that were left until now."""
        for first, column, rows in self.later:
            for row, cells in enumerate(rows, start=first):
                for place, cell in enumerate(cells, start=column):
                    self.put(row, place, cell)


class PlainBook(Book):
    """All sheets are kept and compressed at the end."""

    def settle(self, sheet: PlainSheet) -> None:
        """Formats are numbered now, as they are where the cells' XML is made."""
        sheet.make()
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
                _draw_later(book, beside)
                book.settle(beside)
                book.settle(empty)
    assert _parts(tmp_path / "Sheet.xlsx") == _parts(tmp_path / "PlainSheet.xlsx")


def _draw_odd(book: Workbook, sheet: Any) -> None:
    bold, fill = book.add_format({"bold": True}), book.add_format({"bg_color": "#FF0000"})
    again = book.add_format({"bold": True})
    sheet.set_column(3, 3, 12)
    texts = ("", " 两头空 ", '<b>&"x"</b>', "一\n二", "=1+1", "😀" * 20_000, "\x01", "重复", "重复")
    for row, text in enumerate(texts, start=2):
        sheet.put(row, 1, sheet.text(text, bold))
        sheet.put(row, 3, sheet.text(text, None))
    for row, value in enumerate((0.0, -1, 1 / 3, 1e21, 12345678901234567), start=20):
        sheet.put(row, 2, sheet.number(value, again))
    results: tuple[float | str, ...] = ("", "#N/A", "<&>", "文", 1, 1.0, 0.1)
    for row, result in enumerate(results, start=40):
        sheet.put(row, 0, sheet.formula('IF(A1<>B1,"x"&"y",A1>2)', fill, result))
    sheet.put(60, 5, sheet.blank(fill))
    sheet.set_row(61, 30)
    sheet.set_row(62, 20, None, {"hidden": True})
    sheet.merge_range(64, 1, 66, 4, "", bold)
    sheet.put(64, 1, sheet.text("合并", bold))
    for row, column in ((2, 1), (20, 2), (40, 0), (60, 5)):
        sheet.write_url(row, column, "internal:'一&二'!A1", None, "", "提示")
    sheet.put(2, 1, sheet.text("有链接", bold))
    sheet.put(20, 2, sheet.number(5, bold))
    sheet.conditional_format(0, 0, 9, 9, {"type": "formula", "criteria": "=A1<60", "format": bold})


def _draw_later(book: Workbook, sheet: Any) -> None:
    """Rows left until the sheet settles, some of them high, before and after others."""
    look, other = book.add_format({"italic": True}), book.add_format({"bold": True, "italic": True})
    for first, column in ((70, 2), (75, 0), (95, 1)):
        lines = (
            [sheet.text(f"第{n}行", look), sheet.number(n, other), sheet.formula(f"A{n}", look, "")]
            for n in range(first, first + 4)
        )
        sheet.put_rows(first, column, (4, 3), lines)
    sheet.put_rows(120, 0, (0, 3), iter(()))
    sheet.set_row(76, 40)
    sheet.put(90, 4, sheet.text("中间", other))


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
        book.add_worksheet("表", Sheet).number(value, None)


def test_a_cell_drawn_after_settling_is_refused(tmp_path: Path) -> None:
    """It would be missing in silence."""
    book = _book(tmp_path / "b.xlsx")
    sheet = book.add_worksheet("表", Sheet)
    sheet.put(0, 0, sheet.number(1, None))
    book.settle(sheet)
    sheet.put(1, 0, sheet.number(2, None))
    with pytest.raises(RuntimeError, match="after the sheet had settled"), book:
        pass
    assert not (tmp_path / "b.xlsx").exists()


@pytest.mark.parametrize(
    ("rows", "said"),
    [((1, 2, 3), "longer"), ((1,), "shorter"), ((1, 2), "drawn twice")],
)
def test_rows_are_as_many_as_was_said_and_alone(rows: Sequence[int], said: str, tmp_path: Path) -> None:
    """A row too many or too few would move all below it; a cell in one of them would be lost."""
    book = _book(tmp_path / "b.xlsx")
    sheet = book.add_worksheet("表", Sheet)
    sheet.put_rows(0, 0, (2, 1), ([sheet.number(n, None)] for n in rows))
    if len(rows) == 2:
        sheet.put(1, 4, sheet.number(1, None))
    with pytest.raises((ValueError, RuntimeError), match=said):
        book.settle(sheet)


def test_rows_need_a_sheet_that_settles(tmp_path: Path) -> None:
    """Made at the workbook's end, their texts would come after all texts are written."""
    book = _book(tmp_path / "b.xlsx")
    sheet = book.add_worksheet("表", Sheet)
    sheet.put_rows(0, 0, (1, 1), [[sheet.text("文", None)]])
    with pytest.raises(RuntimeError, match="has not settled"), book:
        pass


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
