"""总览: the month on one page."""

from __future__ import annotations

from xlsxwriter import Workbook

from flows.workbook.canvas import Canvas
from flows.workbook.page import set_page
from flows.workbook.plan import Plan
from flows.workbook.ranking_plan import RankingPlan
from flows.workbook.trend import TrendPlan


def draw_overview(canvas: Canvas, book: Workbook, plan: Plan, ranking: RankingPlan, trend: TrendPlan) -> None:
    canvas.title(plan.heading)
    set_page(canvas, plan, pages_high=1)
