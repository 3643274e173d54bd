"""指标汇总: every line of every indicator, by unit, with the city's total."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from flows.consolidation.figure_table import COMPARED, Mark, ratio_parts
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.provenance import CellMeaning
from flows.outputs.workbook.drawing.sheet import Cell
from flows.outputs.workbook.drawing.styles import number_format
from flows.outputs.workbook.drawing.unit_cells import draw_units
from flows.outputs.workbook.drawing.unit_grid import UNIT
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.ledgers import distinct_formula
from flows.outputs.workbook.sheets.page import set_page
from schemas import Indicator, Kind, Unit
from schemas.models import MEASURE_TITLES, STATUSES

LINE_TITLES: Mapping[str, str] = {
    **MEASURE_TITLES,
    "yoy": "同比",
    "change": "较上年末",
    "rate": "比率",
    "prior_rate": "上年比率",
    "points": "增减（百分点）",
}
GROWTH_TITLE = "同比增幅"
#: How the city's value of a line comes about.
BASIS_SUM, BASIS_DISTINCT, BASIS_DONE, BASIS_RATIO = "合计", "台账去重", "完成家数", "合计之比"
NO_CITY = "—"
#: The line of each kind that a reader looks for first.
LEADING = ("ytd", "stock", "rate", "status")
WIDTHS = {
    at.POINT: 17,
    at.CODE: 6,
    at.NAME: 24,
    at.MEASURE_UNIT: 5.5,
    at.LINE: 13,
    at.TOTAL: 11.5,
    at.BASIS: 8.5,
    at.ABSENT: 20,
}
UNIT_WIDTH = 10.5
ATTRIBUTE_STYLES = {at.LINE: "plain", at.BASIS: "quiet"}


def line_title(indicator: Indicator, line: str) -> str:
    growth = indicator.ratio is not None and indicator.ratio.growth_of is not None
    return GROWTH_TITLE if growth else LINE_TITLES[line]


def basis(plan: Plan, indicator: Indicator, line: str) -> str:
    if line in COMPARED or indicator.kind is Kind.RATIO:
        return BASIS_RATIO if line != "change" else BASIS_SUM
    if indicator.kind is Kind.MILESTONE:
        return BASIS_DONE
    return BASIS_DISTINCT if is_distinct(plan, indicator, line) else BASIS_SUM


def unit_meaning(plan: Plan, unit: Unit, indicator: Indicator, line: str) -> CellMeaning:
    """A unit's figure, or what is computed from its figures."""
    said = f"{unit.short} {indicator.code} {indicator.name}，{line_title(indicator, line)}"
    return CellMeaning(said, ((unit, indicator),), _measure(line))


def city_meaning(plan: Plan, indicator: Indicator, line: str) -> CellMeaning:
    """The city's value: of the units that add to it."""
    title = f"{line_title(indicator, line)}，{basis(plan, indicator, line)}"
    said = f"全市 {indicator.code} {indicator.name}，{title}"
    adding = tuple((unit, indicator) for unit in plan.tally.adding(indicator, line))
    return CellMeaning(said, adding, _measure(line), total=True)


def _measure(line: str) -> str:
    return line if line in MEASURE_TITLES else ""


def is_distinct(plan: Plan, indicator: Indicator, line: str) -> bool:
    return (indicator.code, line) in plan.tally.distinct


def draw_summary(
    canvas: Canvas, plan: Plan, *, title: str = at.SUMMARY, subtitle: str = "", legend: str = ""
) -> None:
    grid = plan.summary
    canvas.title(title, subtitle or counted_line(plan))
    canvas.text(2, 0, legend or LEGEND + TO_ORIGINS, "subtitle")
    for slot in grid.attributes:
        canvas.text(*grid.title(slot), slot, "heading")
    for indicator, keys in groupby(_keys(plan), itemgetter(0)):
        for number, (_, line) in enumerate(keys):
            _draw_attributes(canvas, plan, indicator, line, first=number == 0)
            _draw_total(canvas, plan, indicator, line)
            of_unit = partial(unit_meaning, plan, indicator=indicator, line=line)
            canvas.note_units(plan.summary, (indicator.code, line), plan.units, of_unit)
            if plan.lists_origins:
                _link_origins(canvas, plan, (indicator.code, line))
    titles = [plan.column_title(unit) for unit in plan.units]
    lines = (_unit_cells(canvas, plan, *key) for key in _keys(plan))
    # A cell that leads to its origin has to stand there.
    draw_units(canvas, grid, titles, lines, later=grid.down and not plan.lists_origins)
    _set_up(canvas, plan)


