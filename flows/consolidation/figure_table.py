"""The month's figures by unit: what each cell shows, and what the city comes to.

Assessment, workbook and brief all read the month through this one value, so that they cannot
disagree about what is missing, zero or not applicable.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from flows.consolidation.month import Month
from flows.register.results import UnitState
from schemas import Indicator, Kind, Registry, Unit
from schemas.models import STATUS_NOT_APPLICABLE, STATUSES
from validations.declaring.ledger_relation import LedgerKind, measure_of
from validations.kinds import kind_of


class Mark(StrEnum):
    """What a cell shows where it has no value; the text is the one that users read."""

    VALUE = ""
    BLANK = "未填"  # the report came, the cell is missing or unreadable
    MISSING = "未报送"
    RETURNED = "被退回"
    OUTSIDE = "—"  # the unit does not report the indicator
    NOT_APPLICABLE = "不适用"
    NO_BASE = "无基数"  # a ratio or growth over nothing


#: Marks of a unit that should have reported a figure and is not in the total.
ABSENT = frozenset({Mark.BLANK, Mark.MISSING, Mark.RETURNED})


class ShownFigure(NamedTuple):
    """One cell as it is shown: a number, a text, or a mark."""

    number: float | None
    text: str
    mark: Mark

    @property
    def display(self) -> str:
        return self.text or str(self.mark)


#: One cell for each mark; they are many.
NOTHING: Mapping[Mark, ShownFigure] = {mark: ShownFigure(None, "", mark) for mark in Mark}

#: Lines of an indicator in tables, by kind: measures, then what is computed from them.
#: ``yoy`` is a fraction; ``change`` a difference; ``rate`` and ``prior_rate`` are per cent.
LINES: Mapping[Kind, tuple[str, ...]] = {
    Kind.FLOW: ("month", "ytd", "prior_ytd", "yoy"),
    Kind.STOCK: ("stock", "prior_stock", "change"),
    Kind.MILESTONE: ("status",),
    Kind.RATIO: ("rate", "prior_rate", "points"),
}
#: Computed lines: (current, prior) that each compares.
COMPARED: Mapping[str, tuple[str, str]] = {
    "yoy": ("ytd", "prior_ytd"),
    "change": ("stock", "prior_stock"),
    "points": ("rate", "prior_rate"),
}


def lines_of(indicator: Indicator) -> tuple[str, ...]:
    """The lines that an indicator has in tables; a growth has no line of the year before."""
    if indicator.ratio is not None and indicator.ratio.growth_of is not None:
        return ("rate",)
    return LINES[indicator.kind]


def scored_lines(registry: Registry, indicator: Indicator) -> tuple[str, str, str]:
    """(code, current line, prior line) that growth compares: for a growth, those of its flow."""
    if indicator.ratio is not None and indicator.ratio.growth_of is not None:
        base = registry.indicator[indicator.ratio.growth_of]
        return base.code, "ytd", "prior_ytd"
    current, prior = {
        Kind.FLOW: ("ytd", "prior_ytd"),
        Kind.STOCK: ("stock", "prior_stock"),
        Kind.RATIO: ("rate", "prior_rate"),
        Kind.MILESTONE: ("status", "status"),
    }[indicator.kind]
    return indicator.code, current, prior


def current_line(indicator: Indicator) -> str:
    """The line that stands for the indicator where only one is shown, and that is scored."""
    return {Kind.FLOW: "ytd", Kind.STOCK: "stock", Kind.RATIO: "rate", Kind.MILESTONE: "status"}[
        indicator.kind
    ]


class RatioParts(NamedTuple):
    """A ratio's cells: 100 * numerator / denominator (less 100 for a growth)."""

    numerator: tuple[str, str]  # indicator code, measure
    denominator: tuple[str, str]
    growth: bool


def ratio_parts(registry: Registry, indicator: Indicator, line: str) -> RatioParts:
    """What ``rate`` or ``prior_rate`` of a ratio indicator is computed from."""
    ratio = indicator.ratio
    if ratio is None:
        raise ValueError(f"not a ratio: {indicator.code}")
    if ratio.growth_of is not None:
        return RatioParts((ratio.growth_of, "ytd"), (ratio.growth_of, "prior_ytd"), growth=True)
    over, under = str(ratio.numerator), str(ratio.denominator)
    now = line == "rate"
    if registry.indicator[over].kind is Kind.STOCK:
        measure = "stock" if now else "prior_stock"
    else:
        measure = "ytd" if now else "prior_ytd"
    return RatioParts((over, measure), (under, measure), growth=False)


def compare(line: str, current: float, prior: float) -> float | None:
    """``yoy`` as a fraction (None without a base), ``change`` and ``points`` as a difference."""
    if line != "yoy":
        return current - prior
    return None if prior == 0 else (current - prior) / prior


