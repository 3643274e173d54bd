"""更正记录: what successive submissions changed, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from flows.consolidation.score_effects import Effect, effects
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.table import Cell, Heading, Value, draw_table
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
    Heading("对总分的影响", 24, "centre"),
)


def draw_amendments(canvas: Canvas, plan: Plan) -> None:
    subtitle = (
        "同一单位前后两次报送之间逐格比较；历次报送原件均保存，不覆盖。总分的影响按其他单位不变计算；"
        "以前月份封存后收到的更正也列在这里，未计入，待市局决定。"
    )
    canvas.note_rest("同一单位前后两次报送之间该格的增减，前后两数和所在报表见同一行")
    draw_table(
        canvas, plan, f"更正记录（{plan.month.period.chinese}）", subtitle, HEADINGS, _rows(plan),
        empty="本月没有更正",
    )  # fmt: skip


def _rows(plan: Plan) -> Iterator[list[Value]]:
    made = effects(plan.month, plan.scores)
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
            _effect(made[row["from_submission"], row["to_submission"]]),
        ]


def _effect(made: Effect) -> str:
    before, after = ("未计分" if total is None else f"{total:.2f}" for total in (made.before, made.after))
    return f"{before} → {after}"


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def _difference(before: object, after: object) -> Value:
    numbers = pd.to_numeric(pd.Series([before, after], dtype=object), errors="coerce")
    if numbers.isna().any():
        return "—"
    return Cell(round(float(numbers[1] - numbers[0]), 6), more={"num_format": "+#,##0.##;-#,##0.##;0"})


SHEET = SheetKind(
    place=140,
    titles=one_sheet(at.AMENDMENTS, "前后两次报送之间改了哪些格"),
    draw=lambda canvas, drawing, _title: draw_amendments(canvas, drawing.plan),
)
