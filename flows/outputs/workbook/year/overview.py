"""年度总览: the year on one printed page."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook

from flows.consolidation.figure_table import COMPARED, Mark, current_line, lines_of
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.addresses import absolute, area
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.styles import FONT, number_format
from flows.outputs.workbook.ranking_plan import RANK, TOTAL, UNIT, RankingPlan
from flows.outputs.workbook.sheets.overview_blocks import Place, ranked_places
from flows.outputs.workbook.sheets.page import set_page
from flows.outputs.workbook.year import reporting
from flows.outputs.workbook.year.trend import YearTrend
from flows.outputs.workbook.year.year_plan import OVERVIEW, YearPlan
from schemas import Indicator, Unit

FIRST_MONTH, RATE, TIMELY, AS_OF, CHART = 3, 15, 16, 17, 19
SHAPE, ABSENT, COLUMNS = 19, 20, 22
TOP = 4
NONE = "—"
WIDTHS = [6, 17, 9, *(7.2 for _ in range(12)), 9.5, 9.5, 9, 1.5, 20, 12, 12]
LINE_SIZE = 26.67  # pixels of a row of 20 points


def draw_overview(
    canvas: Canvas, book: Workbook, plan: YearPlan, ranking: RankingPlan, trend: YearTrend
) -> None:
    sheet = canvas.sheet
    canvas.widths(WIDTHS)
    sheet.set_row(0, 32)
    canvas.merge(0, 0, 0, COLUMNS - 1, plan.heading, "title", font_size=20, align="center")
    said = f"{plan.registry.issuer}　　{plan.basis_line}"
    canvas.merge(1, 0, 1, COLUMNS - 1, said, "subtitle", align="center", text_wrap=True)
    sheet.set_row(1, 28)
    places = ranked_places(ranking)
    last = _draw_standing(canvas, plan, ranking, places)
    _draw_chart(canvas, book, len(places))
    sheet.set_row(last, 6)
    last = _draw_headlines(canvas, plan, trend, last + 1)
    sheet.print_area(0, 0, last, COLUMNS - 1)
    set_page(canvas, plan, pages_high=1)


def _draw_standing(canvas: Canvas, plan: YearPlan, ranking: RankingPlan, places: list[Place]) -> int:
    more = "（各类前列，全部见“年度得分”“报送情况”）" if len(places) < len(plan.units) else ""
    canvas.merge(2, 0, 2, AS_OF, f"一、年度得分、名次（同类排名）和各月报送{more}", "block")
    months = [f"{month.month}月" for month in plan.months]
    titles = ["名次", "单位", "总分", *months, "报送率", "按时率", "累计截至"]
    canvas.headings(TOP - 1, titles, "subheading")
    row = TOP
    for place in places:
        canvas.sheet.set_row(row, 20)
        _draw_place(canvas, plan, ranking, place, row)
        row += 1
    reporting.colour_states(canvas, plan, TOP, FIRST_MONTH, len(places))
    return _draw_rates(canvas, plan, row)


def _draw_place(canvas: Canvas, plan: YearPlan, ranking: RankingPlan, place: Place, row: int) -> None:
    """The unit on that place now: a changed weight moves the whole row."""
    unit = _unit_on(ranking, place)
    scores = plan.scores.units[unit.code]
    edge: dict[str, Any] = {"top": 2, "top_color": "#1F3864"} if place.number == 1 else {}
    order = ranking.column_area(ranking.order_column(), place.kind, local=False)
    found = f"MATCH({place.number},{order},0)"

    def ranked(column: int) -> str:
        return f"INDEX({ranking.column_area(column, place.kind, local=False)},{found})"

    names = reporting.column(plan, reporting.UNIT)

    def reported(column: int) -> str:
        return f"INDEX({reporting.column(plan, column)},MATCH({absolute(row, 1)},{names},0))"

    rank = NONE if scores.rank is None else scores.rank
    total = scores.total if scores.total is not None else scores.reason or NONE
    canvas.formula(row, 0, ranked(RANK), rank, "centre", bold=True, **edge)
    canvas.formula(row, 1, ranked(UNIT), unit.short, "plain", bold=place.number == 1, **edge)
    canvas.formula(row, 2, ranked(TOTAL), total, "total", num_format="0.00", **edge)
    for column, month in enumerate(plan.months, start=FIRST_MONTH):
        source = reported(reporting.column_of(month))
        canvas.formula(row, column, source, plan.state(unit, month), "centre", font_size=8, **edge)
    due, accepted, timely = reporting.counts(plan, unit)
    for column, of, part in ((RATE, reporting.RATE, accepted), (TIMELY, reporting.TIMELY_RATE, timely)):
        value = reporting.rate(part, due)
        look = {"num_format": reporting.RATE_FORMAT, "font_size": 9, "indent": 0, **edge}
        canvas.formula(row, column, reported(of), value, "number", **look)
    latest = plan.year.latest.get(unit.code)
    as_of = f"{latest.month}月" if latest else NONE
    behind = unit.code in plan.year.behind
    canvas.formula(row, AS_OF, reported(reporting.AS_OF), as_of, "centre", bold=behind, **edge)


def _unit_on(ranking: RankingPlan, place: Place) -> Unit:
    first, _ = ranking.type_rows(place.kind)
    return next(u for u in ranking.units if ranking.row[u.code] == first + place.number - 1)


def _draw_rates(canvas: Canvas, plan: YearPlan, row: int) -> int:
    """The city's rates, month by month and over the year. Returns the row after them."""
    whole = [reporting.counts(plan, unit) for unit in plan.units]
    due = sum(counts[0] for counts in whole)
    dues = reporting.column(plan, reporting.DUE)
    for title, source, number, column, parts in (
        ("全市报送率", reporting.CITY_RATE, 1, RATE, reporting.REPORTED),
        ("全市按时率", reporting.CITY_TIMELY_RATE, 2, TIMELY, reporting.TIMELY),
    ):
        canvas.merge(row, 0, row, 2, title, "subheading", align="left", indent=1)
        look: dict[str, Any] = {"num_format": "0%", "font_size": 9, "indent": 0, "align": "center"}
        for place, month in enumerate(plan.months, start=FIRST_MONTH):
            counts = reporting.city_counts(plan, month)
            value = reporting.rate(counts[number], counts[0])
            canvas.formula(row, place, reporting.city_ref(source, month), value, "total", **look)
        for blank in (RATE, TIMELY, AS_OF):
            canvas.text(row, blank, "", "subheading")
        summed, whole_sum = f"SUM({reporting.column(plan, parts)})", f"SUM({dues})"
        formula = f'IF({whole_sum}=0,"{NONE}",{summed}/{whole_sum})'
        value = reporting.rate(sum(counts[number] for counts in whole), due)
        look["num_format"] = reporting.RATE_FORMAT
        canvas.formula(row, column, formula, value, "total", **look)
        row += 1
    return row


