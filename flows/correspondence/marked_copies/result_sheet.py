"""Draws the first sheet of a returned copy: every problem with a link to its cell."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from flows.correspondence.grouped_findings import FindingGroup, span, summary
from flows.correspondence.marked_copies.cell_writer import INK, SIZE, CellWriter, Look
from flows.correspondence.marked_copies.cells import cell_at
from flows.correspondence.marked_copies.marks import COLOURS
from flows.correspondence.marked_copies.result_line import COLUMNS, write_line
from flows.correspondence.marked_copies.text_size import lines_needed
from flows.platform.safe_text import single_line
from validations.findings.finding import SEVERITY_TITLES, Severity

#: The list is for people; beyond so many causes, and cells of grouped causes, it says how many are left.
MOST_LINES = 1_000
HOW = (
    "怎么改：点“位置”到达单元格，看单元格批注，改正后保存，把本文件直接放回报送文件夹。"
    "颜色、批注和本表不用删除，再次报送时自动更新。"
)
_LEGEND: tuple[tuple[Severity, str], ...] = (
    ("error", "必须改正，否则不能接收"),
    ("query", "请核对；数字无误的，在“核实说明”栏写明原因"),
    ("note", "供参考，不影响接收"),
)
_GREY, _WHITE, _HEAD, _TAB = "FF6B7785", "FFFFFFFF", "FF2F4B66", "FFC0392B"
_HEADINGS_WITHIN = 40  # rows from the top in which the headings of an earlier list are looked for


def draw(
    book: Workbook,
    sheet: Worksheet,
    groups: Sequence[FindingGroup],
    *,
    title: str,
    remarks: Sequence[str] = (),
) -> None:
    """Fill ``sheet``, the first of ``book``; ``remarks`` say what the copy leaves out or changes."""
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet  # else sheets are grouped, and typed into together
    book.active = 0
    pen = CellWriter()
    row = _head(sheet, groups, title, remarks, pen)
    _headings(sheet, row, pen)
    sheet.freeze_panes = f"A{row + 1}"
    _print_setup(sheet, row)
    _places(book, sheet, *_causes(book, sheet, groups, row + 1, pen), pen)


def remove_drawn(book: Workbook) -> None:
    """Remove every list that was drawn before, whatever it is called now: it is known by its headings."""
    titles = [column.title for column in COLUMNS]
    for sheet in list(book.worksheets):
        top = sheet.iter_rows(max_row=_HEADINGS_WITHIN, max_col=len(titles), values_only=True)
        if any(list(row) == titles for row in top):
            book.remove(sheet)


def _head(
    sheet: Worksheet, groups: Sequence[FindingGroup], title: str, remarks: Sequence[str], pen: CellWriter
) -> int:
    """Title, summary, what to do, legend and remarks; returns the row of the headings."""
    _across(sheet, 1, single_line(title), pen, size=16, bold=True, height=32)
    _across(sheet, 2, f"共发现：{summary(groups)}", pen, size=12, bold=True, height=24)
    _across(sheet, 3, HOW, pen)
    row = 4
    for severity, meaning in _LEGEND:
        level = Look(fill=COLOURS[severity], centred=True)
        pen.write(cell_at(sheet, row, 2), SEVERITY_TITLES[severity], level)
        pen.write(cell_at(sheet, row, 3), meaning, Look(wrapped=False))
        row += 1
    for remark in remarks:
        _across(sheet, row, f"说明：{remark}", pen, colour=_GREY)
        row += 1
    sheet.row_dimensions[row].height = 6
    return row + 1


def _headings(sheet: Worksheet, row: int, pen: CellWriter) -> None:
    look = Look(bold=True, colour=_WHITE, fill=_HEAD, centred=True)
    for number, column in enumerate(COLUMNS, start=1):
        pen.write(cell_at(sheet, row, number), column.title, look)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[row].height = 24


def _causes(
    book: Workbook, sheet: Worksheet, groups: Sequence[FindingGroup], row: int, pen: CellWriter
) -> tuple[int, list[tuple[int, FindingGroup, Cell]]]:
    """A line per cause; returns the next row, and each grouped cause with its number and count cell."""
    several: list[tuple[int, FindingGroup, Cell]] = []
    for number, cause in enumerate(groups[:MOST_LINES], start=1):
        count = write_line(book, sheet, row, str(number), cause, pen)
        if cause.count > 1:
            several.append((number, cause, count))
        row += 1
    rest = len(groups) - MOST_LINES
    if rest > 0:
        _across(sheet, row, f"另有 {rest} 项没有列出，请先改正以上各项后再报。", pen)
        row += 1
    return row + 1, several


def _places(
    book: Workbook,
    sheet: Worksheet,
    row: int,
    several: Sequence[tuple[int, FindingGroup, Cell]],
    pen: CellWriter,
) -> None:
    """Below the list: every cell of the grouped causes, each with a link."""
    left = MOST_LINES
    for number, cause, count in several:
        _across(sheet, row, f"第 {number} 项的全部 {cause.count} 处", pen, size=11, bold=True, height=22)
        pen.link(count, f"{cause.count} 处↓", cell_at(sheet, row, 1), Look(centred=True, bordered=True))
        row += 1
        shown, rest = cause.findings[:left], cause.findings[left:]
        for part, finding in enumerate(shown, start=1):
            write_line(book, sheet, row, f"{number}-{part}", FindingGroup((finding,)), pen)
            row += 1
        if rest:
            _across(sheet, row, f"其余 {len(rest)} 处：{single_line(span(rest), 2_000)}", pen)
            row += 1
        left -= len(shown)


def _across(
    sheet: Worksheet,
    row: int,
    text: str,
    pen: CellWriter,
    *,
    size: float = SIZE,
    bold: bool = False,
    height: float = 20,
    colour: str = INK,
) -> None:
    """A line of text over the whole width, as high as it needs."""
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(COLUMNS))
    pen.write(cell_at(sheet, row, 1), text, Look(size=size, bold=bold, colour=colour, indented=False))
    width = sum(column.width for column in COLUMNS) * SIZE / size
    sheet.row_dimensions[row].height = height + (lines_needed(text, width - 6) - 1) * size * 1.5


def _print_setup(sheet: Worksheet, heading_row: int) -> None:
    """A4 across, as wide as the page, headings on each page."""
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = _TAB
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    sheet.print_title_rows = f"{heading_row}:{heading_row}"
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
