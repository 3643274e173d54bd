"""Writes 考核汇总表: the same month gives the same bytes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from xlsxwriter import Workbook

from flows.assessment import Scores
from flows.collecting import collecting_seldom
from flows.month import Month
from flows.tally import tally_of
from flows.workbook import plan as at
from flows.workbook.amendments import draw_amendments
from flows.workbook.canvas import Canvas
from flows.workbook.cover import draw_cover
from flows.workbook.definitions import draw_definitions
from flows.workbook.findings import draw_findings
from flows.workbook.grids import draw_grids
from flows.workbook.ledgers import draw_ledger
from flows.workbook.names import define_names
from flows.workbook.origins import draw_origins
from flows.workbook.overview import draw_overview
from flows.workbook.plan import Plan
from flows.workbook.progress import draw_progress
from flows.workbook.ranking import draw_ranking
from flows.workbook.ranking_plan import RankingPlan
from flows.workbook.reporting import draw_reporting
from flows.workbook.rules import draw_rules
from flows.workbook.scoring import draw_scoring
from flows.workbook.section import draw_section
from flows.workbook.sheet import Sheet
from flows.workbook.styles import Styles
from flows.workbook.summary import draw_summary
from flows.workbook.trend import TrendPlan, draw_trend

OPTIONS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}


@collecting_seldom()
def write_workbook(month: Month, scores: Scores, path: Path) -> None:
    """Write the month's assessment workbook to ``path``, replacing what stands there.

    Raises ``OSError`` where the place can't be written.
    """
    plan = Plan(month, tally_of(month), scores)
    book = Workbook(str(path), OPTIONS)
    book.set_properties(
        {
            "title": plan.heading,
            "author": month.registry.issuer,
            "company": month.registry.issuer,
            "created": dt.datetime.combine(month.period.end, dt.time(), tzinfo=dt.UTC).replace(tzinfo=None),
        }
    )
    book.set_calc_mode("auto")
    _draw(book, plan)
    book.close()


def sheet_names(plan: Plan) -> list[str]:
    """The sheets in their order."""
    sections = [plan.section_sheet(section) for section in plan.registry.sections]
    ledgers = [ledger.title for ledger in plan.registry.ledgers]
    return [
        at.OVERVIEW, at.COVER, at.RANKING, at.SCORING, at.SUMMARY, *sections, at.GRID, at.PROGRESS, at.TREND,
        *ledgers, at.REPORTING, at.FINDINGS, at.RULES, at.AMENDMENTS, at.ORIGINS, at.DEFINITIONS,
    ]  # fmt: skip


def _draw(book: Workbook, plan: Plan) -> None:
    styles = Styles(book)
    names = sheet_names(plan)
    canvas = {name: Canvas(book.add_worksheet(name, Sheet), styles) for name in names}
    ranking, trend = RankingPlan(plan), TrendPlan(plan)
    draw_ranking(canvas[at.RANKING], plan, ranking)
    draw_scoring(canvas[at.SCORING], plan)
    canvas[at.SCORING].sheet.settle()
    draw_summary(canvas[at.SUMMARY], plan)
    canvas[at.SUMMARY].sheet.settle()
    for section in plan.registry.sections:
        draw_section(canvas[plan.section_sheet(section)], plan, ranking, section)
        canvas[plan.section_sheet(section)].sheet.settle()
    draw_grids(canvas[at.GRID], plan)
    canvas[at.GRID].sheet.settle()
    draw_progress(canvas[at.PROGRESS], plan)
    draw_trend(canvas[at.TREND], trend)
    for ledger in plan.registry.ledgers:
        draw_ledger(canvas[ledger.title], plan, ledger)
        canvas[ledger.title].sheet.settle()
    draw_reporting(canvas[at.REPORTING], plan)
    draw_findings(canvas[at.FINDINGS], plan)
    draw_rules(canvas[at.RULES], plan)
    draw_amendments(canvas[at.AMENDMENTS], plan)
    draw_origins(canvas[at.ORIGINS], plan)
    canvas[at.ORIGINS].sheet.settle()
    draw_definitions(canvas[at.DEFINITIONS], plan)
    draw_cover(canvas[at.COVER], plan, names)
    draw_overview(canvas[at.OVERVIEW], book, plan, ranking, trend)
    define_names(book, plan, ranking)
    canvas[at.OVERVIEW].sheet.activate()
    canvas[at.OVERVIEW].sheet.set_tab_color("#1F3864")
    canvas[at.RANKING].sheet.set_tab_color("#2F5597")
    canvas[at.SUMMARY].sheet.set_tab_color("#2F5597")