def _draw_chart(canvas: Canvas, book: Workbook, places: int) -> None:
    canvas.merge(2, CHART, 2, COLUMNS - 1, "年度总分对比", "block")
    if not places:
        return
    last = TOP + places - 1
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": "年度总分",
            "categories": "=" + area(TOP, 1, last, 1, OVERVIEW),
            "values": "=" + area(TOP, 2, last, 2, OVERVIEW),
            "fill": {"color": "#2F5597"},
            "gap": 45,
            "data_labels": {"value": True, "num_format": "0.0;;", "font": _font()},
        }
    )
    chart.set_title({"none": True})
    grid = {"visible": True, "line": {"color": "#E3E7ED"}}
    chart.set_x_axis({"min": 0, "max": 100, "major_unit": 20, "num_font": _font(), "major_gridlines": grid})
    chart.set_y_axis({"reverse": True, "num_font": _font(), "major_gridlines": {"visible": False}})
    chart.set_legend({"none": True})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": 330, "height": LINE_SIZE * (places + 2)})
    canvas.sheet.insert_chart(TOP - 1, CHART, chart, {"description": "各单位年度总分", "object_position": 1})


def _font() -> dict[str, object]:
    return {"name": FONT, "size": 8, "color": "#1F2937"}


def _draw_headlines(canvas: Canvas, plan: YearPlan, trend: YearTrend, row: int) -> int:
    title = "二、重点指标（全市；各月为当月数，期末数为月末数）"
    canvas.merge(row, 0, row, COLUMNS - 1, title, "block")
    row += 1
    months = [f"{month.month}月" for month in plan.months]
    titles = ["代码", "指标", "计量单位", *months, "累计／期末", "上年同期", "同比／增减", "", "走势"]
    canvas.headings(row, titles, "subheading")
    canvas.merge(row, ABSENT, row, COLUMNS - 1, "未计入单位", "subheading")
    for indicator in (i for i in plan.monthly if i.headline):
        row += 1
        canvas.sheet.set_row(row, 20)
        _draw_headline(canvas, plan, trend, indicator, row)
    return row


def _draw_headline(canvas: Canvas, plan: YearPlan, trend: YearTrend, indicator: Indicator, row: int) -> None:
    canvas.text(row, 0, indicator.code, "quiet")
    canvas.text(row, 1, indicator.name, "plain", bold=True, shrink=True)
    canvas.text(row, 2, indicator.unit, "centre", text_wrap=False)
    now = current_line(indicator)
    look = {"num_format": number_format(indicator, now), **NARROW}
    for column, month in enumerate(plan.months, start=FIRST_MONTH):
        _draw_figure(
            canvas, row, column, trend.city_ref(indicator.code, month), trend.city(indicator, month), look
        )
    compared = next(line for line in lines_of(indicator) if line in COMPARED)
    lines = (now, COMPARED[compared][1], compared)
    for column, line in enumerate(lines, start=FIRST_MONTH + len(plan.months)):
        source = plan.summary.ref((indicator.code, line), at.TOTAL)
        look = {"num_format": number_format(indicator, line), **NARROW, "bold": line == now}
        _draw_figure(canvas, row, column, source, plan.tally.city(indicator, line), look)
    canvas.text(row, SHAPE, "", "plain")
    canvas.sheet.add_sparkline(row, SHAPE, trend.sparkline(indicator))
    absent = plan.named([u.short for u in plan.tally.absent(indicator, now)], 3) or "无"
    style = "faint" if absent == "无" else "absent"
    canvas.merge(row, ABSENT, row, COLUMNS - 1, absent, style, font_size=8, text_wrap=False, shrink=True)


NARROW: dict[str, Any] = {"font_size": 8, "indent": 0, "shrink": True}


def _draw_figure(
    canvas: Canvas, row: int, column: int, source: str, value: float | None, look: dict[str, Any]
) -> None:
    if value is None:
        canvas.formula(row, column, source, NONE, canvas.styles.mark(Mark.OUTSIDE))
    else:
        canvas.formula(row, column, source, value, "number", **look)
