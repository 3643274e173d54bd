"""计分明细: the score of every indicator, live over 指标汇总 and the settings beside it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from xlsxwriter.format import Format

from flows.consolidation.figure_table import Mark, current_line, scored_lines
from flows.consolidation.scoring import NO_COMPARISON, UNSCORED, Setting
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.sheet import Cell
from flows.outputs.workbook.drawing.styles import PLAIN, SCORE
from flows.outputs.workbook.drawing.unit_cells import draw_units
from flows.outputs.workbook.drawing.unit_grid import UNIT
from flows.outputs.workbook.plan import SCORING, Plan, best_title
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.page import set_page
from flows.outputs.workbook.sheets.score_meanings import best_meaning, indicator_meaning, target_meaning
from schemas import Indicator, Kind
from schemas.models import STATUSES

METHOD_TITLES = {
    "target": "对照目标值",
    "growth": "与上年同期比",
    "milestone": "节点状态",
    "relative": "与同类最优比",
    "fewer": "越少越好",
    "none": "不计分",
}
NO_TARGET, NONE = "未设", "—"
EXPLAINED = (
    "对照目标值＝完成数÷目标值×100（越少越好的指标：不超过目标值得100）；与同类最优比＝本单位÷同类单位最大值×100；"
    "与上年同期比＝本年÷上年同期×100；越少越好＝同类最小值÷本单位×100（最小值为0时＝100÷(1＋本单位)）；"
    "节点按状态得分；一律不超过100。在“目标值”栏填数即改按目标值计分，分数和名次随之变动。"
)
#: Comparisons look for the most or for the least.
EXTREMES = {"relative": "MAX", "fewer": "MIN"}


def draw_scoring(canvas: Canvas, plan: Plan, *, title: str = SCORING) -> None:
    grid = plan.scoring
    canvas.title(title, f"设定：{plan.scores.set_by}。{plan.scores.note}。")
    canvas.merge(2, 0, 2, 14, EXPLAINED, "note")
    canvas.sheet.set_row(2, 52)
    for slot in grid.attributes:
        canvas.text(*grid.title(slot), slot, "heading")
    for indicator in plan.registry.indicators:
        _draw_attributes(canvas, plan, indicator)
        method = METHOD_TITLES[plan.scores.settings[indicator.code].method]
        of_unit = partial(indicator_meaning, plan, indicator=indicator, method=method)
        canvas.note_units(grid, indicator.code, plan.units, of_unit)
    titles = [plan.column_title(unit) for unit in plan.units]
    lines = (_scores(canvas, plan, indicator) for indicator in plan.registry.indicators)
    draw_units(canvas, grid, titles, lines, later=grid.down)
    _set_up(canvas, plan)


def _set_up(canvas: Canvas, plan: Plan) -> None:
    grid, sheet = plan.scoring, canvas.sheet
    if grid.down:
        sheet.set_column(0, grid.last.column, 11)
        sheet.set_row(grid.title(at.NAME).row, 42)
        first_unit = grid.title(plan.units[0].code).row
        set_page(canvas, plan, repeat=(grid.top, grid.top + 5), freeze=(first_unit, 1))
        return
    own = [17, 6, 24, 5.5, 12, 8, 9, 7, 7, 7]
    canvas.widths([*own, *(9.5 for _ in plan.tally.types), *(9.5 for _ in plan.units)])
    sheet.set_row(grid.top, 42)
    sheet.autofilter(grid.top, 0, grid.last.row, grid.last.column)
    set_page(canvas, plan, repeat=(grid.top, grid.top), freeze=(grid.top + 1, 3))


def _draw_attributes(canvas: Canvas, plan: Plan, indicator: Indicator) -> None:
    grid, code = plan.scoring, indicator.code
    setting = plan.scores.settings[code]
    point = plan.registry.work_point[indicator.work_point]
    texts = {
        at.POINT: f"{point.code} {point.short}",
        at.CODE: code,
        at.NAME: indicator.name,
        at.MEASURE_UNIT: indicator.unit or NONE,
        at.METHOD: METHOD_TITLES[setting.method],
        at.SET_BY: setting.set_by,
    }
    for slot, text in texts.items():
        canvas.text(*grid.place(code, slot), text, "plain" if slot != at.SET_BY else "setting")
    _draw_settings(canvas, plan, indicator, setting)
    for kind in plan.tally.types:
        _draw_best(canvas, plan, indicator, setting, kind)


def _draw_settings(canvas: Canvas, plan: Plan, indicator: Indicator, setting: Setting) -> None:
    grid, code = plan.scoring, indicator.code
    milestone = indicator.kind is Kind.MILESTONE
    target = grid.place(code, at.TARGET)
    canvas.note(*target, partial(target_meaning, plan, code, "目标值"))
    if setting.target is not None:
        canvas.number(*target, setting.target, "input")
    elif milestone:
        canvas.text(*target, NONE, canvas.styles.mark(Mark.OUTSIDE))
    else:
        canvas.text(*target, NO_TARGET, "input", bold=False)
    for status in STATUSES:
        place = grid.place(code, status)
        canvas.note(*place, partial(target_meaning, plan, code, f"节点“{status}”得分"))
        if milestone:
            canvas.number(*place, setting.points[status], "input")
        else:
            canvas.text(*place, NONE, canvas.styles.mark(Mark.OUTSIDE))


def _draw_best(canvas: Canvas, plan: Plan, indicator: Indicator, setting: Setting, kind: str) -> None:
    grid, code = plan.scoring, indicator.code
    place = grid.place(code, best_title(plan.registry, kind))
    extreme = EXTREMES.get(setting.method)
    units = plan.tally.units_of(kind)
    if extreme is None or not any(plan.registry.reports(unit, indicator) for unit in units):
        canvas.text(*place, NONE, canvas.styles.mark(Mark.OUTSIDE))
        return
    cells = plan.summary.across((code, current_line(indicator)), [u.code for u in units])
    value = plan.scores.best.get((code, kind))
    canvas.note(*place, partial(best_meaning, plan, indicator, kind))
    formula = f'IF(COUNT({cells})=0,"{NONE}",{extreme}({cells}))'
    canvas.formula(*place, formula, NONE if value is None else value, num_format=PLAIN[indicator.decimals])


def _scores(canvas: Canvas, plan: Plan, indicator: Indicator) -> Iterator[Cell]:
    """An indicator's cells: of a province's hundred thousands each asks for no more than it needs."""
    code = indicator.code
    scored = canvas.styles.get("number", num_format=SCORE)
    formulas = {kind: score_formula(plan, indicator, kind) for kind in plan.tally.types}
    for unit, name in zip(plan.units, plan.summary.unit_names, strict=True):
        score = plan.scores.units[unit.code].indicators[code]
        if score.reason in _ABSENT:
            yield canvas.text_cell(score.reason, canvas.styles.mark(Mark(score.reason)))
            continue
        formula = formulas[unit.type].replace(UNIT, name)
        if score.value is None:
            yield canvas.sheet.formula(formula, _unscored(canvas, score.reason), score.reason)
        else:
            yield canvas.sheet.formula(formula, scored, score.value)


_ABSENT = frozenset({Mark.OUTSIDE, Mark.MISSING, Mark.RETURNED})


def _unscored(canvas: Canvas, reason: str) -> Format:
    known = [mark for mark in Mark if mark and reason == mark]
    return canvas.styles.mark(known[0] if known else Mark.NO_BASE)


def score_formula(plan: Plan, indicator: Indicator, kind: str) -> str:
    """The score of any unit of a kind, ``UNIT`` being its place; a text where there is none."""
    grid, code = plan.scoring, indicator.code
    setting = plan.scores.settings[code]
    value = plan.summary.unit_ref((code, current_line(indicator)))
    if indicator.kind is Kind.MILESTONE:
        return _milestone(plan, code, value) if setting.method == "milestone" else f'"{UNSCORED}"'
    best = grid.ref(code, best_title(plan.registry, kind), local=True)
    otherwise = {
        "growth": _growth(plan, indicator),
        "relative": _if_number(value, f'IF(N({best})>0,{_bounded(f"100*{value}/{best}")},"{NO_COMPARISON}")'),
        "fewer": _if_number(value, _fewer(value, best)),
    }.get(setting.method, _if_number(value, f'"{UNSCORED}"'))
    target = grid.ref(code, at.TARGET, local=True)
    by_target = _bounded(f"100*{value}/{target}")
    if indicator.direction == "down":
        shortfall = _bounded(f"100*{target}/{value}")
        by_target = f"IF({value}<={target},100,{shortfall})"
    return f"IF(ISNUMBER({target}),{_if_number(value, by_target)},{otherwise})"


def _milestone(plan: Plan, code: str, value: str) -> str:
    grid, formula = plan.scoring, value
    for status in STATUSES:
        title = grid.title_ref(status)
        formula = f"IF({value}={title},{grid.ref(code, status, local=True)},{formula})"
    return formula


def _growth(plan: Plan, indicator: Indicator) -> str:
    code, now, before = scored_lines(plan.registry, indicator)
    current, prior = (plan.summary.unit_ref((code, line)) for line in (now, before))
    grown = f'IF({prior}>0,{_bounded(f"100*{current}/{prior}")},IF({current}>0,100,"{Mark.NO_BASE}"))'
    return _if_number(current, _if_number(prior, grown))


def _fewer(value: str, best: str) -> str:
    near, far = _bounded(f"100*{best}/{value}"), _bounded(f"100/(1+{value})")
    return f"IF({value}<={best},100,IF({best}>0,{near},{far}))"


def _if_number(cell: str, formula: str) -> str:
    return f"IF(ISNUMBER({cell}),{formula},{cell})"


def _bounded(formula: str) -> str:
    return f"MAX(0,MIN(100,{formula}))"


SHEET = SheetKind(
    place=40,
    titles=one_sheet(at.SCORING, "每项指标怎样计分、由谁设定；目标值可改"),
    draw=lambda canvas, drawing, _title: draw_scoring(canvas, drawing.plan),
)
