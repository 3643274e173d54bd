"""考核得分: work points, sections, totals and ranks, under weights that may be changed."""

from __future__ import annotations

from typing import Any

from flows.consolidation.figure_table import Mark
from flows.consolidation.scoring import UnitScores
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.addresses import absolute
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.styles import SCORE
from flows.outputs.workbook.plan import Plan, mean_of
from flows.outputs.workbook.ranking_plan import (
    FIRST_SECTION,
    FIRST_UNIT_ROW,
    GROUP_ROW,
    MEAN_ROW,
    ORDER_ROW,
    RANK,
    SET_BY_ROW,
    TARGETS_ROW,
    TITLE_ROW,
    TOTAL,
    TYPE,
    UNIT,
    WEIGHT_ROW,
    RankingPlan,
)
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.page import set_page
from flows.outputs.workbook.sheets.score_meanings import note_ranking
from schemas import Unit

ROW_TITLES = {
    WEIGHT_ROW: "权重（可改）",
    SET_BY_ROW: "权重由谁设定",
    TARGETS_ROW: "已设目标值的指标数",
    MEAN_ROW: "全市平均分",
    ORDER_ROW: "平均分次序",
}
AFTER_TITLES = ("计分\n要点", "得分最低的要点", "情况", "序")
COUNTED, WEAKEST, REMARK, ORDER = range(4)
NONE = "—"
NOTE = (
    "要点原文未设目标值和权重。{note}（{who}）。各级得分均为0—100分：要点得分是该单位所报各计分指标的平均分，部分和总分按权重加权平均，"
    "不由该单位填报的要点不进入分母。总分保留两位小数，只在同类单位之间排名，同分同名次；未报送、被退回的单位不计分、不排名。"
    "同类只有一家时，与同类最优比的指标均得100分，其名次仅供参考。改动黄格中的权重，或“计分明细”中的目标值、“指标汇总”中的数据，得分和名次即时变动。"
)


def draw_ranking(
    canvas: Canvas, plan: Plan, ranking: RankingPlan, *, title: str = "", note: str = NOTE
) -> None:
    canvas.title(title or f"考核得分（{plan.month.period.chinese}）")
    canvas.merge(
        1, 0, 2, ranking.last_column, note.format(note=plan.scores.note, who=plan.scores.set_by), "note"
    )
    canvas.sheet.set_row(1, 20)
    canvas.sheet.set_row(2, 20)
    _draw_titles(canvas, plan, ranking)
    _draw_settings(canvas, plan, ranking)
    if plan.units:
        _draw_means(canvas, plan, ranking)
    for unit in ranking.units:
        _draw_unit(canvas, plan, ranking, unit)
    if plan.units:
        _draw_shares(canvas, plan, ranking)
    note_ranking(canvas, ranking)
    _set_up(canvas, plan, ranking)


def _set_up(canvas: Canvas, plan: Plan, ranking: RankingPlan) -> None:
    sheet = canvas.sheet
    canvas.widths(
        [7.5, 4.5, 13.5, 8, *(5.8 for _ in ranking.section_column), *(4.8 for _ in ranking.point_column)]
    )
    canvas.widths([4.5, 12, 8, 3], first=ranking.after)
    sheet.set_row(GROUP_ROW, 20)
    sheet.set_row(TITLE_ROW, 64)
    for row in ROW_TITLES:
        sheet.set_row(row, 20)
    for row in ranking.row.values():
        sheet.set_row(row, 30)
    set_page(canvas, plan, repeat=(GROUP_ROW, WEIGHT_ROW), freeze=(FIRST_UNIT_ROW, TOTAL + 1))
    if not plan.units:
        return
    scored = (FIRST_UNIT_ROW, FIRST_SECTION, ranking.last_row, ranking.after - 1)
    low = canvas.styles.conditional(bold=True, font_color="#9C2A10", bg_color="#FBEFEA")
    high = canvas.styles.conditional(bold=True, font_color="#1F3864", bg_color="#DCE6F2")
    number = f"ISNUMBER({_relative(FIRST_UNIT_ROW, FIRST_SECTION)})"
    cell = _relative(FIRST_UNIT_ROW, FIRST_SECTION)
    sheet.conditional_format(
        *scored, {"type": "formula", "criteria": f"=AND({number},{cell}<60)", "format": low}
    )
    sheet.conditional_format(
        *scored, {"type": "formula", "criteria": f"=AND({number},{cell}>=90)", "format": high}
    )
    sheet.conditional_format(
        FIRST_UNIT_ROW, TOTAL, ranking.last_row, TOTAL,
        {"type": "data_bar", "bar_color": "#9DB7DD", "bar_solid": True, "min_type": "num", "min_value": 0,
         "max_type": "num", "max_value": 100},
    )  # fmt: skip


