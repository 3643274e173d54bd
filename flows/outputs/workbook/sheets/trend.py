"""月度走势: the city's months of the year, indicator by indicator."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from flows.consolidation.figure_table import Mark
from flows.consolidation.month import MEASURE
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.addresses import absolute, cell_name
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.provenance import CellMeaning, Step
from flows.outputs.workbook.drawing.styles import PERCENT, number_format
from flows.outputs.workbook.plan import LATTICE_TOP, TREND, Plan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.page import set_page
from flows.outputs.workbook.sheets.summary import city_meaning
from flows.outputs.workbook.trend_plan import COUNT_ROW, FIRST_MONTH, FIRST_ROW, TrendPlan
from schemas import Indicator, Period, Unit
from schemas.models import MEASURE_TITLES

NONE = "—"


def draw_trend(canvas: Canvas, trend: TrendPlan) -> None:
    plan = trend.plan
    year = plan.month.period.year
    canvas.title(
        f"月度走势（{year}年，全市）", "发生数为各月本月数，期末数为各月末数；以当月计入的单位为准。"
    )
    canvas.text(2, 0, trend_note(plan), "subtitle")
    heading = LATTICE_TOP - 1
    months = [f"{month.month}月" for month in trend.months]
    canvas.headings(
        heading, ["要点", "代码", "指标", "单位", *months, "上月同口径", "本月同口径", "环比", "走势"]
    )
    _draw_counts(canvas, trend)
    for indicator in trend.indicators:
        _draw_indicator(canvas, trend, indicator)
    canvas.widths([17, 7, 25, 6, *(10.5 for _ in months), 11, 11, 9, 18])
    canvas.sheet.autofilter(heading, 0, FIRST_ROW + len(trend.indicators) - 1, trend.step_column + 1)
    set_page(canvas, plan, repeat=(heading, heading), freeze=(FIRST_ROW, 4))


def trend_note(plan: Plan) -> str:
    codes = distinct_codes(plan)
    distinct = f"{codes}：报告期月份按全市台账去重，以前各月为各单位合计。" if codes else ""
    return distinct + "环比只比两个月都有数的单位（同口径），避免缺报造成的升降。"


def distinct_codes(plan: Plan) -> str:
    """The indicators whose monthly line counts distinct ledger entries."""
    distinct, known = plan.tally.distinct, plan.registry.indicator
    return "、".join(code for code, line in sorted(distinct) if line == MEASURE[known[code].kind])


def _draw_counts(canvas: Canvas, trend: TrendPlan) -> None:
    canvas.merge(COUNT_ROW, 0, COUNT_ROW, 3, "计入单位数（家）", "subheading", align="left", indent=1)
    for column, month in enumerate(trend.months, start=FIRST_MONTH):
        count = trend.units_counted.get(month)
        if count is None:
            canvas.text(COUNT_ROW, column, NONE, "subheading", align="right")
        else:
            canvas.note(COUNT_ROW, column, partial(CellMeaning, f"{month.chinese}计入全市数的单位家数"))
            canvas.number(COUNT_ROW, column, count, "subheading", align="right", num_format="0")
    for column in range(trend.alike_column, trend.step_column + 2):
        canvas.text(COUNT_ROW, column, "", "subheading")


def _draw_indicator(canvas: Canvas, trend: TrendPlan, indicator: Indicator) -> None:
    plan, row = trend.plan, trend.row[indicator.code]
    point = plan.registry.work_point[indicator.work_point]
    texts = (f"{point.code} {point.short}", indicator.code, indicator.name, indicator.unit)
    for column, text in enumerate(texts):
        canvas.text(row, column, text, "plain", bold=indicator.headline)
    measure = MEASURE[indicator.kind]
    look: dict[str, Any] = {"num_format": number_format(indicator, measure)}
    for column, month in enumerate(trend.months, start=FIRST_MONTH):
        value = trend.value(indicator, month)
        canvas.note(row, column, partial(trend_meaning, trend, indicator, month))
        if month == plan.month.period:
            source = plan.summary.ref((indicator.code, measure), at.TOTAL)
            canvas.formula(row, column, source, NONE if value is None else value, "total", **look)
        elif value is None:
            canvas.text(row, column, NONE, canvas.styles.mark(Mark.OUTSIDE))
        else:
            canvas.number(row, column, value, **look)
    _draw_step(canvas, trend, indicator)


def _draw_step(canvas: Canvas, trend: TrendPlan, indicator: Indicator) -> None:
    row, column = trend.row[indicator.code], trend.alike_column
    measure, plan_month = MEASURE[indicator.kind], trend.plan.month.period
    alike, look = trend.alike(indicator), {"num_format": number_format(indicator, measure)}
    canvas.text(row, column + 3, "", "plain")
    if alike.now is None or alike.before is None:
        for offset in range(3):
            canvas.text(row, column + offset, NONE, canvas.styles.mark(Mark.OUTSIDE))
    else:
        for offset, month in enumerate((plan_month.previous, plan_month)):
            canvas.note(row, column + offset, partial(_alike_meaning, trend, indicator, month))
        canvas.note(row, column + 2, partial(step_meaning, trend, indicator))
        canvas.number(row, column, alike.before, **look)
        canvas.formula(
            row, column + 1, _sum_of(trend.plan, indicator, measure, alike.units), alike.now, **look
        )
        before, now = absolute(row, column), absolute(row, column + 1)
        formula = f'IF({before}<>0,({now}-{before})/{before},"{NONE}")'
        step = trend.step(indicator)
        canvas.formula(row, column + 2, formula, NONE if step is None else step, num_format=PERCENT)
    if len(trend.months) > 1:
        options = {"range": trend.cells(indicator.code), "markers": True, "series_color": "#2F5597"}
        canvas.sheet.add_sparkline(row, column + 3, options)


def trend_meaning(trend: TrendPlan, indicator: Indicator, month: Period) -> CellMeaning:
    """A month of the city: of the reporting month as in 指标汇总, of an earlier one as accepted."""
    measure = MEASURE[indicator.kind]
    if month == trend.plan.month.period:
        return city_meaning(trend.plan, indicator, measure)
    units = (unit for unit in trend.plan.units if trend.plan.registry.reports(unit, indicator))
    return _of_month(indicator, month, "当月计入单位的合计", units)


def _alike_meaning(trend: TrendPlan, indicator: Indicator, month: Period) -> CellMeaning:
    alike = trend.alike(indicator).units
    units = (unit for unit in trend.plan.units if unit.code in alike)
    return _of_month(indicator, month, "上月和本月都有数的单位的合计", units)


def _of_month(indicator: Indicator, month: Period, how: str, units: Iterable[Unit]) -> CellMeaning:
    measure = MEASURE[indicator.kind]
    said = f"全市 {indicator.code} {indicator.name}，{month.chinese}{MEASURE_TITLES[measure]}，{how}"
    return CellMeaning(said, tuple((u, indicator) for u in units), measure, total=True, period=month)


def step_meaning(trend: TrendPlan, indicator: Indicator) -> CellMeaning:
    alike, row = trend.alike(indicator), trend.row[indicator.code]
    steps = (
        Step(title, f"{TREND}!{cell_name(row, trend.alike_column + n)}", NONE if value is None else value)
        for n, (title, value) in enumerate((("上月同口径", alike.before), ("本月同口径", alike.now)))
    )
    said = f"全市 {indicator.code} {indicator.name}，环比：（本月同口径－上月同口径）÷上月同口径"
    return CellMeaning(said, steps=tuple(steps))


def _sum_of(plan: Plan, indicator: Indicator, measure: str, units: tuple[str, ...]) -> str:
    """The sum of a line over some of the units, as runs of adjoining cells."""
    runs: list[list[str]] = []
    for code in plan.unit_codes:
        if code not in units:
            runs.append([])
        elif runs and runs[-1]:
            runs[-1].append(code)
        else:
            runs.append([code])
    areas = [plan.summary.across((indicator.code, measure), run) for run in runs if run]
    chunks = (areas[n : n + MOST_RUNS] for n in range(0, len(areas), MOST_RUNS))
    return "+".join(f"SUM({','.join(chunk)})" for chunk in chunks)


#: A function takes no more arguments than 255.
MOST_RUNS = 200


SHEET = SheetKind(
    place=90,
    titles=one_sheet(at.TREND, "全市各月数据、环比和走势"),
    draw=lambda canvas, drawing, _title: draw_trend(canvas, drawing.trend),
)
