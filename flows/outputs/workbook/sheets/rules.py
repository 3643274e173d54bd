"""勾稽关系: the register of rules, and how each fared this month."""

from __future__ import annotations

from collections.abc import Iterator

from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.addresses import absolute, area
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.plan import LATTICE_TOP, Plan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.table import Cell, Heading, Value, draw_table
from validations.findings.finding import SEVERITY_TITLES

HEADINGS = (
    Heading("规则", 36),
    Heading("级别", 9, "centre"),
    Heading("试行", 6, "centre"),
    Heading("要点", 6, "centre"),
    Heading("内容", 56),
    Heading("核对次数", 9, "number"),
    Heading("相符", 8, "number"),
    Heading("不符", 8, "number"),
    Heading("无法核对", 9, "number"),
)
FIRST_COUNT = 5
COUNTS = ("evaluated", "passed", "failed", "not_evaluated")


def draw_rules(canvas: Canvas, plan: Plan) -> None:
    subtitle = "“无法核对”指所需数据未报送或不可读，不算相符，也不算不符。"
    canvas.note_rest("该规则本月核对的次数，按各单位报表逐家逐项统计，不符的逐条见“校验结果”")
    last = draw_table(
        canvas, plan, f"勾稽关系核对情况（{plan.month.period.chinese}）", subtitle, HEADINGS, _rows(plan),
        empty="没有核对规则",
    )  # fmt: skip
    if plan.month.rules.empty:
        return
    canvas.merge(last, 0, last, FIRST_COUNT - 1, "合计", "total", align="center")
    for offset, name in enumerate(COUNTS):
        cells = area(LATTICE_TOP, FIRST_COUNT + offset, last - 1, FIRST_COUNT + offset)
        total = int(plan.month.rules[name].sum())
        canvas.formula(last, FIRST_COUNT + offset, f"SUM({cells})", total, "total", num_format="#,##0")
    failed = absolute(LATTICE_TOP, FIRST_COUNT + 2).replace("$", "")
    look = canvas.styles.conditional(bold=True, font_color="#9C2A10", bg_color="#FBEFEA")
    canvas.sheet.conditional_format(
        LATTICE_TOP, FIRST_COUNT + 2, last - 1, FIRST_COUNT + 2,
        {"type": "formula", "criteria": f"={failed}>0", "format": look},
    )  # fmt: skip


def _rows(plan: Plan) -> Iterator[list[Value]]:
    for rule in plan.month.rules.to_dict("records"):
        counts = [Cell(int(rule[name]), more={"num_format": "#,##0"}) for name in COUNTS]
        severity = SEVERITY_TITLES.get(str(rule["severity"]), str(rule["severity"]))
        trial = "试行" if rule["trial"] is True else ""
        texts = [str(rule[name] or "") for name in ("rule", "work_point", "title")]
        yield [texts[0], severity, trial, texts[1], texts[2], *counts]


SHEET = SheetKind(
    place=130,
    titles=one_sheet(at.RULES, "勾稽关系清单，相符、不符、无法核对的次数"),
    draw=lambda canvas, drawing, _title: draw_rules(canvas, drawing.plan),
)
