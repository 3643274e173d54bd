"""What is noted down while a report is read: findings, and what became of each cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flows.reading.grid import NORMALISED, REJECTED, USED, Grid, address
from flows.reading.model import Counts
from flows.reading.normalisation import rules
from flows.reading.tables.cell_values import Parsed
from schemas.models import Registry, Unit
from validations.findings.finding import Finding, finding

#: Reasons for which a filled cell is not used, as the receipt shows them.
HEADINGS = "标题和说明"
OUTSIDE = "表外内容"
TOTALS = "合计行"
SYSTEM_SHEET = "系统页"
OTHER_SHEET = "其他工作表"
BLANK_CHARACTERS = "空白字符"
NOT_ASKED = "不需填写的单元格"
EXTRA_COLUMN = "多余列"
OTHER_UNITS = "非本单位指标"
COMPUTED = "系统计算"
NOT_USED_SHEET = "重复的工作表"
NOT_USED_ROW = "未采用的行"
_SHOWN = 8  # addresses listed in one sentence


@dataclass(slots=True)
class ReadingLog:
    """``unit`` is None while nobody knows whose report it is."""

    registry: Registry
    unit: Unit | None = None
    from_1904: bool = False
    findings: list[Finding] = field(default_factory=list)

    def find(self, code: str, words: Mapping[str, object], **place: Any) -> None:
        self.findings.append(finding(code, words=words, **place))

    def take(
        self,
        grid: Grid,
        row: int,
        column: int,
        parsed: Parsed,
        *,
        what: str,
        expected: str = "",
        indicator: str = "",
        work_point: str = "",
    ) -> None:
        """Note what became of an input cell, and say so where the clerk should know."""
        if parsed.raw == "" and parsed.state == "missing":
            return
        grid.settle(row, column, _fate(parsed))
        self._take_scaled(grid, row, column, parsed, what, indicator, work_point)
        if not parsed.code:
            return
        words = {
            "raw": shortened(parsed.raw),
            "read": read_as(parsed),
            "why": parsed.why,
            "what": what,
            "expected": expected or what,
        }
        self.find(
            parsed.code,
            words,
            rule=parsed.code,
            sheet=grid.name,
            cell=address(row, column),
            value=parsed.raw,
            expected=expected,
            indicator=indicator,
            work_point=work_point,
        )

    def _take_scaled(
        self, grid: Grid, row: int, column: int, parsed: Parsed, what: str, indicator: str, work_point: str
    ) -> None:
        """A number that the clerk sees divided by its format: which of the two is meant, only they know."""
        shown = grid.scaled.get((row, column))
        if shown is None or not parsed.value or isinstance(grid.value(row, column), str):
            return
        words = {"what": what, "raw": parsed.raw, "format": shortened(shown)}
        place = {"sheet": grid.name, "cell": address(row, column), "value": parsed.raw}
        place |= {"indicator": indicator, "work_point": work_point}
        self.find("shown_scaled", words, rule="shown_scaled", **place)


def _fate(parsed: Parsed) -> str:
    if parsed.state == "missing":
        return NORMALISED if parsed.code else BLANK_CHARACTERS
    if parsed.state == "not_applicable":
        return NORMALISED if parsed.code == "normalised" else USED
    return {"used": USED, "normalised": NORMALISED, "rejected": REJECTED}[parsed.state]


def read_as(parsed: Parsed) -> str:
    if parsed.state == "missing":
        return "未填"
    if parsed.state == "not_applicable":
        return "不适用"
    return f"{parsed.value:.15g}" if parsed.value is not None else parsed.text or ""


def shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def listed(addresses: Sequence[str]) -> str:
    """``A1、B2 等 12 处``."""
    shown = "、".join(addresses[:_SHOWN])
    return shown if len(addresses) <= _SHOWN else f"{shown} 等 {len(addresses)} 处"


def leave_rest(record: ReadingLog, grid: Grid, first_row: int, reasons: Mapping[int, str]) -> None:
    """Name what no reader took: headings above ``first_row``, columns of ``reasons``, things outside.

    One note a sheet, so that stray cells don't bury what matters.
    """
    stray: list[str] = []
    for row, column, value in grid.filled():
        if (row, column) in grid.fate:
            continue
        if isinstance(value, str) and not value.strip():
            grid.settle(row, column, BLANK_CHARACTERS)
        elif row < first_row or (isinstance(value, str) and rules().note_row.match(value.strip())):
            grid.settle(row, column, HEADINGS)
        else:
            grid.settle(row, column, reasons.get(column, OUTSIDE))
            stray.append(address(row, column))
    if stray:
        record.find(
            "left_over", {"cells": listed(stray), "count": len(stray)}, sheet=grid.name, cell=stray[0]
        )


def leave_sheet(grid: Grid, reason: str) -> int:
    """Every filled cell of a sheet that is not read is ignored for one reason; returns how many."""
    count = grid.count() - len(grid.fate)
    if count:
        grid.left[reason] = grid.left.get(reason, 0) + count
    return count


def counted(grids: Sequence[Grid]) -> Counts:
    fates: Counter[str] = Counter()
    for grid in grids:
        fates.update(grid.fate.values())
        fates.update(grid.left)
    used, normalised, rejected = (fates.pop(fate, 0) for fate in (USED, NORMALISED, REJECTED))
    return Counts(used, normalised, rejected, dict(sorted(fates.items())))
