"""What pages hand to their templates: cells, figures, rows and series as they are shown."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from flows.outputs.site import chart
from flows.outputs.site.finding_lines import Line
from flows.outputs.site.labels import Badge
from schemas import Indicator, Ledger, Unit, WorkPoint


class ShownCell(NamedTuple):
    """A cell: its ``value`` as used, its ``raw`` text as typed, and the findings at its place."""

    anchor: str
    title: str
    value: str
    raw: str
    cell: str
    state: str
    badge: Badge
    lines: tuple[Line, ...]


class IndicatorCells(NamedTuple):
    """An indicator of the report; ``indicator`` is None for a code that the year does not know."""

    code: str
    indicator: Indicator | None
    cells: tuple[ShownCell, ...]


class WorkPointCells(NamedTuple):
    work_point: WorkPoint
    progress: tuple[ShownCell, ...]
    figures: tuple[IndicatorCells, ...]


class LedgerRowCells(NamedTuple):
    number: int
    anchor: str
    cells: tuple[ShownCell, ...]


class LedgerTable(NamedTuple):
    """A ledger's rows; ``heads`` are (title, column letter)."""

    ledger: Ledger
    heads: tuple[tuple[str, str], ...]
    rows: tuple[LedgerRowCells, ...]


class UnitSeries(NamedTuple):
    """A unit; ``cells``: what it shows month by month, as HTML."""

    unit: Unit
    cells: Markup
    chart: chart.Chart | None