LEGEND = (
    "未填：已报送但该格空缺；未报送、被退回：该单位本月数据不在合计之内；不适用：单位申明；"
    "—：不由该单位填报；0：确认为零；无基数：分母或上年同期为零。"
)
TO_ORIGINS = "单击数据可查来源。"


def counted_line(plan: Plan) -> str:
    absent = plan.absent_names
    counted = f"计入{len(plan.tally.counted)}家，应报{len(plan.units)}家"
    return counted + (f"；未计入：{absent}" if absent else "；全部计入")


def _set_up(canvas: Canvas, plan: Plan) -> None:
    grid, sheet = plan.summary, canvas.sheet
    if grid.down:
        sheet.set_column(0, grid.last.column, 12)
        sheet.set_row(grid.title(at.NAME).row, 42)
        set_page(
            canvas,
            plan,
            repeat=(grid.top, grid.top + 5),
            freeze=(grid.place(grid.lines[0], at.ABSENT).row + 1, 1),
        )
        return
    canvas.widths([*WIDTHS.values(), *(UNIT_WIDTH for _ in plan.units)])
    sheet.set_row(grid.top, 30)
    sheet.autofilter(grid.top, 0, grid.last.row, grid.last.column)
    frozen = grid.attributes.index(at.TOTAL) + 1
    set_page(canvas, plan, repeat=(grid.top, grid.top), freeze=(grid.top + 1, frozen))


def _keys(plan: Plan) -> Iterator[tuple[Indicator, str]]:
    """The lattice's lines, in their order."""
    lines: tuple[Any, ...] = plan.summary.lines
    return ((plan.registry.indicator[code], line) for code, line in lines)


def _draw_attributes(canvas: Canvas, plan: Plan, indicator: Indicator, line: str, *, first: bool) -> None:
    grid, key = plan.summary, (indicator.code, line)
    point = plan.registry.work_point[indicator.work_point]
    look: dict[str, Any] = {"top": 1, "top_color": "#7A8594"} if first else {}
    style = "plain" if first else "faint"
    name = grid.place(key, at.NAME)
    texts = {
        at.POINT: f"{point.code} {point.short}",
        at.CODE: indicator.code,
        at.MEASURE_UNIT: _measure_unit(indicator, line),
        at.LINE: line_title(indicator, line),
        at.BASIS: basis(plan, indicator, line),
    }
    for slot, text in texts.items():
        canvas.text(*grid.place(key, slot), text, ATTRIBUTE_STYLES.get(slot, style), **look)
    if first:
        canvas.link(*name, plan.definition_place(indicator.code), "查看指标解释")
    canvas.text(*name, indicator.name, style, **look)
    absent = plan.named([unit.short for unit in plan.tally.absent(indicator, line)], 15)
    canvas.text(*grid.place(key, at.ABSENT), absent, "absent" if absent else "plain", **look)
    if not grid.down:
        canvas.fit_row(name.row, [(absent, WIDTHS[at.ABSENT])], least=16)


def _measure_unit(indicator: Indicator, line: str) -> str:
    if line == "yoy":
        return "%"
    return "家" if indicator.kind is Kind.MILESTONE else indicator.unit


def _draw_total(canvas: Canvas, plan: Plan, indicator: Indicator, line: str) -> None:
    place = plan.summary.place((indicator.code, line), at.TOTAL)
    value = plan.tally.city(indicator, line)
    shown: float | str = NO_CITY if value is None else value
    canvas.note(*place, partial(city_meaning, plan, indicator, line))
    formula = city_formula(plan, indicator, line)
    look: dict[str, Any] = {"num_format": number_format(indicator, line)}
    if formula is None or (formula == "" and value is None):
        canvas.text(*place, NO_CITY, "total")
    elif formula == "":
        canvas.number(*place, value or 0.0, "total", **look)
    else:
        canvas.formula(*place, formula, shown, "total", **look)


