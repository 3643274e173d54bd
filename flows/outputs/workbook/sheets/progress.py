"""工作进展: what each unit says under each work point."""

from __future__ import annotations

from collections.abc import Mapping

from flows.consolidation.figure_table import Mark
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.sheet import Cell
from flows.outputs.workbook.plan import LATTICE_TOP, Plan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.page import set_page
from schemas import Unit, WorkPoint
from schemas.models import STATUSES

TEXTS = ("progress", "problems", "evidence")
WIDTHS = (15, 11, 74, 42, 30)


def draw_progress(canvas: Canvas, plan: Plan) -> None:
    fields = {f.name: f.title for f in plan.registry.form.progress}
    canvas.title(f"工作进展（{plan.month.period.chinese}）", "按要点、单位排列，文字为各单位所填原文。")
    heading = LATTICE_TOP - 1
    canvas.headings(heading, ["单位", fields["status"], *(fields[name] for name in TEXTS)])
    said = _said(plan)
    row = LATTICE_TOP
    for point in plan.registry.work_points:
        canvas.merge(row, 0, row, 4, f"{point.code}　{point.title}", "band")
        canvas.sheet.set_row(row, 22)
        row = _draw_point(canvas, plan, said, point, row + 1)
    canvas.widths(WIDTHS)
    set_page(canvas, plan, repeat=(heading, heading), freeze=(heading + 1, 2))


def _said(plan: Plan) -> Mapping[tuple[str, str, str], str]:
    rows = plan.month.progress
    keys = zip(*(rows[name].tolist() for name in ("unit_code", "work_point", "field")), strict=True)
    texts = rows["text"].tolist()
    return {key: text for key, text in zip(keys, texts, strict=True) if isinstance(text, str)}


def _draw_point(
    canvas: Canvas, plan: Plan, said: Mapping[tuple[str, str, str], str], point: WorkPoint, row: int
) -> int:
    silent: list[str] = []
    telling: list[Unit] = []
    asked = [
        u for u in plan.tally.counted if any(plan.registry.reports(u, i) for i in plan.indicators_of(point))
    ]
    for unit in asked:
        if any((unit.code, point.code, name) in said for name in ("status", *TEXTS)):
            texts = [said.get((unit.code, point.code, name), "") for name in TEXTS]
            canvas.fit_row(row + len(telling), zip(texts, WIDTHS[2:], strict=True))
            telling.append(unit)
        else:
            silent.append(unit.short)
    lines = (_cells(canvas, said, point, unit) for unit in telling)
    canvas.sheet.put_rows(row, 0, (len(telling), len(WIDTHS)), lines)
    row += len(telling)
    if silent or not asked:
        who = plan.named(silent, 20)
        text = f"未填写进展：{who}" if silent else "没有已报送的单位"
        canvas.merge(row, 0, row, 4, text, "absent")
        row += 1
    return row


def _cells(
    canvas: Canvas, said: Mapping[tuple[str, str, str], str], point: WorkPoint, unit: Unit
) -> list[Cell]:
    who, what = canvas.styles.get("text", bold=True, valign="top"), canvas.styles.get("text", valign="top")
    return [
        canvas.text_cell(unit.short, who),
        status_cell(canvas, said.get((unit.code, point.code, "status"), "")),
        *(canvas.text_cell(said.get((unit.code, point.code, name), ""), what) for name in TEXTS),
    ]


def status_cell(canvas: Canvas, status: str) -> Cell:
    """A state of progress in its colour; an unknown or empty one as not filled in."""
    if status in STATUSES:
        return canvas.text_cell(status, canvas.styles.step(STATUSES.index(status)))
    mark = Mark.NOT_APPLICABLE if status == Mark.NOT_APPLICABLE else Mark.BLANK
    return canvas.text_cell(str(mark), canvas.styles.mark(mark))


SHEET = SheetKind(
    place=80,
    titles=one_sheet(at.PROGRESS, "各单位工作进展文字"),
    draw=lambda canvas, drawing, _title: draw_progress(canvas, drawing.plan),
)
