"""How each score came about, with the cells of 考核得分, 计分明细 and 指标汇总 that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from flows.consolidation.figure_table import current_line, scored_lines
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.addresses import cell_name
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.provenance import CellMeaning, Step
from flows.outputs.workbook.plan import Plan, best_title
from flows.outputs.workbook.ranking_plan import (
    MEAN_ROW,
    ORDER_ROW,
    RANK,
    SET_BY_ROW,
    TARGETS_ROW,
    TOTAL,
    WEIGHT_ROW,
    RankingPlan,
)
from flows.outputs.workbook.sheets.summary import LINE_TITLES
from schemas import Indicator, Registry, Unit
from schemas.models import WorkPoint

MEAN = "按权重加权平均：各要点得分乘权重之和，除以这些要点的权重之和；没有得分的要点不进入分母"


def note_ranking(canvas: Canvas, ranking: RankingPlan) -> None:
    """Of every number of 考核得分 what it is."""
    plan = ranking.plan
    columns = (TOTAL, *ranking.section_column.values(), *ranking.point_column.values())
    for column in columns if plan.units else ():
        canvas.note(MEAN_ROW, column, partial(mean_meaning, ranking, column))
    for code, column in ranking.point_column.items():
        canvas.note(WEIGHT_ROW, column, partial(_weight_meaning, plan, code))
        canvas.note(ORDER_ROW, column, partial(CellMeaning, f"要点 {code} 全市平均分在各要点中的位次"))
        targets = _set_at(plan.registry, f"要点 {code} 下已设目标值的指标数", "methods")
        canvas.note(TARGETS_ROW, column, partial(CellMeaning, targets, setting=True))
        canvas.note(SET_BY_ROW, column, partial(_weight_meaning, plan, code))
    whole = CellMeaning(_set_at(plan.registry, "所含要点的权重之和", "weights"), setting=True)
    for column in (TOTAL, *ranking.section_column.values()):
        canvas.note(WEIGHT_ROW, column, lambda: whole)
    for unit in ranking.units:
        _note_unit(canvas, ranking, unit)


def _note_unit(canvas: Canvas, ranking: RankingPlan, unit: Unit) -> None:
    plan = ranking.plan
    own, share = ranking.row[unit.code], ranking.share_row(unit.code)
    for row in (own, share):
        canvas.note(row, TOTAL, partial(total_meaning, ranking, unit))
        canvas.note(row, RANK, partial(rank_meaning, ranking, unit))
    for number, column in ranking.section_column.items():
        canvas.note(own, column, partial(total_meaning, ranking, unit, number))
        canvas.note(share, column, partial(_share_meaning, ranking, unit, number))
    for point in plan.registry.work_points:
        canvas.note(own, ranking.point_column[point.code], partial(point_meaning, plan, unit, point))
    for column, said in (
        (ranking.after, "有得分的要点个数"),
        (ranking.order_column(), "在同类单位中的排列次序"),
    ):
        canvas.note(own, column, partial(CellMeaning, f"{unit.short}{said}"))


def total_meaning(ranking: RankingPlan, unit: Unit, section: int | None = None) -> CellMeaning:
    """A unit's total, or its score of a section: the work points that it is weighed from."""
    what = "总分（保留两位小数）" if section is None else f"“{_section(ranking.plan, section)}”得分"
    return _made_of(ranking, unit, section, f"{unit.short}{what}，{MEAN}")


def _share_meaning(ranking: RankingPlan, unit: Unit, section: int) -> CellMeaning:
    said = (
        f"{unit.short}总分中来自“{_section(ranking.plan, section)}”的分数："
        "下列要点得分乘权重之和，除以该单位所有已得分要点的权重之和"
    )
    return _made_of(ranking, unit, section, said)


def _made_of(ranking: RankingPlan, unit: Unit, section: int | None, said: str) -> CellMeaning:
    reason = ranking.plan.scores.units[unit.code].reason
    steps = tuple(_weighed(ranking, unit, section))
    if reason or not steps:
        why = f"{reason}，不计分" if reason else "在这一部分没有得分的要点"
        return CellMeaning(f"{unit.short}{why}")
    return CellMeaning(said, total=True, steps=steps)


def _weighed(ranking: RankingPlan, unit: Unit, section: int | None) -> Iterator[Step]:
    plan = ranking.plan
    scores, row = plan.scores.units[unit.code].work_points, ranking.row[unit.code]
    for point in plan.registry.work_points:
        score = scores[point.code]
        if score is not None and section in (None, point.section):
            cell = _cell(ranking.sheet, row, ranking.point_column[point.code])
            weight = plan.scores.weights[point.code].value
            yield Step(f"{point.code} {point.short}", cell, score, weight)


def point_meaning(plan: Plan, unit: Unit, point: WorkPoint) -> CellMeaning:
    """A unit's score of a work point: its indicators' scores, and the figures behind them."""
    own = [i for i in plan.indicators_of(point) if plan.registry.reports(unit, i)]
    scores = plan.scores.units[unit.code].indicators
    steps = []
    for indicator in own:
        score = scores[indicator.code].value
        if score is not None:
            cell = _cell(plan.scoring.sheet, *plan.scoring.place(indicator.code, unit.code))
            steps.append(Step(f"{indicator.code} {indicator.name}", cell, score))
    said = f"{unit.short}要点 {point.code} 得分：所报各计分指标得分的平均"
    if not own:
        said = f"要点 {point.code} 没有由{unit.short}填报的指标"
    return CellMeaning(said, tuple((unit, i) for i in own), total=True, steps=tuple(steps))


