"""更正记录: what successive submissions changed, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from flows.workbook.canvas import Canvas
from flows.workbook.plan import Plan
from flows.workbook.table import Cell, Heading, Value, draw_table
from schemas.models import MEASURE_TITLES

HEADINGS = (
    Heading("单位", 15),
    Heading("指标", 36),
    Heading("口径", 15, "centre"),
    Heading("更正前", 14, "number"),
    Heading("更正后", 14, "number"),
    Heading("增减", 12, "number"),
    Heading("工作表", 14, "centre"),
    Heading("单元格", 8, "centre"),
    Heading("前次报送", 22, "small"),
    Heading("本次报送", 22, "small"),
)


def draw_amendments(canvas: Canvas, plan: Plan) -> None:
    subtitle = "同一单位前后两次报送之间逐格比较；历次报送原件均保存，不覆盖。"
    draw_table(
        canvas, plan, f"更正记录（{plan.month.period.chinese}）", subtitle, HEADINGS, _rows(plan),
        empty="本月没有更正",
    )  # fmt: skip


def _rows(plan: Plan) -> Iterator[list[Value]]:
    for row in plan.month.amendments.to_dict("records"):
        code, unit = str(row["indicator"]), str(row["unit_code"])
        indicator = plan.registry.indicator.get(code)
        name: Value = code
        if indicator is not None and unit in plan.unit_order:
            target = plan.figure_place(unit, code)
            name = Cell(f"{code} {indicator.name}", target, "link", {"text_wrap": True})
        yield [
            plan.short.get(unit, str(row["unit"])),
            name,
            MEASURE_TITLES.get(str(row["measure"]), str(row["measure"])),
            *(_text(row[key]) for key in ("before", "after")),
            _difference(row["before"], row["after"]),
            *(_text(row[key]) for key in ("sheet", "cell", "from_submission", "to_submission")),
        ]


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def _difference(before: object, after: object) -> Value:
    numbers = pd.to_numeric(pd.Series([before, after], dtype=object), errors="coerce")
    if numbers.isna().any():
        return "—"
    return Cell(round(float(numbers[1] - numbers[0]), 6), more={"num_format": "+#,##0.##;-#,##0.##;0"})
