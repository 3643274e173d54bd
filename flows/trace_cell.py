"""What a cell of the assessment workbook stands for: the unit's figure, or the figures it adds up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas import Indicator, Registry, Unit
from schemas.models import MEASURE_TITLES, STATUSES

_ADDRESS = re.compile(r"'?(?P<sheet>[^'!]+)'?!\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>\d{1,7})")
#: The heading under which each table of the workbook names the indicator's code, or the unit.
_CODE, _UNIT = "代码", "单位"


class NoSuchCellError(Exception):
    """The cell holds nothing that comes from a report; a Chinese line."""


@dataclass(frozen=True, slots=True)
class Cell:
    """``parts``: the figures behind it, each a unit and an indicator; ``measure`` where the row is one."""

    shown: str
    total: bool
    measure: str
    parts: tuple[tuple[Unit, Indicator], ...]


def what_stands_in(workbook: Path, registry: Registry, address: str) -> Cell:
    """Rows are understood by code, columns by heading, as a reader of the workbook does.

    Raises :class:`NoSuchCellError`, and ``OSError`` where there is no workbook.
    """
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        raise NoSuchCellError(f"单元格应写成 指标汇总!F12 的样子，读到“{address}”")
    rows = _rows(workbook, match["sheet"])
    row, column = int(match["row"]) - 1, _index(match["column"])
    if row >= len(rows) or column >= len(rows[row]) or rows[row][column] == "":
        raise NoSuchCellError(f"{address} 是空的")
    heading = _heading(rows, row)
    if heading is None or column >= len(heading):
        raise NoSuchCellError(f"{address} 不在数据表之内")
    found = _by_code(registry, heading, rows[row], column) or _by_point(registry, heading, rows[row], column)
    if found is None or not found.parts:
        raise NoSuchCellError(f"{address}（{rows[row][column]}）不是由报表数据得来的")
    return found


def _rows(workbook: Path, sheet: str) -> Sequence[Sequence[object]]:
    from python_calamine import CalamineWorkbook

    with workbook.open("rb") as file:
        book = CalamineWorkbook.from_filelike(file)
        if sheet not in book.sheet_names:
            raise NoSuchCellError(f"汇总表里没有工作表“{sheet}”")
        return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def _index(letters: str) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def _heading(rows: Sequence[Sequence[object]], below: int) -> list[str] | None:
    """The nearest row above that names codes or units."""
    for row in reversed(rows[:below]):
        texts = [str(value).strip() for value in row]
        if _CODE in texts or (_UNIT in texts and any(_point(text) for text in texts)):
            return texts
    return None


def _point(text: str) -> str:
    """``1.1`` of a heading such as ``1.1 强国强省纲要落实``."""
    match = re.match(r"(\d\.\d+)\s", text)
    return match[1] if match else ""


def _by_code(registry: Registry, heading: list[str], row: Sequence[object], column: int) -> Cell | None:
    if _CODE not in heading:
        return None
    indicator = registry.indicator.get(str(row[heading.index(_CODE)]))
    if indicator is None:
        return None
    named = registry.unit_by_name
    units = [(at, named[text]) for at, text in enumerate(heading) if text in named]
    titles = {title: measure for measure, title in MEASURE_TITLES.items()}
    measure = next((titles[str(value)] for value in row if str(value) in titles), "")
    if heading[column] in named:
        return Cell(str(row[column]), False, measure, ((named[heading[column]], indicator),))
    if not heading[column].startswith("全市"):
        return None
    # A unit that is absent, or does not report the indicator, shows a mark instead and adds nothing.
    held = tuple((unit, indicator) for at, unit in units if _adds(row[at]))
    return Cell(str(row[column]), True, measure, held)


def _adds(value: object) -> bool:
    return isinstance(value, int | float) or value in STATUSES


def _by_point(registry: Registry, heading: list[str], row: Sequence[object], column: int) -> Cell | None:
    """A score: everything that the unit reports under the work point."""
    point = _point(heading[column])
    unit = registry.unit_by_name.get(str(row[heading.index(_UNIT)])) if _UNIT in heading else None
    if not point or unit is None:
        return None
    own = tuple((unit, i) for i in registry.indicators_of(unit) if i.work_point == point)
    return Cell(str(row[column]), True, "", own)
