"""One sheet for each section of the notice: its work points with their clauses, read from 指标汇总."""

from __future__ import annotations

from functools import partial
from typing import Any

from xlsxwriter.format import Format

from flows.consolidation.figure_table import Mark, ShownFigure, current_line, lines_of
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.addresses import cell_name, quoted
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.styles import SCORE, number_format
from flows.outputs.workbook.plan import LATTICE_TOP, Plan
from flows.outputs.workbook.ranking_plan import MEAN_ROW, RankingPlan
from flows.outputs.workbook.sheet_kind import SheetKind
from flows.outputs.workbook.sheets.page import set_page
from flows.outputs.workbook.sheets.score_meanings import mean_meaning, point_meaning
from flows.outputs.workbook.sheets.summary import city_meaning, unit_meaning
from schemas import Indicator, Kind, WorkPoint
from schemas.models import STATUSES, Section

TITLES = ("代码", "指标", "单位", "全市\n本月", "全市累计\n／期末", "上年同期\n／上年末", "同比\n／增减")
NONE = "—"
ABSENT_WIDTH = 24
FIRST_UNIT = len(TITLES)


def draw_section(canvas: Canvas, plan: Plan, ranking: RankingPlan, section: Section) -> None:
    absent = plan.absent_names
    subtitle = "右侧各单位栏：发生数为本年累计，期末数为期末，比率为本年比率，节点为状态。"
    canvas.title(f"{section.numeral}、{section.title}（{plan.month.period.chinese}）", subtitle)
    canvas.text(2, 0, f"未计入全市数：{absent}" if absent else "各单位全部计入", "subtitle")
    heading = LATTICE_TOP - 1
    units = () if plan.large else plan.units
    last = FIRST_UNIT + len(units)
    canvas.headings(heading, [*TITLES, *(u.short for u in units), "未计入单位"])
    canvas.sheet.set_row(heading, 34)
    row = LATTICE_TOP
    for point in plan.points_of(section):
        canvas.merge(row, 0, row, last, f"{point.code}　{point.title}", "band")
        canvas.sheet.set_row(row, 22)
        row += 1
        for indicator in plan.indicators_of(point):
            _draw_indicator(canvas, plan, indicator, row)
            row += 1
        _draw_scores(canvas, plan, ranking, point, row)
        row += 1
    canvas.widths([7, 25, 6, 10, 11, 11, 10, *(10 for _ in units), ABSENT_WIDTH])
    set_page(canvas, plan, repeat=(heading, heading), freeze=(heading + 1, 2))


def _draw_indicator(canvas: Canvas, plan: Plan, indicator: Indicator, row: int) -> None:
    units = () if plan.large else plan.units
    leading = current_line(indicator)
    place = cell_name(*plan.summary.place((indicator.code, leading), at.NAME))
    canvas.link(row, 0, f"{quoted(at.SUMMARY)}!{place}", "查看指标汇总")
    canvas.text(row, 0, indicator.code, "link")
    canvas.text(row, 1, indicator.name, "text", bold=indicator.headline)
    canvas.text(row, 2, "家" if indicator.kind is Kind.MILESTONE else indicator.unit, "centre", font_size=9)
    for column, line in enumerate(_city_lines(indicator), start=3):
        _draw_city(canvas, plan, indicator, line, row, column)
    for column, unit in enumerate(units, start=FIRST_UNIT):
        shown = plan.tally.shown(unit, indicator, leading)
        source = plan.summary.ref((indicator.code, leading), unit.code)
        value = shown.display if shown.number is None else shown.number
        canvas.formula(row, column, source, value, _style(canvas, indicator, leading, shown))
        canvas.note(row, column, partial(unit_meaning, plan, unit, indicator, leading))
    absent = plan.named([u.short for u in plan.tally.absent(indicator, leading)], 15)
    canvas.text(row, FIRST_UNIT + len(units), absent, "absent" if absent else "plain")
    canvas.fit_row(row, [(absent, ABSENT_WIDTH)])


def _city_lines(indicator: Indicator) -> tuple[str | None, ...]:
    """Lines under 本月, 累计／期末, 上年, 同比; None where the kind has none."""
    has = lines_of(indicator)
    wanted = {
        Kind.FLOW: ("month", "ytd", "prior_ytd", "yoy"),
        Kind.STOCK: (None, "stock", "prior_stock", "change"),
        Kind.MILESTONE: (None, "status", None, None),
        Kind.RATIO: (None, "rate", "prior_rate", "points"),
    }[indicator.kind]
    return tuple(line if line in has else None for line in wanted)


def _draw_city(
    canvas: Canvas, plan: Plan, indicator: Indicator, line: str | None, row: int, column: int
) -> None:
    if line is None:
        canvas.text(row, column, NONE, canvas.styles.mark(Mark.OUTSIDE))
        return
    canvas.note(row, column, partial(city_meaning, plan, indicator, line))
    value = plan.tally.city(indicator, line)
    source = plan.summary.ref((indicator.code, line), at.TOTAL)
    look: dict[str, Any] = {"num_format": number_format(indicator, line)}
    shown: str | float = NONE if value is None else value
    canvas.formula(
        row, column, source, shown, "total" if line == current_line(indicator) else "number", **look
    )


def _style(canvas: Canvas, indicator: Indicator, line: str, shown: ShownFigure) -> Format:
    if shown.mark:
        return canvas.styles.mark(shown.mark)
    if shown.text:
        return canvas.styles.step(STATUSES.index(shown.text))
    return canvas.styles.get("number", num_format=number_format(indicator, line))


def _draw_scores(canvas: Canvas, plan: Plan, ranking: RankingPlan, point: WorkPoint, row: int) -> None:
    column = ranking.point_column[point.code]
    look: dict[str, Any] = {"italic": True, "font_color": "#1F3864", "top": 1}
    canvas.merge(row, 0, row, 2, "要点得分（全市为平均分）", "plain", align="right", **look)
    mean = plan.point_means[point.code]
    shown: str | float = NONE if mean is None else mean
    canvas.merge(row, 3, row, FIRST_UNIT - 1, "", "plain", **look)
    if plan.units:
        source = ranking.ref(MEAN_ROW, column)
        canvas.note(row, 3, partial(mean_meaning, ranking, column))
        canvas.formula(row, 3, source, shown, "plain", num_format=SCORE, align="center", bold=True, **look)
    units = () if plan.large else plan.units
    for offset, unit in enumerate(units, start=FIRST_UNIT):
        scores = plan.scores.units[unit.code]
        value = scores.work_points[point.code]
        text: str | float = NONE if value is None else value
        source = ranking.ref(ranking.row[unit.code], column)
        canvas.formula(row, offset, source, text, "number", num_format=SCORE, **look)
        canvas.note(row, offset, partial(point_meaning, plan, unit, point))
    canvas.text(row, FIRST_UNIT + len(units), "", "plain")


def _titles(plan: Plan) -> dict[str, str]:
    about = "各要点条文、全市数、各单位数和要点得分"
    return {section.sheet: f"{section.title}：{about}" for section in plan.registry.sections}


def _section(plan: Plan, title: str) -> Section:
    return next(section for section in plan.registry.sections if section.sheet == title)


SHEET = SheetKind(
    place=60,
    titles=_titles,
    draw=lambda canvas, drawing, title: draw_section(
        canvas, drawing.plan, drawing.ranking, _section(drawing.plan, title)
    ),
)