def _relative(row: int, column: int) -> str:
    return absolute(row, column).replace("$", "")


def _draw_titles(canvas: Canvas, plan: Plan, ranking: RankingPlan) -> None:
    canvas.merge(GROUP_ROW, TYPE, GROUP_ROW, TOTAL, "单位", "heading")
    first = min(ranking.section_column.values())
    canvas.merge(GROUP_ROW, first, GROUP_ROW, max(ranking.section_column.values()), "各部分得分", "heading")
    for section in plan.registry.sections:
        columns = [ranking.point_column[p.code] for p in plan.points_of(section)]
        name = section.sheet
        canvas.merge(GROUP_ROW, columns[0], GROUP_ROW, columns[-1], name, "heading")
        column = ranking.section_column[section.number]
        canvas.text(TITLE_ROW, column, name, "subheading", font_size=9)
    canvas.headings(TITLE_ROW, ("类别", "名次", "单位", "总分"), "subheading")
    for point in plan.registry.work_points:
        text = f"{point.code}\n{point.short}"
        canvas.text(TITLE_ROW, ranking.point_column[point.code], text, "subheading", font_size=8, bold=False)
    canvas.merge(GROUP_ROW, ranking.after, GROUP_ROW, ranking.after + 3, "扣分和缺报", "heading")
    canvas.headings(TITLE_ROW, AFTER_TITLES, "subheading", ranking.after)


def _draw_settings(canvas: Canvas, plan: Plan, ranking: RankingPlan) -> None:
    weights = plan.scores.weights
    for row, title in ROW_TITLES.items():
        canvas.merge(row, TYPE, row, UNIT, title, "band", indent=0, font_size=9)
        for column in (
            TOTAL,
            *ranking.section_column.values(),
            *range(ranking.after, ranking.last_column + 1),
        ):
            canvas.text(row, column, "", "setting")
    for code, column in ranking.point_column.items():
        canvas.number(WEIGHT_ROW, column, weights[code].value, "input", num_format="General")
        canvas.text(SET_BY_ROW, column, weights[code].set_by, "setting")
        cells = plan.scoring.along(
            [i.code for i in plan.indicators_of(plan.registry.work_point[code])], at.TARGET
        )
        canvas.formula(TARGETS_ROW, column, f"COUNT({cells})", _targets(plan, code), "setting")
    for number, column in ranking.section_column.items():
        own = [w.value for code, w in weights.items() if code[0] == str(number)]
        cells = ranking.points_area(WEIGHT_ROW, section=number)
        canvas.formula(WEIGHT_ROW, column, f"SUM({cells})", sum(own), "setting", num_format="General")
    whole = sum(w.value for w in weights.values())
    canvas.formula(
        WEIGHT_ROW, TOTAL, f"SUM({ranking.points_area(WEIGHT_ROW)})", whole, "setting", num_format="General"
    )


def _targets(plan: Plan, code: str) -> int:
    point = plan.registry.work_point[code]
    return sum(plan.scores.settings[i.code].target is not None for i in plan.indicators_of(point))


def _draw_means(canvas: Canvas, plan: Plan, ranking: RankingPlan) -> None:
    units = plan.scores.units.values()
    points = plan.point_means
    means = {ranking.point_column[code]: value for code, value in points.items()}
    means |= {
        column: mean_of([u.sections[number] for u in units])
        for number, column in ranking.section_column.items()
    }
    means[TOTAL] = mean_of([u.total for u in units])
    for column, mean in means.items():
        cells = ranking.column_area(column)
        formula = f'IF(COUNT({cells})=0,"{NONE}",AVERAGE({cells}))'
        style = {
            "num_format": SCORE if column != TOTAL else "0.00",
            "font_size": 9,
            "indent": 0,
            "align": "center",
        }
        canvas.formula(MEAN_ROW, column, formula, NONE if mean is None else mean, "total", **style)
    orders = plan.point_order
    row = ranking.points_area(MEAN_ROW)
    first = min(ranking.point_column.values())
    for code, column in ranking.point_column.items():
        own, so_far = absolute(MEAN_ROW, column), f"{absolute(MEAN_ROW, first)}:{absolute(MEAN_ROW, column)}"
        formula = f'IF(ISNUMBER({own}),RANK({own},{row})+COUNTIF({so_far},{own})-1,"{NONE}")'
        canvas.formula(ORDER_ROW, column, formula, orders.get(code, NONE), "setting")


