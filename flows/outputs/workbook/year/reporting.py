"""报送情况: every unit's standing in each month, with reporting and on-time rates."""

from __future__ import annotations

from typing import Any

from flows.consolidation.figure_table import Mark
from flows.outputs.workbook.drawing.addresses import absolute, area, quoted
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.plan import LATTICE_TOP
from flows.outputs.workbook.sheets.page import set_page
from flows.outputs.workbook.year.year_plan import LATE, NOBODY, ON_TIME, REPORTING, YearPlan
from schemas import Period, Unit

UNIT, TYPE, FIRST_MONTH = 0, 1, 2
#: After the months: months due, reported, on time, both rates, and the month of the year's figures.
DUE, REPORTED, TIMELY, RATE, TIMELY_RATE, AS_OF = range(14, 20)
AFTER = ("应报月数", "已接收", "其中按时", "报送率", "按时率", "累计截至")
HEADING = LATTICE_TOP - 1
#: Rows of the city stand above the units.
CITY = ("应报单位（家）", "已接收（家）", "其中按时（家）", "报送率", "按时率")
CITY_DUE, CITY_REPORTED, CITY_TIMELY, CITY_RATE, CITY_TIMELY_RATE = range(LATTICE_TOP, LATTICE_TOP + 5)
FIRST_UNIT = LATTICE_TOP + len(CITY)
NONE, RATE_FORMAT = "—", "0.0%"
SAID = (
    "按时、迟报均为已接收并计入；迟报以首个合格报送的送达时间为准；"
    "无报送：当月没有任何单位报送，不计入应报。报送率＝已接收÷应报，按时率＝按时÷应报。"
)


def column_of(month: Period) -> int:
    return FIRST_MONTH + month.month - 1


def last_unit(plan: YearPlan) -> int:
    return FIRST_UNIT + len(plan.units) - 1


def column(plan: YearPlan, number: int) -> str:
    """A column over all units, with the sheet."""
    return area(FIRST_UNIT, number, last_unit(plan), number, REPORTING)


def city_ref(row: int, month: Period) -> str:
    return f"{quoted(REPORTING)}!{absolute(row, column_of(month))}"


def counts(plan: YearPlan, unit: Unit) -> tuple[int, int, int]:
    """Months due, accepted, accepted on time."""
    states = [plan.state(unit, month) for month in plan.months]
    due = sum(state != NOBODY for state in states)
    return due, sum(state in (ON_TIME, LATE) for state in states), states.count(ON_TIME)


def city_counts(plan: YearPlan, month: Period) -> tuple[int, int, int]:
    """Units due, accepted, accepted on time."""
    states = [plan.state(unit, month) for unit in plan.units]
    due = sum(state != NOBODY for state in states)
    return due, sum(state in (ON_TIME, LATE) for state in states), states.count(ON_TIME)


def rate(part: int, whole: int) -> float | str:
    return part / whole if whole else NONE


def draw_reporting(canvas: Canvas, plan: YearPlan) -> None:
    canvas.title(f"报送情况（{plan.year.number}年各月）", plan.basis_line)
    canvas.text(2, 0, SAID, "subtitle")
    months = [f"{month.month}月" for month in plan.months]
    canvas.headings(HEADING, ["单位", "类别", *months, *AFTER])
    _draw_city(canvas, plan)
    for n, unit in enumerate(plan.units):
        _draw_unit(canvas, plan, unit, FIRST_UNIT + n)
    canvas.widths([15, 14, *(8 for _ in months), 9, 8, 9, 8, 8, 9])
    canvas.sheet.autofilter(HEADING, 0, last_unit(plan), AS_OF)
    colour_states(canvas, plan, FIRST_UNIT, FIRST_MONTH)
    set_page(canvas, plan, repeat=(HEADING, HEADING), freeze=(FIRST_UNIT, FIRST_MONTH))


