"""Writes 考核汇总表: the same month gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from flows.consolidation.figure_table import tally_of
from flows.consolidation.month import Month
from flows.consolidation.scoring import Scores
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.defined_names import define_names
from flows.outputs.workbook.drawing.book import Book
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.sheet import Sheet
from flows.outputs.workbook.drawing.styles import Styles
from flows.outputs.workbook.drawing.tracing_canvas import TellingCanvas
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.ranking_plan import RankingPlan
from flows.outputs.workbook.sheets.amendments import draw_amendments
from flows.outputs.workbook.sheets.cover import draw_cover
from flows.outputs.workbook.sheets.definitions import draw_definitions
from flows.outputs.workbook.sheets.findings import draw_findings
from flows.outputs.workbook.sheets.grids import draw_grids
from flows.outputs.workbook.sheets.ledgers import draw_ledger
from flows.outputs.workbook.sheets.origins import draw_origins
from flows.outputs.workbook.sheets.overview import draw_overview
from flows.outputs.workbook.sheets.progress import draw_progress
from flows.outputs.workbook.sheets.ranking import draw_ranking
from flows.outputs.workbook.sheets.reporting import draw_reporting
from flows.outputs.workbook.sheets.rules import draw_rules
from flows.outputs.workbook.sheets.scoring import draw_scoring
from flows.outputs.workbook.sheets.section import draw_section
from flows.outputs.workbook.sheets.summary import draw_summary
from flows.outputs.workbook.sheets.trend import TrendPlan, draw_trend
from flows.platform.memory import infrequent_gc
from schemas import RegistryError


@infrequent_gc()
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