def _draw_unit(canvas: Canvas, plan: Plan, ranking: RankingPlan, unit: Unit) -> None:
    row, scores = ranking.row[unit.code], plan.scores.units[unit.code]
    new_type = row == ranking.type_rows(unit.type)[0]
    edge: dict[str, Any] = {"top": 2, "top_color": "#1F3864"} if new_type else {}
    canvas.text(row, TYPE, plan.registry.unit_types[unit.type], "plain", font_size=8, shrink=True, **edge)
    canvas.text(row, UNIT, unit.short, "plain", bold=True, **edge)
    _draw_rank(canvas, ranking, unit, scores, edge)
    _draw_total(canvas, ranking, row, scores, edge)
    for number, column in ranking.section_column.items():
        weights, cells = (ranking.points_area(r, section=number) for r in (WEIGHT_ROW, row))
        _draw_mean(canvas, row, column, _weighted(weights, cells), scores.sections[number], scores, edge)
    for point in plan.registry.work_points:
        cells = plan.scoring.along([i.code for i in plan.indicators_of(point)], unit.code)
        formula = f'IF(COUNT({cells})=0,"{NONE}",AVERAGE({cells}))'
        _draw_mean(
            canvas,
            row,
            ranking.point_column[point.code],
            formula,
            scores.work_points[point.code],
            scores,
            edge,
        )
    _draw_remarks(canvas, plan, ranking, unit, edge)


Edge = dict[str, Any]
SHRUNK: Edge = {"text_wrap": False, "shrink": True}


def _weighted(weights: str, cells: str) -> str:
    used = f"SUMPRODUCT(--ISNUMBER({cells}),{weights})"
    return f'IF({used}=0,"{NONE}",SUMPRODUCT({weights},{cells})/{used})'


def _draw_rank(canvas: Canvas, ranking: RankingPlan, unit: Unit, scores: UnitScores, edge: Edge) -> None:
    row = ranking.row[unit.code]
    own = absolute(row, TOTAL)
    formula = f'IF(ISNUMBER({own}),RANK({own},{ranking.column_area(TOTAL, unit.type)}),"{NONE}")'
    value = NONE if scores.rank is None else scores.rank
    canvas.formula(row, RANK, formula, value, "centre", bold=True, **edge)


def _draw_total(canvas: Canvas, ranking: RankingPlan, row: int, scores: UnitScores, edge: Edge) -> None:
    if scores.reason:
        canvas.text(row, TOTAL, scores.reason, canvas.styles.mark(Mark(scores.reason), **edge))
        return
    weights, cells = ranking.points_area(WEIGHT_ROW), ranking.points_area(row)
    used = f"SUMPRODUCT(--ISNUMBER({cells}),{weights})"
    formula = f'IF({used}=0,"{NONE}",ROUND(SUMPRODUCT({weights},{cells})/{used},2))'
    value = NONE if scores.total is None else scores.total
    canvas.formula(row, TOTAL, formula, value, "number", bold=True, num_format="0.00", **edge)


def _draw_mean(
    canvas: Canvas, row: int, column: int, formula: str, value: float | None, scores: UnitScores, edge: Edge
) -> None:
    if scores.reason:
        canvas.text(row, column, NONE, canvas.styles.mark(Mark(scores.reason), **edge))
        return
    style = canvas.styles.get("number", num_format=SCORE, align="center", indent=0, **edge)
    if value is None:
        style = canvas.styles.mark(Mark.OUTSIDE, **edge)
    canvas.formula(row, column, formula, NONE if value is None else value, style)


def _draw_remarks(canvas: Canvas, plan: Plan, ranking: RankingPlan, unit: Unit, edge: Edge) -> None:
    row, scores = ranking.row[unit.code], plan.scores.units[unit.code]
    cells, titles = ranking.points_area(row), ranking.points_area(TITLE_ROW)
    scored = {code: s for code, s in scores.work_points.items() if s is not None}
    canvas.formula(
        row, ranking.after + COUNTED, f"COUNT({cells})", len(scored), "centre", font_size=9, **edge
    )
    weakest = min(scored, key=lambda code: scored[code]) if scored else ""
    if weakest:
        point = plan.registry.work_point[weakest]
        lowest = f'SUBSTITUTE(INDEX({titles},1,MATCH(MIN({cells}),{cells},0)),CHAR(10)," ")'
        formula = f'IF(COUNT({cells})=0,"{NONE}",{lowest})'
        text = f"{point.code} {point.short}"
        canvas.formula(row, ranking.after + WEAKEST, formula, text, "small", **SHRUNK, **edge)
    else:
        canvas.text(row, ranking.after + WEAKEST, NONE, canvas.styles.mark(Mark.OUTSIDE, **edge))
    canvas.text(row, ranking.after + REMARK, _remark(plan, unit), "small", **SHRUNK, **edge)
    canvas.formula(
        row,
        ranking.after + ORDER,
        _order_formula(ranking, unit),
        ranking.order_of(unit.code),
        "setting",
        **edge,
    )


