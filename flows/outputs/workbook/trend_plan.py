"""Where 月度走势 shows each indicator and month, and the like-for-like sums behind 环比."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from flows.consolidation.month import MEASURE
from flows.outputs.workbook.drawing.addresses import absolute, area, quoted
from flows.outputs.workbook.plan import LATTICE_TOP, TREND, Plan
from schemas import Indicator, Period

COUNT_ROW, FIRST_ROW = LATTICE_TOP, LATTICE_TOP + 1
FIRST_MONTH = 4


@dataclass(frozen=True)
class TrendPlan:
    """Rows and columns of 月度走势."""

    plan: Plan

    @cached_property
    def months(self) -> tuple[Period, ...]:
        """January to the reporting month."""
        last = self.plan.month.period
        return tuple(Period(last.year, n) for n in range(1, last.month + 1))

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(i for i in self.plan.registry.indicators if i.kind in MEASURE)

    @cached_property
    def row(self) -> Mapping[str, int]:
        return {i.code: FIRST_ROW + n for n, i in enumerate(self.indicators)}

    @property
    def alike_column(self) -> int:
        """上月同口径, 本月同口径; 环比 and the sparkline follow."""
        return FIRST_MONTH + len(self.months)

    @property
    def step_column(self) -> int:
        return self.alike_column + 2

    def cells(self, code: str) -> str:
        """The months of an indicator, with the sheet."""
        return area(self.row[code], FIRST_MONTH, self.row[code], self.alike_column - 1, TREND)

    def step_ref(self, code: str) -> str:
        return f"{quoted(TREND)}!{absolute(self.row[code], self.step_column)}"

    @cached_property
    def units_counted(self) -> Mapping[Period, int]:
        month = self.plan.month
        return {**month.prior.counted, month.period: len(self.plan.tally.counted)}

    def value(self, indicator: Indicator, month: Period) -> float | None:
        measure = MEASURE[indicator.kind]
        if month == self.plan.month.period:
            return self.plan.tally.city(indicator, measure)
        return self.plan.month.prior.sums.get((indicator.code, measure, month))

    def alike(self, indicator: Indicator) -> LikeForLike:
        """The units that have a value in this month and in the one before, and their sums."""
        measure = MEASURE[indicator.kind]
        before = self.plan.month.prior.last.get((indicator.code, measure), {})
        row = self.plan.tally.row(indicator, measure)
        pairs = [
            (unit.code, shown.number)
            for unit, shown in zip(self.plan.units, row, strict=True)
            if shown.number is not None and unit.code in before
        ]
        units = tuple(code for code, _ in pairs)
        if not units:
            return LikeForLike((), None, None)
        return LikeForLike(units, math.fsum(before[u] for u in units), math.fsum(n for _, n in pairs))

    def step(self, indicator: Indicator) -> float | None:
        """环比 as a fraction, over units that have both months; None without a base."""
        alike = self.alike(indicator)
        if alike.now is None or not alike.before:
            return None
        return (alike.now - alike.before) / alike.before


class LikeForLike(NamedTuple):
    """Like for like: the same units in both months."""

    units: tuple[str, ...]
    before: float | None
    now: float | None
