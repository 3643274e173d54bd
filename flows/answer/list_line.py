"""One line of 校验结果: a finding, or a cause with the number of its places."""

from __future__ import annotations

from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from flows.answer.causes import Cause
from flows.answer.cells import cell_at, cells_of, is_hidden, reference, sheet_of
from flows.answer.marks import COLOURS
from flows.answer.safe_text import put_text, single_line
from flows.answer.text_size import lines_needed
from validations.findings import SEVERITY_TITLES, STATUS_TITLES, Finding


class Column(NamedTuple):
    title: str
    width: float  # Latin characters
    centred: bool = False


COLUMNS = (
    Column("序号", 7, centred=True),
    Column("级别", 9, centred=True),
    Column("位置（点击到达）", 18),
    Column("处数", 8, centred=True),
    Column("要点·指标", 11, centred=True),
    Column("问题", 44),
    Column("读到", 14),
    Column("应为", 16),
    Column("怎么办", 36),
)
_LEVEL, _PLACE, _COUNT, _ACTION = 2, 3, 4, 9
FONT, SIZE, INK = "微软雅黑", 10.5, "FF1F2933"
_LINK, _CLOSED, _EDGE = "FF0B5CAD", "FFE8ECEF", "FFC9D1D9"
_POINTS, _SPARE, _TALLEST = 15, 8, 400  # height of a line of text, around the text, of a row at most
HIDDEN_SHEET = "（该表被隐藏：右键点任意工作表标签，选“取消隐藏”后可见。）"
HIDDEN_CELL = "（该单元格所在的行或列被隐藏，请先取消隐藏。）"


def write_line(book: Workbook, sheet: Worksheet, row: int, number: str, cause: Cause) -> Cell:
    """Write the cause's first finding into a row; returns the cell with the number of places."""
    finding = cause.first
    cells = [cell_at(sheet, row, column) for column in range(1, len(COLUMNS) + 1)]
    edge = Side("thin", color=_EDGE)
    for cell, column, text in zip(cells, COLUMNS, _texts(number, cause), strict=True):
        write(cell, text, centred=column.centred)
        cell.border = Border(edge, edge, edge, edge)
    colour = _CLOSED if cause.closed else COLOURS[finding.severity]
    cells[_LEVEL - 1].fill = PatternFill("solid", fgColor=colour)
    hint = _write_place(book, cells[_PLACE - 1], finding)
    put_text(cells[_ACTION - 1], _what_to_do(finding) + hint)
    lines = max(
        lines_needed(str(c.value), column.width - 3) for c, column in zip(cells, COLUMNS, strict=True)
    )
    sheet.row_dimensions[row].height = min(_TALLEST, _SPARE + _POINTS * lines)
    return cells[_COUNT - 1]


def write(cell: Cell, text: str, *, centred: bool = False, wrap: bool = True) -> None:
    put_text(cell, text)
    cell.font = Font(name=FONT, size=SIZE, color=INK)
    side, indent = ("center", 0) if centred else ("left", 1)
    cell.alignment = Alignment(horizontal=side, indent=indent, vertical="center", wrap_text=wrap)


def write_link(cell: Cell, goal: Cell, text: str) -> None:
    """A link within the workbook."""
    put_text(cell, text)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=reference(goal).replace("$", ""))
    cell.font = Font(name=FONT, size=SIZE, color=_LINK, underline="single")


def _texts(number: str, cause: Cause) -> tuple[str, ...]:
    finding = cause.first
    settled = f"\n{STATUS_TITLES[finding.status]}" if cause.closed else ""
    same = f"（同类问题共 {cause.count} 处）" if cause.count > 1 else ""
    return (
        number,
        f"{SEVERITY_TITLES[finding.severity]}{settled}",
        "",
        f"{cause.count} 处" if cause.count > 1 else "",
        "·".join(filter(None, [finding.work_point, finding.indicator])),
        f"{finding.message}{same}",
        single_line(finding.value, 300) + ("" if cause.same_reading else " 等"),
        single_line(finding.expected, 300) + ("" if cause.same_expectation else " 等"),
        "",
    )


def _what_to_do(finding: Finding) -> str:
    if finding.status == "explained":
        return f"已有核实说明，不用再改：{single_line(finding.explanation)}"
    if finding.status == "waived":
        return f"已豁免，不用改：{single_line(finding.waiver)}"
    return finding.action


def _write_place(book: Workbook, cell: Cell, finding: Finding) -> str:
    """The finding's place, as a link where its sheet can be shown; returns a hint on how to see it."""
    text = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or "整个文件"
    sheet = sheet_of(book, finding.sheet)
    if sheet is None:
        put_text(cell, text)
        return ""
    if sheet.sheet_state != "visible":
        put_text(cell, text)
        return HIDDEN_SHEET
    goals = cells_of(book, finding)
    write_link(cell, goals[0] if goals else cell_at(sheet, 1, 1), text)
    return HIDDEN_CELL if goals and is_hidden(sheet, goals[0]) else ""