def _draw_city(canvas: Canvas, plan: YearPlan) -> None:
    for row, title in enumerate(CITY, start=CITY_DUE):
        canvas.merge(row, UNIT, row, TYPE, title, "subheading", align="left", indent=1)
        for blank in range(DUE, AS_OF + 1):
            canvas.text(row, blank, "", "subheading")
    for month in plan.months:
        at = column_of(month)
        cells = area(FIRST_UNIT, at, last_unit(plan), at)
        due, reported, timely = city_counts(plan, month)
        accepted = f'COUNTIF({cells},"{ON_TIME}")'
        canvas.formula(CITY_DUE, at, f'COUNTA({cells})-COUNTIF({cells},"{NOBODY}")', due, "total")
        canvas.formula(CITY_REPORTED, at, f'{accepted}+COUNTIF({cells},"{LATE}")', reported, "total")
        canvas.formula(CITY_TIMELY, at, accepted, timely, "total")
        whole = absolute(CITY_DUE, at)
        for row, part, value in (
            (CITY_RATE, CITY_REPORTED, reported),
            (CITY_TIMELY_RATE, CITY_TIMELY, timely),
        ):
            formula = _share(absolute(part, at), whole)
            canvas.formula(row, at, formula, rate(value, due), "total", num_format=RATE_FORMAT)


def _draw_unit(canvas: Canvas, plan: YearPlan, unit: Unit, row: int) -> None:
    canvas.text(row, UNIT, unit.short, "plain", bold=True)
    canvas.text(row, TYPE, plan.registry.unit_types[unit.type], "plain")
    for month in plan.months:
        canvas.text(row, column_of(month), plan.state(unit, month), "centre", font_size=9)
    cells = area(row, FIRST_MONTH, row, FIRST_MONTH + len(plan.months) - 1)
    due, reported, timely = counts(plan, unit)
    on_time = f'COUNTIF({cells},"{ON_TIME}")'
    canvas.formula(row, DUE, f'COUNTA({cells})-COUNTIF({cells},"{NOBODY}")', due)
    canvas.formula(row, REPORTED, f'{on_time}+COUNTIF({cells},"{LATE}")', reported)
    canvas.formula(row, TIMELY, on_time, timely)
    for place, part, value in ((RATE, REPORTED, reported), (TIMELY_RATE, TIMELY, timely)):
        formula = _share(absolute(row, part), absolute(row, DUE))
        canvas.formula(row, place, formula, rate(value, due), "total", num_format=RATE_FORMAT)
    latest = plan.year.latest.get(unit.code)
    look: dict[str, Any] = {"bold": unit.code in plan.year.behind}
    canvas.text(row, AS_OF, f"{latest.month}月" if latest else NONE, "centre", **look)


def _share(part: str, whole: str) -> str:
    return f'IF({whole}=0,"{NONE}",{part}/{whole})'


#: Told apart in greyscale by weight and shade; the word itself stands in the cell.
LOOKS: dict[str, dict[str, Any]] = {
    ON_TIME: {"bg_color": "#E1EBF8", "font_color": "#1F3864"},
    LATE: {"bg_color": "#FFE7A3", "font_color": "#7A4B00", "bold": True},
    str(Mark.RETURNED): {"bg_color": "#E8B5A5", "font_color": "#6B1A08", "bold": True},
    str(Mark.MISSING): {"bg_color": "#9C2A10", "font_color": "#FFFFFF", "bold": True},
    NOBODY: {"font_color": "#B4BBC6"},
}


def colour_states(canvas: Canvas, plan: YearPlan, row: int, left: int, rows: int = 0) -> None:
    """Colour the states of ``rows`` rows (all units' for 0) of twelve months."""
    last = row + (rows or len(plan.units)) - 1
    for state, look in LOOKS.items():
        condition = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{state}"',
            "format": canvas.styles.conditional(**look),
        }
        canvas.sheet.conditional_format(row, left, last, left + len(plan.months) - 1, condition)
