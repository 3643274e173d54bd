"""What each file of ``sheets/`` declares of its sheet: its place, its titles, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flows.outputs.workbook.drawing.book import Book
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.ranking_plan import RankingPlan
from flows.outputs.workbook.trend_plan import TrendPlan


class Drawing(NamedTuple):
    """All that a sheet may be drawn from; ``contents``: the title of each sheet and a line about it."""

    book: Book
    plan: Plan
    ranking: RankingPlan
    trend: TrendPlan
    contents: Mapping[str, str]


@dataclass(frozen=True)
class SheetKind:
    """A sheet of the workbook, or one for each section or ledger.

    ``place`` orders the sheets from left to right. ``titles`` gives each title with the line that the cover
    says of it. ``drawn_last`` orders those that are drawn after all others. ``kept``: its cells are needed
    until the workbook is closed, because a chart shows them or because it is drawn last.
    """

    place: int
    titles: Callable[[Plan], Mapping[str, str]]
    draw: Callable[[Canvas, Drawing, str], None]
    tab_colour: str = ""
    drawn_last: int = 0
    kept: bool = False


def one_sheet(title: str, about: str) -> Callable[[Plan], Mapping[str, str]]:
    """``titles`` of a kind that is always one sheet."""
    return lambda _plan: {title: about}
