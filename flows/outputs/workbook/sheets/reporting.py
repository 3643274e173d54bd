"""报送情况: every unit, and every submission of the month in order of arrival."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flows.consolidation.figure_table import Mark
from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.table import Cell, Heading, Value, draw_table
from flows.register.results import Result, UnitState
from schemas import Unit

STATE_TITLES: Mapping[str, str] = {
    UnitState.REPORTED: "已报送",
    UnitState.QUERIED: "已报送（有核实）",
    UnitState.RETURNED: "被退回",
    UnitState.MISSING: "未报送",
}
RESULT_TITLES: Mapping[str, str] = {
    Result.ACCEPTED: "接收",
    Result.QUERIED: "附说明接收",
    Result.RETURNED: "退回",
    Result.REPEATED: "重复件",
    Result.LATE_AFTER_SEAL: "封存后送达",
}
LATE = "迟报"
STATE_MARKS: Mapping[str, Mark] = {UnitState.RETURNED: Mark.RETURNED, UnitState.MISSING: Mark.MISSING}
HEADINGS = (
    Heading("单位", 15),
    Heading("类别", 14),
    Heading("状态", 14, "centre"),
    Heading("第几次", 7, "centre"),
    Heading("送达时间", 23, "centre"),
    Heading("结果", 12, "centre"),
    Heading("采用", 6, "centre"),
    Heading("强制", 6, "number"),
    Heading("核实", 6, "number"),
    Heading("提示", 6, "number"),
    Heading("填报人", 9, "centre"),
    Heading("回执号", 22),
    Heading("文件", 30),
    Heading("文件指纹（SHA-256）", 36, "small"),
)


def draw_reporting(canvas: Canvas, plan: Plan) -> None:
    canvas.note_rest("收件登记的数：各次报送的次序和校验出的问题条数，逐条问题见“校验结果”")
    draw_table(
        canvas, plan, f"报送情况（{plan.month.period.chinese}）", _subtitle(plan), HEADINGS, _rows(plan),
        empty="没有应报送的单位",
    )  # fmt: skip


def _subtitle(plan: Plan) -> str:
    counted = f"应报{len(plan.units)}家，计入{len(plan.tally.counted)}家"
    return f"截止{plan.month.deadline}；{counted}；未计入：{plan.absent_names or '无'}"


def _rows(plan: Plan) -> Iterator[list[Value]]:
    by_unit: dict[str, list[dict[str, Any]]] = {}
    for row in plan.month.submissions.to_dict("records"):
        by_unit.setdefault(str(row["unit_code"]), []).append({str(k): v for k, v in row.items()})
    for unit in plan.units:
        sent = by_unit.get(unit.code, [])
        for n, submission in enumerate(sent):
            yield [*_head(state_title(plan, unit), plan, unit, first=n == 0), *_sent(submission)]
        if not sent:
            dashes: list[Value] = ["—"] * (len(HEADINGS) - 3)
            yield [*_head(state_title(plan, unit), plan, unit, first=True), *dashes]


def state_title(plan: Plan, unit: Unit) -> str:
    status = plan.month.units[unit.code]
    late = f"（{LATE}）" if status.late else ""
    return STATE_TITLES[status.state] + late


def _head(state: str, plan: Plan, unit: Unit, *, first: bool) -> list[Value]:
    absent = plan.month.units[unit.code].state in STATE_MARKS
    look: dict[str, Any] = {"bold": True, "bg_color": "#FBEFEA", "font_color": "#9C2A10"} if absent else {}
    shown = Cell(state if first else "", style="centre", more=look)
    return [Cell(unit.short, more={"bold": first}), plan.registry.unit_types[unit.type], shown]


def _sent(row: dict[str, Any]) -> list[Value]:
    return [
        str(row["sequence"]),
        str(row["received_at"])[:19].replace("T", " ") + ("（迟）" if row["late"] else ""),
        RESULT_TITLES.get(str(row["result"]), str(row["result"])),
        "是" if row["current"] else "",
        *(Cell(int(row[name]), more={"num_format": "0"}) for name in ("errors", "queries", "notes")),
        str(row["clerk"] or ""),
        str(row["receipt"] or ""),
        str(row["file"]),
        str(row["file_sha256"]),
    ]


SHEET = SheetKind(
    place=110,
    titles=one_sheet(at.REPORTING, "谁在何时报送、结果如何、文件指纹"),
    draw=lambda canvas, drawing, _title: draw_reporting(canvas, drawing.plan),
)