def shares(plan: Plan, unit: Unit) -> dict[int, float | None]:
    """Section -> points of the unit's total that come from it; they add up to the total."""
    scores = plan.scores.units[unit.code].work_points
    weighed = {c: (s, plan.scores.weights[c].value) for c, s in scores.items() if s is not None}
    whole = sum(weight for _, weight in weighed.values())
    if whole == 0:
        return {section.number: None for section in plan.registry.sections}
    return {
        section.number: sum(s * w for c, (s, w) in weighed.items() if c[0] == str(section.number)) / whole
        for section in plan.registry.sections
    }


def _draw_shares(canvas: Canvas, plan: Plan, ranking: RankingPlan) -> None:
    title, last = ranking.share_title_row, max(ranking.section_column.values())
    canvas.merge(title, TYPE, title, TOTAL, "总分由各部分构成（分）", "heading")
    for section in plan.registry.sections:
        column = ranking.section_column[section.number]
        canvas.text(title, column, section.sheet, "subheading", font_size=8)
    canvas.sheet.set_row(title, 30)
    canvas.merge(title, last + 1, title, ranking.last_column, SHARES_NOTE, "note")
    for unit in ranking.units:
        _draw_share(canvas, plan, ranking, unit)


SHARES_NOTE = "各部分构成之和等于总分（总分四舍五入到两位小数）。"


def _draw_share(canvas: Canvas, plan: Plan, ranking: RankingPlan, unit: Unit) -> None:
    row, scored, scores = ranking.share_row(unit.code), ranking.row[unit.code], plan.scores.units[unit.code]
    edge: dict[str, Any] = (
        {"top": 2, "top_color": "#1F3864"} if scored == ranking.type_rows(unit.type)[0] else {}
    )
    canvas.text(row, TYPE, plan.registry.unit_types[unit.type], "plain", font_size=8, shrink=True, **edge)
    canvas.formula(
        row, RANK, absolute(scored, RANK), NONE if scores.rank is None else scores.rank, "centre", **edge
    )
    canvas.text(row, UNIT, unit.short, "plain", **edge)
    _draw_total_again(canvas, row, scored, scores, edge)
    used = f"SUMPRODUCT(--ISNUMBER({ranking.points_area(scored)}),{ranking.points_area(WEIGHT_ROW)})"
    for number, value in shares(plan, unit).items():
        weights, cells = (ranking.points_area(r, section=number) for r in (WEIGHT_ROW, scored))
        formula = f'IF({used}=0,"{NONE}",SUMPRODUCT({weights},{cells})/{used})'
        _draw_mean(canvas, row, ranking.section_column[number], formula, value, scores, edge)


def _draw_total_again(canvas: Canvas, row: int, scored: int, scores: UnitScores, edge: Edge) -> None:
    value = scores.total if scores.total is not None else scores.reason or NONE
    canvas.formula(row, TOTAL, absolute(scored, TOTAL), value, "number", num_format="0.00", **edge)


def _remark(plan: Plan, unit: Unit) -> str:
    status, scores = plan.month.units[unit.code], plan.scores.units[unit.code]
    blanks = sum(s.reason == Mark.BLANK for s in scores.indicators.values())
    said = [said for said in (scores.reason, plan.as_of(unit)) if said]
    said += ["迟报"] if status.late else []
    said += ["更正件被退回"] if status.returned_again else []
    said += [f"未填{blanks}项"] if blanks else []
    return "；".join(said)


def _order_formula(ranking: RankingPlan, unit: Unit) -> str:
    row, (first, _) = ranking.row[unit.code], ranking.type_rows(unit.type)
    own, whole = absolute(row, TOTAL), ranking.column_area(TOTAL, unit.type)
    so_far = f"{absolute(first, TOTAL)}:{own}"
    after_all = f"COUNT({whole})+COUNTA({so_far})-COUNT({so_far})"
    return f"IF(ISNUMBER({own}),RANK({own},{whole})+COUNTIF({so_far},{own})-1,{after_all})"


SHEET = SheetKind(
    place=30,
    titles=one_sheet(at.RANKING, "各单位要点得分、部分得分、总分和同类名次；权重可改"),
    draw=lambda canvas, drawing, _title: draw_ranking(canvas, drawing.plan, drawing.ranking),
    tab_colour="#2F5597",
    kept=True,
)
