"""One line of 校验结果: a finding, or a cause with the number of its places."""

from __future__ import annotations

from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from flows.correspondence.grouped_findings import FindingGroup
from flows.correspondence.marked_copies.cell_writer import CellWriter, Look
from flows.correspondence.marked_copies.cells import cell_at, cells_of, is_hidden, sheet_of
from flows.correspondence.marked_copies.marks import COLOURS
from flows.correspondence.marked_copies.text_size import lines_needed
from flows.platform.safe_text import single_line
from validations.findings.finding import SEVERITY_TITLES, STATUS_TITLES, Finding


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
    Column("问题", 42),
    Column("读到", 20),
    Column("应为", 16),
    Column("怎么办", 34),
)
_LEVEL, _PLACE, COUNT = 1, 2, 3  # from 0
_CLOSED = "FFE8ECEF"
_POINTS, _SPARE, _TALLEST = 15, 8, 400  # height of a line of text, around the text, of a row at most
HIDDEN_SHEET = "（该表被隐藏：右键点任意工作表标签，选“取消隐藏”后可见。）"
HIDDEN_CELL = "（该单元格所在的行或列被隐藏，请先取消隐藏。）"


def write_line(
    book: Workbook, sheet: Worksheet, row: int, number: str, cause: FindingGroup, pen: CellWriter
) -> Cell:
    """Write the cause's first finding into a row; returns the cell with the number of places."""
    finding = cause.first
    cells = [cell_at(sheet, row, column) for column in range(1, len(COLUMNS) + 1)]
    goal, hint = _goal(book, finding)
    texts = _texts(number, cause, hint)
    level = _CLOSED if cause.closed else COLOURS[finding.severity]
    for index, (cell, column, text) in enumerate(zip(cells, COLUMNS, texts, strict=True)):
        look = Look(centred=column.centred, bordered=True, fill=level if index == _LEVEL else "")
        if index == _PLACE and goal is not None:
            pen.link(cell, text, goal, look)
        else:
            pen.write(cell, text, look)
    lines = max(lines_needed(t, column.width - 3) for t, column in zip(texts, COLUMNS, strict=True))
    sheet.row_dimensions[row].height = min(_TALLEST, _SPARE + _POINTS * lines)
    return cells[COUNT]


def _texts(number: str, cause: FindingGroup, hint: str) -> tuple[str, ...]:
    finding = cause.first
    settled = f"\n{STATUS_TITLES[finding.status]}" if cause.closed else ""
    same = f"（同类问题共 {cause.count} 处）" if cause.count > 1 else ""
    return (
        number,
        f"{SEVERITY_TITLES[finding.severity]}{settled}",
        f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or "整个文件",
        f"{cause.count} 处" if cause.count > 1 else "",
        "·".join(filter(None, [finding.work_point, finding.indicator])),
        f"{finding.message}{same}",
        single_line(finding.value, 300) + ("" if cause.same_reading else " 等"),
        single_line(finding.expected, 300) + ("" if cause.same_expectation else " 等"),
        f"{_what_to_do(finding)}{hint}",
    )


def _what_to_do(finding: Finding) -> str:
    if finding.status == "explained":
        return f"已有核实说明，不用再改：{single_line(finding.explanation)}"
    if finding.status == "waived":
        return f"已豁免，不用改：{single_line(finding.waiver)}"
    return finding.action


def _goal(book: Workbook, finding: Finding) -> tuple[Cell | None, str]:
    """The cell to go to, where it can be shown, and what the clerk has to do to see it."""
    sheet = sheet_of(book, finding.sheet)
    if sheet is None:
        return None, ""
    if sheet.sheet_state != "visible":
        return None, HIDDEN_SHEET
    cells = cells_of(book, finding)
    if not cells:
        return cell_at(sheet, 1, 1), ""
    return cells[0], HIDDEN_CELL if is_hidden(sheet, cells[0]) else ""