def city_formula(plan: Plan, indicator: Indicator, line: str) -> str | None:
    """The city's value; None where nobody can have one, empty where it is no formula of cells."""
    grid, code = plan.summary, indicator.code
    if not plan.units:
        return None
    if line in COMPARED:
        now, before = (grid.ref((code, name), at.TOTAL, local=True) for name in COMPARED[line])
        return _comparison(line, now, before)
    if indicator.kind is Kind.RATIO:
        refer = partial(grid.ref, slot=at.TOTAL, local=True)
        over, under, value = _ratio_formula(plan, indicator, line, refer)
        none = f'"{NO_CITY}"'
        return f"IF(AND(ISNUMBER({over}),ISNUMBER({under})),IF({under}=0,{none},{value}),{none})"
    cells = grid.across((code, line), plan.unit_codes, local=True)
    if indicator.kind is Kind.MILESTONE:
        done = f'COUNTIF({cells},"{STATUSES[-1]}")'
        said = "+".join(f'COUNTIF({cells},"{status}")' for status in STATUSES)
        return f'IF({said}=0,"{NO_CITY}",{done})'
    if is_distinct(plan, indicator, line):
        return distinct_formula(plan, plan.tally.distinct[code, line])
    return f'IF(COUNT({cells})=0,"{NO_CITY}",SUM({cells}))'


def _comparison(line: str, now: str, before: str) -> str:
    found = f"{now}-{before}" if line != "yoy" else f'IF({before}=0,"{NO_CITY}",({now}-{before})/{before})'
    return f'IF(AND(ISNUMBER({now}),ISNUMBER({before})),{found},"{NO_CITY}")'


def _ratio_formula(
    plan: Plan, indicator: Indicator, line: str, refer: Callable[[tuple[str, str]], str]
) -> tuple[str, str, str]:
    """References to numerator and denominator, and the ratio of the two."""
    parts = ratio_parts(plan.registry, indicator, line)
    over, under = refer(parts.numerator), refer(parts.denominator)
    return over, under, f"100*{over}/{under}" + ("-100" if parts.growth else "")


def _unit_cells(canvas: Canvas, plan: Plan, indicator: Indicator, line: str) -> Iterator[Cell]:
    """A line's cells: by far the most of a province's workbook, so each asks for no more than it needs."""
    look: dict[str, Any] = {"num_format": number_format(indicator, line)}
    if line in LEADING:
        look["bold"] = True
    style = canvas.styles.get("number", **look)
    computed = line in COMPARED or indicator.kind is Kind.RATIO
    formula = unit_formula(plan, indicator, line) if computed else ""
    sheet, mark_of = canvas.sheet, canvas.styles.mark
    row = plan.tally.row(indicator, line)
    for name, shown in zip(plan.summary.unit_names, row, strict=True):
        number, text, mark = shown
        if computed and mark not in UNCOMPUTED:
            own = formula.replace(UNIT, name)
            if number is None:
                yield sheet.formula(own, mark_of(mark), shown.display)
            else:
                yield sheet.formula(own, style, number)
        elif number is not None:
            yield sheet.number(number, style)
        elif text:
            yield canvas.text_cell(text, canvas.styles.step(STATUSES.index(text)))
        else:
            yield canvas.text_cell(shown.display, mark_of(mark))


def _link_origins(canvas: Canvas, plan: Plan, key: tuple[str, str]) -> None:
    for unit, place in zip(plan.units, plan.summary.unit_places(key), strict=True):
        origin = plan.origin_place(unit.code, *key)
        if origin:
            canvas.link(*place, origin, "查看来源")


#: Where a computed line has nothing to be computed from.
UNCOMPUTED = frozenset({Mark.OUTSIDE, Mark.MISSING, Mark.RETURNED})


def unit_formula(plan: Plan, indicator: Indicator, line: str) -> str:
    """The computed value of any unit, ``UNIT`` being its place."""
    refer = partial(plan.summary.unit_ref, local=True)
    if line not in COMPARED:
        over, under, value = _ratio_formula(plan, indicator, line, refer)
        found = f'IF({under}=0,"{Mark.NO_BASE}",{value})'
        return f"IF(ISNUMBER({over}),IF(ISNUMBER({under}),{found},{under}),{over})"
    now, before = (refer((indicator.code, name)) for name in COMPARED[line])
    found = f"{now}-{before}"
    if line == "yoy":
        found = f'IF({before}=0,"{Mark.NO_BASE}",({found})/{before})'
    return f"IF(ISNUMBER({now}),IF(ISNUMBER({before}),{found},{before}),{now})"


SHEET = SheetKind(
    place=50,
    titles=one_sheet(at.SUMMARY, "全部指标逐单位数据和全市合计；数据链接到来源"),
    draw=lambda canvas, drawing, _title: draw_summary(canvas, drawing.plan),
    tab_colour="#2F5597",
)
