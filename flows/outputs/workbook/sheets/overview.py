"""总览: the month on one printed page."""

from __future__ import annotations

from functools import partial
from typing import Any

from xlsxwriter import Workbook

from flows.consolidation.figure_table import current_line
from flows.consolidation.month import MEASURE
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.styles import PERCENT, number_format
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.ranking_plan import RankingPlan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.overview_blocks import (
    COLUMNS,
    draw_absent,
    draw_cards,
    draw_charts,
    draw_ranking_table,
    draw_work_points,
    ranked_places,
)
from flows.outputs.workbook.sheets.page import set_page
from flows.outputs.workbook.sheets.summary import city_meaning
from flows.outputs.workbook.sheets.trend import step_meaning
from flows.outputs.workbook.trend_plan import TrendPlan
from schemas import Indicator

CARD_ROW, RANKING_ROW = 3, 7
#: Headings of 重点指标 with the columns that each takes.
HEADLINES = (
    ("指标", 5), ("单位", 1), ("本月", 2), ("环比", 2), ("累计／期末", 2), ("上年同期", 2), ("同比", 2),
    ("走势", 2), ("未计入单位", 3),
)  # fmt: skip
HEADLINE_COLUMNS = 21
NONE = "—"


def draw_overview(canvas: Canvas, book: Workbook, plan: Plan, ranking: RankingPlan, trend: TrendPlan) -> None:
    sheet = canvas.sheet
    canvas.widths([4.6] * COLUMNS)
    sheet.set_row(0, 32)
    canvas.merge(0, 0, 0, COLUMNS - 1, plan.heading, "title", font_size=20, align="center")
    said = f"{plan.registry.issuer}　　报送截止 {plan.month.deadline}　　{_absent(plan)}"
    canvas.merge(1, 0, 1, COLUMNS - 1, said, "subtitle", align="center")
    sheet.set_row(2, 6)
    draw_cards(canvas, plan, ranking, CARD_ROW)
    sheet.set_row(CARD_ROW + 3, 6)
    places = ranked_places(ranking)
    last = draw_ranking_table(canvas, plan, ranking, places, RANKING_ROW)
    draw_charts(canvas, book, plan, ranking, places, RANKING_ROW)
    sheet.set_row(last, 6)
    headline_row = last + 1
    canvas.merge(headline_row, 0, headline_row, HEADLINE_COLUMNS - 1, "二、重点指标（全市）", "block")
    below = _draw_headlines(canvas, plan, trend, headline_row + 1)
    right = HEADLINE_COLUMNS + 1
    after = draw_work_points(canvas, plan, ranking, headline_row, right)
    draw_absent(canvas, plan, after, max(below, after + 2), right)
    sheet.print_area(0, 0, max(below, after + 3), COLUMNS - 1)
    set_page(canvas, plan, pages_high=1)


def _absent(plan: Plan) -> str:
    if plan.nothing_reported:
        return "本期没有任何单位的有效报送，各表均无数据"
    names = plan.absent_names
    return f"未计入：{names}" if names else "应报单位全部计入"


def _draw_headlines(canvas: Canvas, plan: Plan, trend: TrendPlan, row: int) -> int:
    column = 0
    for title, width in HEADLINES:
        canvas.merge(row, column, row, column + width - 1, title, "subheading", font_size=9)
        column += width
    for indicator in (i for i in plan.registry.indicators if i.headline and i.kind in MEASURE):
        row += 1
        canvas.sheet.set_row(row, 21)
        _draw_headline(canvas, plan, trend, indicator, row)
    return row


def _draw_headline(canvas: Canvas, plan: Plan, trend: TrendPlan, indicator: Indicator, row: int) -> None:
    canvas.merge(row, 0, row, 4, indicator.name, "plain", font_size=9, bold=True)
    canvas.text(row, 5, indicator.unit, "plain", font_size=8, align="center", shrink=True)
    flow = MEASURE[indicator.kind] == "month"
    now = current_line(indicator)
    lines = (
        "month" if flow else "",
        "",
        now,
        "prior_ytd" if flow else "prior_stock",
        "yoy" if flow else "change",
    )
    for place, line in zip((6, 8, 10, 12, 14), lines, strict=True):
        if place == 8:
            _draw_step(canvas, trend, indicator, row, place)
        elif line:
            _draw_city(canvas, plan, indicator, line, row, place)
        else:
            canvas.merge(row, place, row, place + 1, NONE, "plain", align="center", font_color="#B4BBC6")
    canvas.merge(row, 16, row, 17, "", "plain")
    if len(trend.months) > 1:
        options = {
            "range": trend.cells(indicator.code),
            "last_point": True,
            "series_color": "#2F5597",
            "weight": 1.5,
        }
        canvas.sheet.add_sparkline(row, 16, options)
    absent = plan.named([u.short for u in plan.tally.absent(indicator, now)], 3) or "无"
    canvas.merge(
        row,
        18,
        row,
        20,
        absent,
        "absent" if absent != "无" else "faint",
        font_size=7,
        shrink=True,
        text_wrap=False,
    )


def _draw_city(canvas: Canvas, plan: Plan, indicator: Indicator, line: str, row: int, column: int) -> None:
    canvas.note(row, column, partial(city_meaning, plan, indicator, line))
    value = plan.tally.city(indicator, line)
    source = plan.summary.ref((indicator.code, line), at.TOTAL)
    look: dict[str, Any] = {
        "num_format": number_format(indicator, line),
        "font_size": 9,
        "bold": line in ("ytd", "stock"),
    }
    canvas.merge(row, column, row, column + 1, "", "number", **look)
    canvas.formula(row, column, source, NONE if value is None else value, "number", **look)


def _draw_step(canvas: Canvas, trend: TrendPlan, indicator: Indicator, row: int, column: int) -> None:
    step = trend.step(indicator)
    look: dict[str, Any] = {"num_format": PERCENT, "font_size": 9}
    canvas.merge(row, column, row, column + 1, "", "number", **look)
    canvas.note(row, column, partial(step_meaning, trend, indicator))
    if trend.plan.units:
        canvas.formula(
            row, column, trend.step_ref(indicator.code), NONE if step is None else step, "number", **look
        )


SHEET = SheetKind(
    place=10,
    titles=one_sheet(at.OVERVIEW, "一页看全：报送率、名次、重点指标、强弱要点、缺报"),
    draw=lambda canvas, drawing, _title: draw_overview(
        canvas, drawing.book, drawing.plan, drawing.ranking, drawing.trend
    ),
    tab_colour="#1F3864",
    drawn_last=2,
    kept=True,
)
