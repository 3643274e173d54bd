"""月度走势 and 月度明细: flows and stocks month by month, the city's sums over the units' own rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flows.consolidation.figure_table import Mark, ShownFigure, current_line
from flows.consolidation.month import MEASURE
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.addresses import absolute, area, quoted
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.styles import number_format
from flows.outputs.workbook.plan import LATTICE_TOP
from flows.outputs.workbook.sheets.page import set_page
from flows.outputs.workbook.sheets.summary import BASIS_DISTINCT, BASIS_SUM
from flows.outputs.workbook.sheets.trend import distinct_codes
from flows.outputs.workbook.year.year_plan import MONTHLY, TREND, YearPlan
from schemas import Indicator, Kind, Period, Unit

HEADING = LATTICE_TOP - 1
FIRST_MONTH, BASIS, ADDED, TO_DATE, SHAPE = 4, 16, 17, 18, 19
#: Columns of 月度明细: indicator and unit before the months.
OWN_FIRST_MONTH = 4
NONE = "—"


@dataclass(frozen=True)
class YearTrend:
    """Rows of both sheets, and the figures in them."""

    plan: YearPlan

    @cached_property
    def row(self) -> Mapping[str, int]:
        """Indicator -> its row on 月度走势."""
        return {i.code: LATTICE_TOP + n for n, i in enumerate(self.plan.monthly)}

    @cached_property
    def own_row(self) -> Mapping[tuple[str, str], int]:
        """(indicator, unit) -> row of 月度明细; an indicator's units stand together."""
        pairs = [(i.code, u.code) for i in self.plan.monthly for u in self.reporters(i)]
        return {pair: LATTICE_TOP + n for n, pair in enumerate(pairs)}

    def reporters(self, indicator: Indicator) -> tuple[Unit, ...]:
        return self._reporters[indicator.code]

    @cached_property
    def _reporters(self) -> Mapping[str, tuple[Unit, ...]]:
        reports, units = self.plan.registry.reports, self.plan.units
        return {i.code: tuple(u for u in units if reports(u, i)) for i in self.plan.monthly}

    def shown(self, unit: Unit, indicator: Indicator, month: Period) -> ShownFigure | None:
        """What stands for a unit's month; None where nobody has sent anything."""
        held = self.plan.year.of.get(month)
        return None if held is None else held.shown[indicator.code][self._position[unit.code]]

    @cached_property
    def _position(self) -> Mapping[str, int]:
        return {unit.code: n for n, unit in enumerate(self.plan.units)}

    def city(self, indicator: Indicator, month: Period) -> float | None:
        """As the month's own workbook has it: a sum, or distinct ledger entries."""
        held = self.plan.year.of.get(month)
        return None if held is None else held.city[indicator.code]

    def is_distinct(self, indicator: Indicator) -> bool:
        return (indicator.code, MEASURE[indicator.kind]) in self.plan.tally.distinct

    def city_ref(self, code: str, month: Period) -> str:
        return f"{quoted(TREND)}!{absolute(self.row[code], FIRST_MONTH + month.month - 1)}"

    def cells(self, code: str) -> str:
        """An indicator's months of the city from the first accepted to the last, with the sheet.

        Outside them no month has a figure.
        """
        row, accepted = self.row[code], self.plan.year.accepted
        first, last = (FIRST_MONTH + month.month - 1 for month in (accepted[0], accepted[-1]))
        return area(row, first, row, last, TREND)

    def sparkline(self, indicator: Indicator) -> dict[str, Any]:
        """Columns from zero: a month without a figure has none, where a line would fall to zero."""
        return {"range": self.cells(indicator.code), "type": "column", "min": 0, "series_color": "#2F5597"}

    def city_formula(self, indicator: Indicator, month: Period) -> str:
        """The sum over the units' rows; empty where it is no sum or those are not listed."""
        units = self.reporters(indicator)
        if self.plan.large or self.is_distinct(indicator) or not units:
            return ""
        column = OWN_FIRST_MONTH + month.month - 1
        first, last = (self.own_row[indicator.code, u.code] for u in (units[0], units[-1]))
        cells = area(first, column, last, column, MONTHLY)
        return f'IF(COUNT({cells})=0,"{NONE}",SUM({cells}))'


def draw_trend(canvas: Canvas, trend: YearTrend) -> None:
    plan = trend.plan
    canvas.title(f"月度走势（{plan.year.number}年，全市）", _subtitle(plan))
    codes = distinct_codes(plan)
    note = f"台账去重的指标（{codes}）为当月全市台账去重数，各月不相加。" if codes else ""
    note += "期末数各月不相加。各月合计少于本年累计时，是有月份缺报；累计见“指标年度”。"
    canvas.text(2, 0, note, "subtitle")
    months = [f"{month.month}月" for month in plan.months]
    titles = ["要点", "代码", "指标", "单位", *months, "各月口径", "各月合计", "累计／期末", "走势"]
    canvas.headings(HEADING, titles)
    for indicator in plan.monthly:
        _draw_indicator(canvas, trend, indicator)
    canvas.widths([17, 6, 24, 6, *(9.5 for _ in months), 9, 11, 11, 20])
    canvas.sheet.autofilter(HEADING, 0, HEADING + len(plan.monthly), SHAPE)
    set_page(canvas, plan, repeat=(HEADING, HEADING), freeze=(LATTICE_TOP, FIRST_MONTH))


