"""月度走势: the city's months of the year, indicator by indicator."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flows.tally import Mark
from flows.workbook import plan as at
from flows.workbook.canvas import Canvas, absolute, area, quoted
from flows.workbook.page import set_page
from flows.workbook.plan import LATTICE_TOP, TREND, Plan
from flows.workbook.styles import PERCENT, number_format
from schemas import Indicator, Kind, Period

#: The measure of a month, by kind.
MEASURE: Mapping[Kind, str] = {Kind.FLOW: "month", Kind.STOCK: "stock"}
COUNT_ROW, FIRST_ROW = LATTICE_TOP, LATTICE_TOP + 1
FIRST_MONTH = 4
NONE = "—"


@dataclass(frozen=True)
class TrendPlan:
    """Rows and columns of 月度走势, and the earlier months' city values."""

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
    def step_column(self) -> int:
        """环比; the sparkline follows."""
        return FIRST_MONTH + len(self.months)

    def cells(self, code: str) -> str:
        """The months of an indicator, with the sheet."""
        return area(self.row[code], FIRST_MONTH, self.row[code], self.step_column - 1, TREND)

    def step_ref(self, code: str) -> str:
        return f"{quoted(TREND)}!{absolute(self.row[code], self.step_column)}"

    @cached_property
    def earlier(self) -> Mapping[tuple[str, str, Period], float]:
        """(indicator, measure, month) -> the city's sum over the units accepted then."""
        rows = self.plan.month.history
        rows = rows[rows["value"].notna() & rows["measure"].isin(list(MEASURE.values()))]
        grouped = rows.groupby(["indicator", "measure", "period"], sort=True)["value"]
        return {
            (str(code), str(measure), Period.parse(str(period))): math.fsum(values)
            for (code, measure, period), values in grouped  # type: ignore[misc]
        }

    @cached_property
    def units_counted(self) -> Mapping[Period, int]:
        rows = self.plan.month.history
        held = rows.groupby("period", sort=True)["unit_code"].nunique()
        counts = {Period.parse(str(period)): int(count) for period, count in held.items()}
        return counts | {self.plan.month.period: len(self.plan.tally.counted)}

    def value(self, indicator: Indicator, month: Period) -> float | None:
        measure = MEASURE[indicator.kind]
        if month == self.plan.month.period:
            return self.plan.tally.city(indicator, measure)
        return self.earlier.get((indicator.code, measure, month))

    def step(self, indicator: Indicator) -> float | None:
        """环比 as a fraction; None without a month before, or without a base."""
        if len(self.months) < 2:
            return None
        before, now = (self.value(indicator, month) for month in self.months[-2:])
        return None if now is None or not before else (now - before) / before


def draw_trend(canvas: Canvas, trend: TrendPlan) -> None:
    plan = trend.plan
    year = plan.month.period.year
    canvas.title(
        f"月度走势（{year}年，全市）", "发生数为各月本月数，期末数为各月末数；以当月计入的单位为准。"
    )
    canvas.text(2, 0, _note(plan), "subtitle")
    heading = LATTICE_TOP - 1
    months = [f"{month.month}月" for month in trend.months]
    canvas.headings(heading, ["要点", "代码", "指标", "单位", *months, "环比", "走势"])
    _draw_counts(canvas, trend)
    for indicator in trend.indicators:
        _draw_indicator(canvas, trend, indicator)
    canvas.widths([17, 7, 25, 6, *(10.5 for _ in months), 9, 18])
    canvas.sheet.autofilter(heading, 0, FIRST_ROW + len(trend.indicators) - 1, trend.step_column + 1)
    set_page(canvas, plan, repeat=(heading, heading), freeze=(FIRST_ROW, 4))


def _note(plan: Plan) -> str:
    codes = "、".join(sorted(plan.tally.distinct))
    return f"{codes}：报告期月份按全市台账去重，以前各月为各单位合计。环比为本月数（期末数）比上月增长。"


def _draw_counts(canvas: Canvas, trend: TrendPlan) -> None:
    canvas.merge(COUNT_ROW, 0, COUNT_ROW, 3, "计入单位数（家）", "subheading", align="left", indent=1)
    for column, month in enumerate(trend.months, start=FIRST_MONTH):
        count = trend.units_counted.get(month)
        if count is None:
            canvas.text(COUNT_ROW, column, NONE, "subheading", align="right")
        else:
            canvas.number(COUNT_ROW, column, count, "subheading", align="right", num_format="0")
    for column in (trend.step_column, trend.step_column + 1):
        canvas.text(COUNT_ROW, column, "", "subheading")


def _draw_indicator(canvas: Canvas, trend: TrendPlan, indicator: Indicator) -> None:
    plan, row = trend.plan, trend.row[indicator.code]
    point = plan.registry.work_point[indicator.work_point]
    texts = (f"{point.code} {point.short}", indicator.code, indicator.name, indicator.unit)
    for column, text in enumerate(texts):
        canvas.text(row, column, text, "plain", bold=indicator.headline)
    measure = MEASURE[indicator.kind]
    look = {"num_format": number_format(indicator, measure)}
    for column, month in enumerate(trend.months, start=FIRST_MONTH):
        value = trend.value(indicator, month)
        if month == plan.month.period:
            source = plan.summary.ref((indicator.code, measure), at.TOTAL)
            canvas.formula(row, column, source, NONE if value is None else value, "total", **look)
        elif value is None:
            canvas.text(row, column, NONE, canvas.styles.mark(Mark.OUTSIDE))
        else:
            canvas.number(row, column, value, **look)
    _draw_step(canvas, trend, indicator)


def _draw_step(canvas: Canvas, trend: TrendPlan, indicator: Indicator) -> None:
    row, column = trend.row[indicator.code], trend.step_column
    canvas.text(row, column + 1, "", "plain")
    if len(trend.months) < 2:
        canvas.text(row, column, NONE, canvas.styles.mark(Mark.OUTSIDE))
        return
    before, now = absolute(row, column - 2), absolute(row, column - 1)
    formula = f'IF(AND(ISNUMBER({now}),N({before})<>0),({now}-{before})/{before},"{NONE}")'
    step = trend.step(indicator)
    canvas.formula(row, column, formula, NONE if step is None else step, num_format=PERCENT)
    canvas.sheet.add_sparkline(
        row, column + 1, {"range": trend.cells(indicator.code), "markers": True, "series_color": "#2F5597"}
    )
