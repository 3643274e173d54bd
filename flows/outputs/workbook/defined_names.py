"""Names for the ranges that people's own formulas are likely to need."""

from __future__ import annotations

from xlsxwriter import Workbook

from flows.outputs.workbook import plan as at
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.ranking_plan import RANK, TOTAL, UNIT, WEIGHT_ROW, RankingPlan


def define_names(book: Workbook, plan: Plan, ranking: RankingPlan) -> None:
    names = {
        "考核_权重": ranking.points_area(WEIGHT_ROW, local=False),
        "指标_代码": plan.summary.along(plan.summary.lines, at.CODE),
        "指标_口径": plan.summary.along(plan.summary.lines, at.LINE),
        "指标_全市合计": plan.summary.along(plan.summary.lines, at.TOTAL),
        "计分_目标值": plan.scoring.along(plan.scoring.lines, at.TARGET),
    }
    if plan.units:
        names |= {
            "考核_单位": ranking.column_area(UNIT, local=False),
            "考核_总分": ranking.column_area(TOTAL, local=False),
            "考核_名次": ranking.column_area(RANK, local=False),
        }
    for name, cells in names.items():
        book.define_name(name, f"={cells}")
