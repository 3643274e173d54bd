"""数据溯源: for every figure, the file, sheet and cell that it was read from, and its raw text."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.provenance import CellMeaning
from flows.outputs.workbook.drawing.styles import number_format
from flows.outputs.workbook.plan import LATTICE_TOP, Plan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.summary import unit_meaning
from flows.outputs.workbook.sheets.table import Cell, Heading, Value, draw_table
from schemas.models import MEASURE_TITLES

STATE_TITLES = {
    "used": "采用",
    "normalised": "规范后采用",
    "missing": "未填",
    "not_applicable": "不适用",
    "rejected": "不可读",
}
HEADINGS = (
    Heading("单位", 13),
    Heading("要点", 6, "centre"),
    Heading("代码", 7, "link"),
    Heading("指标", 36),
    Heading("口径", 13, "centre"),
    Heading("数值", 15, "number"),
    Heading("原始文本", 16),
    Heading("读取", 10, "centre"),
    Heading("工作表", 11, "centre"),
    Heading("单元格", 8, "centre"),
    Heading("文件", 28),
    Heading("报送编号", 20, "faint"),
    Heading("文件指纹（前16位）", 19, "faint"),
    Heading("校验", 9, "centre"),
)
LEFT_OUT = "数据较多，本表不逐项列出：请查数据集 dataset/figures.csv，或用 yaodian trace 查询任一数据的来源。"
FIELDS = (
    "unit_code", "work_point", "indicator", "measure", "value", "text", "raw", "state", "sheet", "cell",
    "submission_id", "file_sha256",
)  # fmt: skip


def draw_origins(canvas: Canvas, plan: Plan) -> None:
    listed = plan.lists_origins
    if listed:
        size = len(plan.origins), len(HEADINGS)
        canvas.note_area(LATTICE_TOP, 0, size, lambda row, _: _meaning(plan, row))
    subtitle = "单击代码回到“指标汇总”，单击校验到该数据的校验结果。原件按文件指纹存档，逐字节不变。"
    draw_table(
        canvas, plan, f"数据溯源（{plan.month.period.chinese}）", subtitle, HEADINGS,
        _rows(plan) if listed else (), empty="本月没有数据" if listed else LEFT_OUT, frozen_columns=5,
    )  # fmt: skip


def _rows(plan: Plan) -> Iterator[list[Value]]:
    rows = plan.origins
    for values in zip(*(rows[name].tolist() for name in FIELDS), strict=True):
        yield _row(plan, dict(zip(FIELDS, values, strict=True)))


def _row(plan: Plan, row: dict[str, object]) -> list[Value]:
    unit, code, measure = (str(row[name]) for name in ("unit_code", "indicator", "measure"))
    indicator = plan.registry.indicator.get(code)
    return [
        plan.short[unit],
        _text(row["work_point"]),
        Cell(code, plan.figure_place(unit, code)) if indicator else Cell(code, style="plain"),
        indicator.name if indicator else "",
        MEASURE_TITLES.get(measure, measure),
        _value(plan, row),
        _text(row["raw"]),
        STATE_TITLES.get(str(row["state"]), str(row["state"])),
        _text(row["sheet"]),
        _text(row["cell"]),
        plan.file_of.get(str(row["submission_id"]), ""),
        _text(row["submission_id"]),
        _text(row["file_sha256"])[:16],
        _finding(plan, unit, code),
    ]


def _meaning(plan: Plan, row: int) -> CellMeaning:
    """Every cell of a row is about the row's figure."""
    unit, code, measure = (plan.origins[name].iloc[row] for name in ("unit_code", "indicator", "measure"))
    return unit_meaning(plan, plan.registry.unit[unit], plan.registry.indicator[code], measure)


def _value(plan: Plan, row: dict[str, object]) -> Value:
    value = row["value"]
    if isinstance(value, float) and not pd.isna(value):
        indicator = plan.registry.indicator.get(str(row["indicator"]))
        number = number_format(indicator, str(row["measure"])) if indicator else "General"
        return Cell(value, more={"num_format": number})
    return Cell(_text(row["text"]), style="text")


def _finding(plan: Plan, unit: str, code: str) -> Value:
    found = plan.findings_of.get((unit, code), [])
    return Cell(f"{len(found)}条", plan.finding_place(found[0]), "link") if found else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


SHEET = SheetKind(
    place=150,
    titles=one_sheet(at.ORIGINS, "每个数据来自哪个文件、哪张表、哪一格、原文是什么"),
    draw=lambda canvas, drawing, _title: draw_origins(canvas, drawing.plan),
)