def mean_meaning(ranking: RankingPlan, column: int) -> CellMeaning:
    """The city's mean of a column of 考核得分: the units that have a score there."""
    steps = tuple(_of_units(ranking, ranking.units, column))
    said = f"全市平均分（{_column(ranking, column)}）：有得分的{len(steps)}家单位的简单平均"
    return CellMeaning(said, total=True, steps=steps)


def rank_meaning(ranking: RankingPlan, unit: Unit) -> CellMeaning:
    alike = ranking.plan.tally.units_of(unit.type)
    said = f"{unit.short}的名次：总分在下列同类单位中由高到低排第几，同分同名次"
    return CellMeaning(said, total=True, steps=tuple(_of_units(ranking, alike, TOTAL)))


def _of_units(ranking: RankingPlan, units: Iterable[Unit], column: int) -> Iterator[Step]:
    """The cells of a column in which units have a score."""
    for unit in units:
        score = _score(ranking, unit, column)
        if score is not None:
            yield Step(unit.short, _cell(ranking.sheet, ranking.row[unit.code], column), score)


def _score(ranking: RankingPlan, unit: Unit, column: int) -> float | None:
    scores = ranking.plan.scores.units[unit.code]
    if column == TOTAL:
        return scores.total
    for number, own in ranking.section_column.items():
        if own == column:
            return scores.sections[number]
    return scores.work_points[_point_at(ranking, column)]


def _point_at(ranking: RankingPlan, column: int) -> str:
    return next(code for code, own in ranking.point_column.items() if own == column)


def _column(ranking: RankingPlan, column: int) -> str:
    if column == TOTAL:
        return "总分"
    sections = {own: number for number, own in ranking.section_column.items()}
    if column in sections:
        return _section(ranking.plan, sections[column])
    return f"要点 {_point_at(ranking, column)}"


def _section(plan: Plan, number: int) -> str:
    return next(section.sheet for section in plan.registry.sections if section.number == number)


# ---- 计分明细 -------------------------------------------------------------------------------


def indicator_meaning(plan: Plan, unit: Unit, indicator: Indicator, method: str) -> CellMeaning:
    """A unit's score of one indicator: its figures, and what they are held against."""
    steps = [_shown(plan, unit, *key) for key in _scored(plan, indicator)]
    setting, best = plan.scores.settings[indicator.code], plan.scores.best.get((indicator.code, unit.type))
    slot = best_title(plan.registry, unit.type) if setting.target is None else at.TARGET
    against = best if setting.target is None else setting.target
    if against is not None:
        place = plan.scoring.place(indicator.code, slot)
        steps.append(Step(slot, _cell(plan.scoring.sheet, *place), against))
    said = f"{unit.short} {indicator.code} {indicator.name}得分，计分方法：{method}"
    return CellMeaning(said, ((unit, indicator),), steps=tuple(steps))


def _scored(plan: Plan, indicator: Indicator) -> tuple[tuple[str, str], ...]:
    """The lines that a score looks at: the current one, of a growth also the one of the year before."""
    setting = plan.scores.settings[indicator.code]
    if setting.method != "growth" or setting.target is not None:
        return ((indicator.code, current_line(indicator)),)
    code, now, before = scored_lines(plan.registry, indicator)
    return (code, now), (code, before)


def _shown(plan: Plan, unit: Unit, code: str, line: str) -> Step:
    shown = plan.tally.shown(unit, plan.registry.indicator[code], line)
    cell = _cell(plan.summary.sheet, *plan.summary.place((code, line), unit.code))
    title = f"{code} {LINE_TITLES[line]}"
    return Step(title, cell, shown.display if shown.number is None else shown.number)


def best_meaning(plan: Plan, indicator: Indicator, kind: str) -> CellMeaning:
    line = current_line(indicator)
    units = [u for u in plan.tally.units_of(kind) if plan.tally.shown(u, indicator, line).number is not None]
    said = f"{plan.registry.unit_types[kind]}中 {indicator.code} {indicator.name}最优的数，从下列单位中取"
    measure = line if line in indicator.measures else ""
    return CellMeaning(said, tuple((u, indicator) for u in units), measure, total=True)


def target_meaning(plan: Plan, code: str, what: str) -> CellMeaning:
    said = f"{code} 的{what}（{plan.scores.settings[code].set_by}）"
    return CellMeaning(_set_at(plan.registry, said, "methods", "（未列的取 defaults）"), setting=True)


def _weight_meaning(plan: Plan, code: str) -> CellMeaning:
    said = f"要点 {code} 的权重（{plan.scores.weights[code].set_by}）"
    return CellMeaning(_set_at(plan.registry, said, "weights", "（未列的各为1）"), setting=True)


def _cell(sheet: str, row: int, column: int) -> str:
    return f"{sheet}!{cell_name(row, column)}"


def _set_at(registry: Registry, what: str, key: str, otherwise: str = "") -> str:
    place = f"schemas/{registry.year}/assessment.yaml 的 {key}"
    return f"{what}，是设定，不是报表数据；在 {place} 中设定{otherwise}"
