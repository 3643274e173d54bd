"""节点进度: milestones and work points by unit, as coloured grids."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flows.consolidation.figure_table import Mark
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.plan import LATTICE_TOP, Plan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.page import set_page
from flows.outputs.workbook.sheets.progress import status_cell
from flows.outputs.workbook.sheets.summary import NO_CITY, city_meaning, unit_meaning
from schemas import Indicator, Kind, Unit, WorkPoint
from schemas.models import STATUSES

STATE_TITLES = {
    "REPORTED": "已报",
    "CONFIRMED_ZERO": "零报",
    "LATE": "迟报",
    "MISSING": Mark.MISSING.value,
    "RETURNED": Mark.RETURNED.value,
    "NOT_APPLICABLE": Mark.OUTSIDE.value,
}


def draw_grids(canvas: Canvas, plan: Plan) -> None:
    legend = "、".join(STATUSES)
    canvas.title(
        f"节点进度（{plan.month.period.chinese}）", f"状态由浅到深：{legend}；斜纹：未填、未报送或被退回。"
    )
    if plan.large:
        _draw_counts(canvas, plan)
        return
    heading = LATTICE_TOP - 1
    canvas.headings(heading, ["代码", "节点／要点", *(unit.short for unit in plan.units), "完成"])
    canvas.sheet.set_row(heading, 32)
    row = _block(canvas, plan, "一、节点指标", LATTICE_TOP)
    for indicator in plan.registry.indicators:
        if indicator.kind is Kind.MILESTONE:
            _draw_milestone(canvas, plan, indicator, row)
            row += 1
    row = _block(canvas, plan, "二、各要点进展状态（各单位在工作进展中所填）", row)
    said = _statuses(plan)
    for point in plan.registry.work_points:
        _draw_point(canvas, plan, point, row, said)
        row += 1
    row = _block(canvas, plan, "三、各要点报送状态", row)
    for point in plan.registry.work_points:
        _draw_states(canvas, plan, point, row)
        row += 1
    canvas.widths([7, 30, *(10 for _ in plan.units), 9])
    set_page(canvas, plan, repeat=(heading, heading), freeze=(heading + 1, 2))


def _block(canvas: Canvas, plan: Plan, title: str, row: int) -> int:
    canvas.merge(row, 0, row, len(plan.units) + 2, title, "band")
    return row + 1


def _draw_milestone(canvas: Canvas, plan: Plan, indicator: Indicator, row: int) -> None:
    canvas.link(row, 0, plan.definition_place(indicator.code))
    canvas.text(row, 0, indicator.code, "link")
    canvas.text(row, 1, indicator.name, "text")
    shown = plan.tally.row(indicator, "status")
    for column, (unit, cell) in enumerate(zip(plan.units, shown, strict=True), start=2):
        source = plan.summary.ref((indicator.code, "status"), unit.code)
        style = canvas.styles.mark(cell.mark) if cell.mark else canvas.styles.step(STATUSES.index(cell.text))
        canvas.formula(row, column, source, cell.display, style)
        canvas.note(row, column, partial(unit_meaning, plan, unit, indicator, "status"))
    city, asked = plan.tally.city(indicator, "status"), sum(c.mark is not Mark.OUTSIDE for c in shown)
    done = NO_CITY if city is None else f"{city:.0f}"
    whole = plan.summary.ref((indicator.code, "status"), at.TOTAL)
    canvas.note(row, len(shown) + 2, partial(city_meaning, plan, indicator, "status"))
    canvas.formula(row, len(shown) + 2, f'{whole}&"／{asked}"', f"{done}／{asked}", "total")


def _statuses(plan: Plan) -> dict[tuple[str, str], str]:
    rows = plan.month.progress[plan.month.progress["field"] == "status"]
    keys = zip(rows["unit_code"].tolist(), rows["work_point"].tolist(), strict=True)
    return {key: str(text) for key, text in zip(keys, rows["text"].tolist(), strict=True)}


def _draw_point(
    canvas: Canvas, plan: Plan, point: WorkPoint, row: int, said: dict[tuple[str, str], str]
) -> None:
    _draw_heads(canvas, point, row)
    done: list[str] = []
    for column, unit in enumerate(plan.units, start=2):
        absence = _absence(plan, unit, point)
        status = said.get((unit.code, point.code), "")
        done.append(status if absence is None else "")
        if absence is None:
            canvas.sheet.put(row, column, status_cell(canvas, status))
        else:
            canvas.text(row, column, str(absence), canvas.styles.mark(absence))
    asked = sum(_absence(plan, unit, point) is not Mark.OUTSIDE for unit in plan.units)
    canvas.text(row, len(plan.units) + 2, f"{done.count(STATUSES[-1])}／{asked}", "total")


def _absence(plan: Plan, unit: Unit, point: WorkPoint) -> Mark | None:
    if not any(plan.registry.reports(unit, i) for i in plan.indicators_of(point)):
        return Mark.OUTSIDE
    return plan.tally.absence(unit)


def _draw_states(canvas: Canvas, plan: Plan, point: WorkPoint, row: int) -> None:
    _draw_heads(canvas, point, row)
    marks = {str(mark): mark for mark in Mark if mark}
    states = plan.month.work_point_states
    asked = done = 0
    for column, unit in enumerate(plan.units, start=2):
        state = states.get((unit.code, point.code), "NOT_APPLICABLE")
        title = STATE_TITLES.get(state, state)
        asked += state != "NOT_APPLICABLE"
        done += state in ("REPORTED", "CONFIRMED_ZERO", "LATE")
        style = (
            canvas.styles.mark(marks[title]) if title in marks else canvas.styles.get("centre", font_size=9)
        )
        canvas.text(row, column, title, style)
    canvas.text(row, len(plan.units) + 2, f"{done}／{asked}", "total")


def _draw_heads(canvas: Canvas, point: WorkPoint, row: int) -> None:
    canvas.text(row, 0, point.code, "centre")
    canvas.text(row, 1, point.short, "text")


def _draw_counts(canvas: Canvas, plan: Plan) -> None:
    """With very many units: how many stand where."""
    heading = LATTICE_TOP - 1
    canvas.note_rest("一个节点上处在该状态的单位家数，各单位的状态见“指标汇总”")
    marks = (Mark.NOT_APPLICABLE, Mark.BLANK, Mark.RETURNED, Mark.MISSING)
    canvas.headings(heading, ["代码", "节点", "应报", *reversed(STATUSES), *(str(mark) for mark in marks)])
    milestones = [i for i in plan.registry.indicators if i.kind is Kind.MILESTONE]
    for row, indicator in enumerate(milestones, start=LATTICE_TOP):
        shown = plan.tally.row(indicator, "status")
        counts: Sequence[int] = [
            sum(c.mark is not Mark.OUTSIDE for c in shown),
            *(sum(c.text == status for c in shown) for status in reversed(STATUSES)),
            *(sum(c.mark is mark for c in shown) for mark in marks),
        ]
        canvas.text(row, 0, indicator.code, "centre")
        canvas.text(row, 1, indicator.name, "text")
        for column, count in enumerate(counts, start=2):
            canvas.number(row, column, count, num_format="#,##0")
    canvas.widths([7, 40, *(10 for _ in range(len(STATUSES) + len(marks) + 1))])
    set_page(canvas, plan, repeat=(heading, heading), freeze=(heading + 1, 2))


SHEET = SheetKind(
    place=70,
    titles=one_sheet(at.GRID, "节点指标、要点进展和报送状态的色块图"),
    draw=lambda canvas, drawing, _title: draw_grids(canvas, drawing.plan),
)
