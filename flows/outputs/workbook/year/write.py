"""Writes 年度考核汇总表: the same year gives the same bytes."""

from __future__ import annotations

from pathlib import Path

from flows.consolidation.year import Year
from flows.outputs.workbook.defined_names import define_names
from flows.outputs.workbook.drawing.book import Book
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.sheet import Sheet
from flows.outputs.workbook.drawing.styles import Styles
from flows.outputs.workbook.sheets.definitions import draw_definitions
from flows.outputs.workbook.sheets.ranking import draw_ranking
from flows.outputs.workbook.sheets.scoring import draw_scoring
from flows.outputs.workbook.sheets.summary import draw_summary
from flows.outputs.workbook.year import year_plan as at
from flows.outputs.workbook.year.notes import draw_notes
from flows.outputs.workbook.year.overview import draw_overview
from flows.outputs.workbook.year.reporting import draw_reporting
from flows.outputs.workbook.year.trend import YearTrend, draw_monthly, draw_trend
from flows.outputs.workbook.year.year_plan import YearPlan, plan_of, ranking_of

RANKING_NOTE = (
    "{basis}。年度得分由上述年度数据按月度同样的方法计算，不是各月得分的平均；以较早月份计入的单位少计其后各月，在“情况”栏注明，待补报后重算。"
    "要点原文未设目标值和权重。{{note}}（{{who}}）。要点得分是该单位所报各计分指标的平均分，部分和总分按权重加权平均，"
    "不由该单位填报的要点不进入分母；只在同类单位之间排名，同分同名次。"
    "改动黄格中的权重，或“年度计分”中的目标值、“指标年度”中的数据，得分和名次即时变动。"
)

FIGURES_LEGEND = (
    "未填：已报送但该格空缺；未报送、被退回：该单位全年没有已接收的报送，不在合计之内；不适用：单位申明；"
    "—：不由该单位填报；0：确认为零；无基数：分母或上年同期为零。单位名下注明“截至”的，数据截至其自身最近月份。"
)


def write_year_workbook(year: Year, path: Path) -> None:
    """Write the year's assessment workbook to ``path``, replacing what stands there.

    Raises ``OSError`` where the place can't be written.
    """
    plan = plan_of(year)
    with Book(path, title=plan.heading, issuer=year.registry.issuer, day=year.last.end) as book:
        _draw(book, plan)


def sheet_names(plan: YearPlan) -> list[str]:
    """The sheets in their order; units' months are left to the datasets where units are very many."""
    monthly = [] if plan.large else [at.MONTHLY]
    return [
        at.OVERVIEW, at.RANKING, at.SCORING, at.FIGURES, at.TREND, *monthly, at.REPORTING, at.DEFINITIONS,
        at.NOTES,
    ]  # fmt: skip


def _draw(book: Book, plan: YearPlan) -> None:
    styles = Styles(book)
    names = sheet_names(plan)
    canvas = {name: Canvas(book.add_worksheet(name, Sheet), styles) for name in names}
    for name, colour in ((at.OVERVIEW, "#1F3864"), (at.RANKING, "#2F5597"), (at.FIGURES, "#2F5597")):
        canvas[name].sheet.set_tab_color(colour)
    ranking, trend = ranking_of(plan), YearTrend(plan)
    note = RANKING_NOTE.format(basis=plan.basis_line)
    title = f"年度得分（{plan.year.number}年，截至{plan.year.last.month}月）"
    draw_ranking(canvas[at.RANKING], plan, ranking, title=title, note=note)
    draw_scoring(canvas[at.SCORING], plan, title=at.SCORING)
    book.settle(canvas[at.SCORING].sheet)
    draw_summary(
        canvas[at.FIGURES],
        plan,
        title=f"指标年度（{plan.year.number}年）",
        subtitle=plan.basis_line,
        legend=FIGURES_LEGEND,
    )
    book.settle(canvas[at.FIGURES].sheet)
    draw_trend(canvas[at.TREND], trend)
    if not plan.large:
        draw_monthly(canvas[at.MONTHLY], trend)
    draw_reporting(canvas[at.REPORTING], plan)
    draw_definitions(canvas[at.DEFINITIONS], plan)
    draw_notes(canvas[at.NOTES], plan, names)
    draw_overview(canvas[at.OVERVIEW], book, plan, ranking, trend)
    define_names(book, plan, ranking)
    canvas[at.OVERVIEW].sheet.activate()