@dataclass(frozen=True)
class FigureTable:
    """``units`` in the order of types, then of the registry; ``cells`` by unit, code, measure."""

    month: Month
    units: tuple[Unit, ...]
    cells: Mapping[tuple[str, str, str], ShownFigure]

    @property
    def registry(self) -> Registry:
        return self.month.registry

    @cached_property
    def counted(self) -> tuple[Unit, ...]:
        """Units whose figures are in the month."""
        return tuple(u for u in self.units if self.month.units[u.code].counts)

    def units_of(self, kind: str) -> tuple[Unit, ...]:
        return self._by_type.get(kind, ())

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[Unit, ...]]:
        kinds = dict.fromkeys(u.type for u in self.units)
        return {kind: tuple(u for u in self.units if u.type == kind) for kind in kinds}

    @cached_property
    def types(self) -> tuple[str, ...]:
        """Unit types that have a unit, in order."""
        return tuple(t for t in self.registry.unit_types if self.units_of(t))

    def absence(self, unit: Unit) -> Mark | None:
        """Why none of a unit's figures count, or None where they do."""
        shown = self._absent[unit.code]
        return None if shown is None else shown.mark

    def shown(self, unit: Unit, indicator: Indicator, line: str) -> ShownFigure:
        """What the cell of a unit shows on a line of an indicator."""
        position = self._position.get(unit.code)
        if position is None:
            return self._over((unit,), indicator, line)[0]
        return self.row(indicator, line)[position]

    @cached_property
    def _position(self) -> Mapping[str, int]:
        return {unit.code: n for n, unit in enumerate(self.units)}

    def _over(self, units: tuple[Unit, ...], indicator: Indicator, line: str) -> tuple[ShownFigure, ...]:
        """A line over units: a province has a million cells, so what holds for all of them is asked once."""
        reports, absent, code = self.registry.reports, self._absent, indicator.code
        told: Iterable[ShownFigure]
        if line in COMPARED:
            now, before = (self._line(units, indicator, name) for name in COMPARED[line])
            told = (_compared(line, *pair) for pair in zip(now, before, strict=True))
        elif indicator.kind is Kind.RATIO:
            parts = ratio_parts(self.registry, indicator, line)
            sides = ((self.registry.indicator[name], measure) for name, measure in parts[:2])
            over, under = (self._line(units, *side) for side in sides)
            told = (_quotient(*pair, parts.growth) for pair in zip(over, under, strict=True))
        else:
            told = (self.cells.get((unit.code, code, line), _BLANK) for unit in units)
        return tuple(
            (absent[unit.code] or one) if reports(unit, indicator) else _OUTSIDE
            for unit, one in zip(units, told, strict=True)
        )

    def _line(self, units: tuple[Unit, ...], indicator: Indicator, line: str) -> tuple[ShownFigure, ...]:
        return self.row(indicator, line) if units is self.units else self._over(units, indicator, line)

    @cached_property
    def _absent(self) -> Mapping[str, ShownFigure | None]:
        """Unit code -> what all its cells show where none of its figures count."""
        returned, missing = NOTHING[Mark.RETURNED], NOTHING[Mark.MISSING]
        return {
            code: None if status.counts else returned if status.state == UnitState.RETURNED else missing
            for code, status in self.month.units.items()
        }

    def city(self, indicator: Indicator, line: str) -> float | None:
        """The city's value: a sum, the number of units done, a ratio of sums, or a comparison.

        None where no unit has a figure, or a ratio has no base.
        """
        if line in COMPARED:
            now, before = (self.city(indicator, name) for name in COMPARED[line])
            return None if now is None or before is None else compare(line, now, before)
        if indicator.kind is Kind.RATIO:
            parts = ratio_parts(self.registry, indicator, line)
            over = self.added(*parts.numerator)
            under = self.added(*parts.denominator)
            value = None if over is None or not under else 100 * over / under
            return None if value is None else value - 100 * parts.growth
        if indicator.kind is Kind.MILESTONE:
            said = [s.text for s in self.row(indicator, line) if s.text]
            return float(said.count(STATUSES[-1])) if said else None
        added, distinct = self.added(indicator.code, line), self.distinct.get((indicator.code, line))
        return added if added is None or distinct is None else float(distinct.entries)

    def added(self, code: str, line: str) -> float | None:
        """The plain sum over the units that have a figure."""
        row = self.row(self.registry.indicator[code], line)
        numbers = [s.number for s in row if s.number is not None]
        return math.fsum(numbers) if numbers else None

    def adding(self, indicator: Indicator, line: str) -> tuple[Unit, ...]:
        """The units with a figure that the city's value of a line is made of."""
        if line in COMPARED:
            sides = [self.adding(indicator, name) for name in COMPARED[line]]
        elif indicator.kind is Kind.RATIO:
            parts = ratio_parts(self.registry, indicator, line)
            sides = [self.adding(self.registry.indicator[code], name) for code, name in parts[:2]]
        else:
            row = zip(self.units, self.row(indicator, line), strict=True)
            sides = [tuple(unit for unit, shown in row if shown.number is not None or shown.text)]
        held = {unit.code for side in sides for unit in side}
        return tuple(unit for unit in self.units if unit.code in held)

    def row(self, indicator: Indicator, line: str) -> tuple[ShownFigure, ...]:
        """A line over all units, in their order."""
        key = (indicator.code, line)
        if key not in self._rows_made:
            self._rows_made[key] = self._over(self.units, indicator, line)
        return self._rows_made[key]

    @cached_property
    def _rows_made(self) -> dict[tuple[str, str], tuple[ShownFigure, ...]]:
        return {}

    def absent(self, indicator: Indicator, line: str) -> tuple[Unit, ...]:
        """Units that should be in the city's value of a line and are not."""
        return tuple(
            unit
            for unit, shown in zip(self.units, self.row(indicator, line), strict=True)
            if shown.mark in ABSENT
        )

    @cached_property
    def distinct(self) -> Mapping[tuple[str, str], Distinct]:
        """Figures (code, measure) that count distinct ledger entries: of the merged ledger, not added up."""
        found = {}
        for relation in self.registry.relations:
            kind = kind_of(relation)
            if isinstance(kind, LedgerKind) and kind.distinct:
                code, name = str(relation.params["indicator"]), str(relation.params["ledger"])
                column = str(relation.params["column"])
                entries = _entries(column, self.month.ledgers.get(name))
                found[code, measure_of(relation)] = Distinct(name, column, entries)
        return found