def _subtitle(plan: YearPlan) -> str:
    if plan.large:
        return (
            "全市数为各单位当月数（期末数为月末数）之和；单位众多，各单位分月数见各月数据集。“—”为当月无数。"
        )
    return "全市数为“月度明细”中各单位当月数（期末数为月末数）之和，以当月计入的单位为准。“—”为当月无数。"


def _draw_indicator(canvas: Canvas, trend: YearTrend, indicator: Indicator) -> None:
    plan, row = trend.plan, trend.row[indicator.code]
    point = plan.registry.work_point[indicator.work_point]
    texts = (f"{point.code} {point.short}", indicator.code, indicator.name, indicator.unit)
    for column, text in enumerate(texts):
        canvas.text(row, column, text, "plain", bold=indicator.headline)
    look: dict[str, Any] = {"num_format": number_format(indicator, MEASURE[indicator.kind])}
    for month in plan.months:
        column = FIRST_MONTH + month.month - 1
        value, formula = trend.city(indicator, month), trend.city_formula(indicator, month)
        _draw_value(canvas, row, column, formula, value, look)
    canvas.text(row, BASIS, BASIS_DISTINCT if trend.is_distinct(indicator) else BASIS_SUM, "quiet")
    adds = indicator.kind is Kind.FLOW and not trend.is_distinct(indicator)
    own = [v for month in plan.months if (v := trend.city(indicator, month)) is not None]
    cells = area(row, FIRST_MONTH, row, BASIS - 1)
    added = math.fsum(own) if adds and own else None
    formula = f'IF(COUNT({cells})=0,"{NONE}",SUM({cells}))' if adds else ""
    _draw_value(canvas, row, ADDED, formula, added, look, "total")
    to_date = plan.summary.ref((indicator.code, current_line(indicator)), at.TOTAL)
    _draw_value(
        canvas, row, TO_DATE, to_date, plan.tally.city(indicator, current_line(indicator)), look, "total"
    )
    canvas.text(row, SHAPE, "", "plain")
    canvas.sheet.add_sparkline(
        row,
        SHAPE,
        trend.sparkline(indicator),
    )


def _draw_value(
    canvas: Canvas,
    row: int,
    column: int,
    formula: str,
    value: float | None,
    look: dict[str, Any],
    style: str = "number",
) -> None:
    if formula:
        chosen = style if value is not None or style == "total" else canvas.styles.mark(Mark.OUTSIDE)
        more = look if isinstance(chosen, str) else {}
        canvas.formula(row, column, formula, NONE if value is None else value, chosen, **more)
    elif value is None:
        canvas.text(row, column, NONE, canvas.styles.mark(Mark.OUTSIDE))
    else:
        canvas.number(row, column, value, style, **look)


def draw_monthly(canvas: Canvas, trend: YearTrend) -> None:
    """月度明细: a row per indicator and unit."""
    plan = trend.plan
    canvas.title(
        f"月度明细（{plan.year.number}年）",
        "各单位各月已接收的本月数（期末数为月末数）；未报送、被退回的月份不计入合计。",
    )
    months = [f"{month.month}月" for month in plan.months]
    canvas.headings(HEADING, ["代码", "指标", "单位", "计量单位", *months])
    for indicator in plan.monthly:
        for unit in trend.reporters(indicator):
            _draw_own(canvas, trend, indicator, unit)
    canvas.widths([7, 30, 15, 9, *(10 for _ in months)])
    canvas.sheet.autofilter(HEADING, 0, HEADING + max(1, len(trend.own_row)), OWN_FIRST_MONTH + 11)
    set_page(canvas, plan, repeat=(HEADING, HEADING), freeze=(LATTICE_TOP, OWN_FIRST_MONTH))


def _draw_own(canvas: Canvas, trend: YearTrend, indicator: Indicator, unit: Unit) -> None:
    row = trend.own_row[indicator.code, unit.code]
    first = unit == trend.reporters(indicator)[0]
    edge: dict[str, Any] = {"top": 1, "top_color": "#7A8594"} if first else {}
    style = "plain" if first else "faint"
    for column, text in enumerate((indicator.code, indicator.name, unit.short, indicator.unit)):
        canvas.text(row, column, text, style if column != 2 else "plain", **edge)
    look: dict[str, Any] = {"num_format": number_format(indicator, MEASURE[indicator.kind]), **edge}
    for column, month in enumerate(trend.plan.months, start=OWN_FIRST_MONTH):
        shown = trend.shown(unit, indicator, month)
        if shown is None:
            canvas.text(row, column, NONE, canvas.styles.mark(Mark.OUTSIDE, **edge))
        elif shown.number is None:
            canvas.text(row, column, shown.display, canvas.styles.mark(shown.mark, **edge))
        else:
            canvas.number(row, column, shown.number, "number", **look)
