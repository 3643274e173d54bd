"""校验结果: every finding of the month, with what was said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.table import Cell, Heading, Value, draw_table
from validations.findings.finding import SEVERITY_TITLES, STATUS_TITLES, Finding

HEADINGS = (
    Heading("序号", 6, "centre"),
    Heading("级别", 9, "centre"),
    Heading("处理", 9, "centre"),
    Heading("单位", 13),
    Heading("要点", 6, "centre"),
    Heading("指标", 30),
    Heading("问题", 46),
    Heading("读到", 14),
    Heading("应为", 16),
    Heading("怎么办", 26),
    Heading("核实说明／豁免", 26),
    Heading("位置", 20),
    Heading("规则", 20, "small"),
)
#: Told apart in greyscale by weight and fill.
LOOKS: dict[str, dict[str, Any]] = {
    "error": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#9C2A10"},
    "query": {"bold": True, "font_color": "#7A4B00", "bg_color": "#FFF6DC"},
    "note": {"font_color": "#7A8594"},
}


def draw_findings(canvas: Canvas, plan: Plan) -> None:
    counts = Counter(f.severity for f in plan.findings)
    said = "，".join(f"{title}{counts.get(level, 0)}条" for level, title in SEVERITY_TITLES.items())  # type: ignore[call-overload]
    subtitle = f"{said}。强制性问题退回，核实性问题附说明接收，提示不影响接收。单击指标可到该数据。"
    draw_table(
        canvas, plan, f"校验结果（{plan.month.period.chinese}）", subtitle, HEADINGS, _rows(plan),
        empty="本月没有校验问题", frozen_columns=4,
    )  # fmt: skip


def _rows(plan: Plan) -> Iterator[list[Value]]:
    for n, finding in enumerate(plan.findings, start=1):
        yield [
            str(n),
            Cell(SEVERITY_TITLES[finding.severity], style="centre", more=LOOKS[finding.severity]),
            STATUS_TITLES[finding.status],
            plan.short.get(finding.unit_code, "—"),
            finding.work_point,
            _indicator(plan, finding),
            finding.message,
            finding.value,
            finding.expected,
            finding.action,
            finding.explanation or finding.waiver,
            " ".join(filter(None, (finding.file, finding.sheet, finding.cell))),
            "、".join((finding.rule or finding.code, *finding.also)),
        ]


def _indicator(plan: Plan, finding: Finding) -> Value:
    indicator = plan.registry.indicator.get(finding.indicator)
    if indicator is None:
        return finding.indicator
    text = f"{indicator.code} {indicator.name}"
    if finding.unit_code not in plan.unit_order:
        return text
    return Cell(text, plan.figure_place(finding.unit_code, indicator.code), "link", {"text_wrap": True})


SHEET = SheetKind(
    place=120,
    titles=one_sheet(at.FINDINGS, "每条校验问题、级别、处理和核实说明"),
    draw=lambda canvas, drawing, _title: draw_findings(canvas, drawing.plan),
)
