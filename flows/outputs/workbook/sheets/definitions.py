"""指标解释: what each indicator means, and the words of the notice that ask for it."""

from __future__ import annotations

from collections.abc import Iterator

from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.addresses import cell_name, quoted
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.scoring import METHOD_TITLES
from flows.outputs.workbook.sheets.table import Cell, Heading, Value, draw_table
from schemas import Indicator
from schemas.models import KIND_TITLES

HEADINGS = (
    Heading("代码", 7, "link"),
    Heading("要点", 7, "centre"),
    Heading("要点条文", 26),
    Heading("指标", 22),
    Heading("单位", 6, "centre"),
    Heading("类型", 8, "centre"),
    Heading("填报单位", 17),
    Heading("指标解释", 58),
    Heading("要点原文依据", 34),
    Heading("计分方法", 12, "centre"),
)


def draw_definitions(canvas: Canvas, plan: Plan) -> None:
    title = f"{plan.registry.notice_title}指标解释"
    registry = plan.registry
    count = (
        f"{len(registry.work_points)}个要点，{len(registry.indicators)}项指标；口径版本 {registry.version}"
    )
    draw_table(canvas, plan, title, count, HEADINGS, _rows(plan), empty="无指标", frozen_columns=4)


def _rows(plan: Plan) -> Iterator[list[Value]]:
    for indicator in plan.registry.indicators:
        point = plan.registry.work_point[indicator.work_point]
        yield [
            Cell(indicator.code, _summary_place(plan, indicator)),
            point.code,
            point.title,
            indicator.name,
            indicator.unit or "—",
            KIND_TITLES[indicator.kind],
            "、".join(_reporter(plan, who) for who in indicator.reported_by),
            indicator.definition,
            f"“{indicator.basis}”",
            METHOD_TITLES[plan.scores.settings[indicator.code].method],
        ]


def _reporter(plan: Plan, who: str) -> str:
    return plan.registry.unit_types.get(who) or plan.short[who]


def _summary_place(plan: Plan, indicator: Indicator) -> str:
    line = next(line for line in plan.summary.lines if line[0] == indicator.code)  # type: ignore[index]
    return f"{quoted(plan.summary.sheet)}!{cell_name(*plan.summary.place(line, at.NAME))}"


SHEET = SheetKind(
    place=160,
    titles=one_sheet(at.DEFINITIONS, "每项指标的解释、要点条文和原文依据"),
    draw=lambda canvas, drawing, _title: draw_definitions(canvas, drawing.plan),
)
