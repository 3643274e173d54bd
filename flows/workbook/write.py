"""Writes 考核汇总表: the same month gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from flows.assessment import Scores
from flows.collecting import collecting_seldom
from flows.month import Month
from flows.tally import tally_of
from flows.workbook import plan as at
from flows.workbook.amendments import draw_amendments
from flows.workbook.book import Book
from flows.workbook.canvas import Canvas
from flows.workbook.cover import draw_cover
from flows.workbook.definitions import draw_definitions
from flows.workbook.findings import draw_findings
from flows.workbook.grids import draw_grids
from flows.workbook.ledgers import draw_ledger
from flows.workbook.meaning import TellingCanvas
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
from schemas import RegistryError


@collecting_seldom()
def write_workbook(month: Month, scores: Scores, path: Path) -> None:
    """Write the month's assessment workbook to ``path``, replacing what stands there.

    Raises ``OSError`` where the place can't be written.
    """
    plan = Plan(month, tally_of(month), scores)
    with Book(path, title=plan.heading, issuer=month.registry.issuer, day=month.period.end) as book:
        _draw(book, plan)


def sheet_names(plan: Plan) -> list[str]:
    """The sheets in their order. Raises :class:`RegistryError` for a title that is another sheet's."""
    sections = [section.sheet for section in plan.registry.sections]
    ledgers = [ledger.title for ledger in plan.registry.ledgers]
    before = [at.OVERVIEW, at.COVER, at.RANKING, at.SCORING, at.SUMMARY]
    between = [at.GRID, at.PROGRESS, at.TREND]
    after = [at.REPORTING, at.FINDINGS, at.RULES, at.AMENDMENTS, at.ORIGINS, at.DEFINITIONS]
    for ledger in plan.registry.ledgers:
        if ledger.title in (*before, *between, *after):
            reason = f"考核汇总表已有工作表“{ledger.title}”，请改用别的名称"
            raise RegistryError("ledgers.yaml", f"[{ledger.name}].title", reason)
    return [*before, *sections, *between, *ledgers, *after]


def _draw(book: Book, plan: Plan) -> None:
    styles = Styles(book)
    names = sheet_names(plan)
    canvas = {name: Canvas(book.add_worksheet(name, Sheet), styles) for name in names}
    for name, colour in ((at.OVERVIEW, "#1F3864"), (at.RANKING, "#2F5597"), (at.SUMMARY, "#2F5597")):
        canvas[name].sheet.set_tab_color(colour)
    ranking = RankingPlan(plan)
    for name, draw in _draws(book, plan, ranking, names):
        draw(canvas[name])
        if name not in KEPT:
            book.settle(canvas[name].sheet)
    define_names(book, plan, ranking)
    canvas[at.OVERVIEW].sheet.activate()


#: All other sheets can be let go as soon as they are drawn: no chart shows a cell of theirs.
KEPT = (at.RANKING, at.COVER, at.OVERVIEW)


def told(plan: Plan, name: str) -> TellingCanvas:
    """One sheet, drawn for what it tells of its cells and written nowhere; ``name`` of ``sheet_names``."""
    book = Book(Path(), title=plan.heading, issuer=plan.registry.issuer, day=plan.month.period.end)
    canvas = TellingCanvas(book.add_worksheet(name, Sheet), Styles(book))
    dict(_draws(book, plan, RankingPlan(plan), sheet_names(plan)))[name](canvas)
    return canvas


def _draws(
    book: Book, plan: Plan, ranking: RankingPlan, names: list[str]
) -> Iterator[tuple[str, Callable[[Canvas], None]]]:
    """What draws each sheet, in the order in which they are drawn."""
    trend = TrendPlan(plan)
    yield at.RANKING, partial(draw_ranking, plan=plan, ranking=ranking)
    yield at.SCORING, partial(draw_scoring, plan=plan)
    yield at.SUMMARY, partial(draw_summary, plan=plan)
    for section in plan.registry.sections:
        yield section.sheet, partial(draw_section, plan=plan, ranking=ranking, section=section)
    yield at.GRID, partial(draw_grids, plan=plan)
    yield at.PROGRESS, partial(draw_progress, plan=plan)
    yield at.TREND, partial(draw_trend, trend=trend)
    for ledger in plan.registry.ledgers:
        yield ledger.title, partial(draw_ledger, plan=plan, ledger=ledger)
    yield at.REPORTING, partial(draw_reporting, plan=plan)
    yield at.FINDINGS, partial(draw_findings, plan=plan)
    yield at.RULES, partial(draw_rules, plan=plan)
    yield at.AMENDMENTS, partial(draw_amendments, plan=plan)
    yield at.ORIGINS, partial(draw_origins, plan=plan)
    yield at.DEFINITIONS, partial(draw_definitions, plan=plan)
    yield at.COVER, partial(draw_cover, plan=plan, names=names)
    yield at.OVERVIEW, partial(draw_overview, book=book, plan=plan, ranking=ranking, trend=trend)
