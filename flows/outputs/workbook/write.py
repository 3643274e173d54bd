"""Writes 考核汇总表: the same month gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flows.consolidation.month import Month
from flows.consolidation.scoring import Scores
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.defined_names import define_names
from flows.outputs.workbook.drawing.book import Book
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.sheet import Sheet
from flows.outputs.workbook.drawing.styles import Styles
from flows.outputs.workbook.drawing.tracing_canvas import TracingCanvas
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.ranking_plan import RankingPlan
from flows.outputs.workbook.sheet_kind import Drawing, SheetKind
from flows.outputs.workbook.sheets import sheet_kinds
from flows.outputs.workbook.trend_plan import TrendPlan
from flows.platform.memory import infrequent_gc
from schemas import RegistryError


@infrequent_gc()
def write_workbook(month: Month, scores: Scores, path: Path) -> None:
    """Write the month's assessment workbook to ``path``, replacing what stands there.

    Raises ``OSError`` where the place can't be written.
    """
    plan = Plan.of(month, scores)
    with Book(path, title=plan.heading, issuer=month.registry.issuer, day=month.period.end) as book:
        _draw(book, plan)


def sheet_names(plan: Plan) -> list[str]:
    """Titles of the sheets in their order. Raises :class:`RegistryError` for one that stands twice."""
    return list(_sheets(plan))


def _sheets(plan: Plan) -> dict[str, tuple[SheetKind, str]]:
    """Title -> its kind and what the cover says of it, in the order of the sheets."""
    sheets: dict[str, tuple[SheetKind, str]] = {}
    for kind in sheet_kinds():
        for title, about in kind.titles(plan).items():
            if title in sheets:
                raise _taken(plan, title)
            sheets[title] = kind, about
    return sheets


def _taken(plan: Plan, title: str) -> RegistryError:
    reason = f"考核汇总表已有工作表“{title}”，请改用别的名称"
    named = (ledger.name for ledger in plan.registry.ledgers if ledger.title == title)
    ledger = next(named, None)
    if ledger is None:
        return RegistryError("work_points.yaml", "sections", reason)
    return RegistryError("ledgers.yaml", f"[{ledger}].title", reason)


def _draw(book: Book, plan: Plan) -> None:
    styles = Styles(book)
    sheets = _sheets(plan)
    canvases = {title: Canvas(book.add_worksheet(title, Sheet), styles) for title in sheets}
    drawing = _drawing(book, plan, sheets)
    for title, (kind, _) in sorted(sheets.items(), key=lambda item: item[1][0].drawn_last):
        canvas = canvases[title]
        if kind.tab_colour:
            canvas.sheet.set_tab_color(kind.tab_colour)
        kind.draw(canvas, drawing, title)
        if not kind.kept:
            book.settle(canvas.sheet)
    define_names(book, plan, drawing.ranking)
    canvases[at.OVERVIEW].sheet.activate()


def _drawing(book: Book, plan: Plan, sheets: Mapping[str, tuple[SheetKind, str]]) -> Drawing:
    contents = {title: about for title, (_, about) in sheets.items()}
    return Drawing(book, plan, RankingPlan(plan), TrendPlan(plan), contents)


def draw_for_tracing(plan: Plan, name: str) -> TracingCanvas:
    """One sheet, drawn for what it says of its cells and written nowhere; ``name`` of ``sheet_names``."""
    book = Book(Path(), title=plan.heading, issuer=plan.registry.issuer, day=plan.month.period.end)
    canvas = TracingCanvas(book.add_worksheet(name, Sheet), Styles(book))
    sheets = _sheets(plan)
    sheets[name][0].draw(canvas, _drawing(book, plan, sheets), name)
    return canvas
