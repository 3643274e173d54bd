"""What a cell of the assessment workbook stands for, as the sheet that draws it tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.outputs.workbook.drawing.provenance import CellMeaning
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.write import draw_for_tracing, sheet_names

_ADDRESS = re.compile(r"'?(?P<sheet>[^'!]+)'?!\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>\d{1,7})")


class NoSuchCellError(Exception):
    """The cell holds no number that could be traced; a Chinese line."""


class OtherCellError(Exception):
    """The workbook shows something else there than the register comes to; a Chinese line."""


@dataclass(frozen=True, slots=True)
class Cell:
    """``shown``: as it stands in the workbook."""

    shown: str
    meaning: CellMeaning


def trace_cell(workbook: Path, plan: Plan, address: str) -> Cell:
    """``plan``: of the workbook's month as the register has it now.

    Raises :class:`NoSuchCellError`, :class:`OtherCellError`, and ``OSError`` where there is no workbook.
    """
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        raise NoSuchCellError(f"单元格应写成 指标汇总!F12 的样子，读到“{address}”")
    rows = _rows(workbook, match["sheet"])
    row, column = int(match["row"]) - 1, _index(match["column"])
    if not (0 <= row < len(rows) and column < len(rows[row])) or rows[row][column] == "":
        raise NoSuchCellError(f"{address} 是空的")
    value = rows[row][column]
    if match["sheet"] not in sheet_names(plan):
        raise OtherCellError(f"工作表“{match['sheet']}”不是系统作的，或作表后设定有改动，请重新汇总后再追")
    canvas = draw_for_tracing(plan, match["sheet"])
    meaning = canvas.meaning(row, column)
    number = isinstance(value, int | float)
    if (meaning is not None or number) and not canvas.sheet.holds(row, column, _plain(value)):
        raise OtherCellError(
            f"{address} 显示 {value}，与登记库现有数据算得的不一致："
            "作表后又收到报表、改了设定，或表被人改动。请重新汇总后再追，或按单位和指标代码追"
        )
    if meaning is None and number:
        # Every number comes from somewhere: which, its sheet has not told one by one.
        meaning = CellMeaning(canvas.otherwise or "系统编表时统计或编排的数，不是直接取自某一格报表")
    if meaning is None:
        raise NoSuchCellError(f"{address}（{value}）是文字（标题、名称或说明），不是数据")
    return Cell(str(int(value) if isinstance(value, float) and value.is_integer() else value), meaning)


def _rows(workbook: Path, sheet: str) -> Sequence[Sequence[object]]:
    from python_calamine import CalamineWorkbook

    with workbook.open("rb") as file:
        book = CalamineWorkbook.from_filelike(file)
        if sheet not in book.sheet_names:
            raise NoSuchCellError(f"汇总表里没有工作表“{sheet}”")
        return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def _plain(value: object) -> float | str:
    return float(value) if isinstance(value, int | float) else str(value)


def _index(letters: str) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1