class Distinct(NamedTuple):
    """A count of distinct values of a column of a merged ledger."""

    ledger: str
    column: str
    entries: int


def build_figure_table(month: Month) -> FigureTable:
    """Index the month's figures, unit by unit. Scores hold it, so that one run builds it once."""
    units = tuple(u for u in units_by_type(month.registry) if u.code in month.units)
    return FigureTable(month, units, index(month.figures))


def units_by_type(registry: Registry) -> tuple[Unit, ...]:
    """The units in the order of their types, then of the registry."""
    order = {name: n for n, name in enumerate(registry.unit_types)}
    return tuple(sorted(registry.units, key=lambda u: order[u.type]))


def index(figures: pd.DataFrame) -> dict[tuple[str, str, str], ShownFigure]:
    """(unit code, indicator, measure) -> what its cell shows."""
    columns = ("unit_code", "indicator", "measure", "value", "text", "state")
    units, codes, measures, values, texts, states = (figures[name].tolist() for name in columns)
    # A province's million figures are a few thousand different ones: each is held once.
    known: dict[float, ShownFigure] = {}
    typed = (_typed(*cell, known) for cell in zip(measures, values, texts, states, strict=True))
    return dict(zip(zip(units, codes, measures, strict=True), typed, strict=True))


_BLANK, _OUTSIDE = NOTHING[Mark.BLANK], NOTHING[Mark.OUTSIDE]
_STEPS: Mapping[object, ShownFigure] = {status: ShownFigure(None, status, Mark.VALUE) for status in STATUSES}


def _typed(
    measure: str, value: float | None, text: object, state: str, known: dict[float, ShownFigure]
) -> ShownFigure:
    if state in ("missing", "rejected"):
        return _BLANK
    if state == "not_applicable" or text == STATUS_NOT_APPLICABLE:
        return NOTHING[Mark.NOT_APPLICABLE]
    if measure == "status":
        return _STEPS.get(text, _BLANK)
    # What is missing is NaN, which differs from itself.
    if value is None or value != value:  # noqa: PLR0124
        return _BLANK
    shown = known.get(value)
    if shown is None:
        known[value] = shown = ShownFigure(float(value), "", Mark.VALUE)
    return shown


def _compared(line: str, now: ShownFigure, before: ShownFigure) -> ShownFigure:
    if now.number is None or before.number is None:
        return now if now.number is None else before
    value = compare(line, now.number, before.number)
    return ShownFigure(value, "", Mark.NO_BASE if value is None else Mark.VALUE)


def _quotient(over: ShownFigure, under: ShownFigure, growth: bool) -> ShownFigure:
    if over.number is None or under.number is None:
        return over if over.number is None else under
    if under.number == 0:
        return NOTHING[Mark.NO_BASE]
    return ShownFigure(100 * over.number / under.number - 100 * growth, "", Mark.VALUE)


def _entries(column: str, rows: pd.DataFrame | None) -> int:
    return 0 if rows is None or rows.empty else int(rows[column].dropna().nunique())
