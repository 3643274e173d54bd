"""封面: unit, month and contact, how much is filled in, and how to fill in the report."""

from __future__ import annotations

from dataclasses import replace

from schemas.form import FormField
from schemas.models import MEASURE_TITLES, SEVERITY_TITLES, STATUS_NOT_APPLICABLE
from schemas.template import inputs, looks
from schemas.template.canvas import Canvas
from schemas.template.layout import COVER_INPUT, COVER_LABEL
from schemas.template.sheets import checks, figures

_WIDTHS = (3, 19, 70, 3)
_LABEL, _VALUE = replace(looks.LABEL, size=12), replace(looks.PREFILLED, size=12)
_FIELD = replace(looks.SHORT_INPUT, size=12)
_STYLES = {
    "text": _FIELD,
    "choice": replace(looks.CHOICE_INPUT, size=12, horizontal="left"),
    "date": replace(looks.DATE_INPUT, size=12, horizontal="left"),
}
_HEAD = replace(looks.LABEL, size=12, border=False, fill="", indent=0)
_NOTE = replace(looks.HINT, size=10.5, ink=looks.INK, vertical="center", indent=1)
_LEGEND = (
    (looks.INPUT, "淡黄", "待填"),
    (looks.OPTIONAL_INPUT, "白色", "已填，或可不填"),
    (looks.PREFILLED, "灰色", "系统预填或自动计算，已锁定"),
    (looks.CLOSED, "斜线", "不用填，已锁定"),
)


def draw(canvas: Canvas, count_of_checks: int) -> None:
    layout = canvas.layout
    registry, words = layout.registry, layout.registry.form.wording
    canvas.widths(_WIDTHS)
    title = words.title.format(notice=registry.notice_title)
    canvas.across(2, 1, 4, title, replace(looks.TITLE, size=20))
    kind = registry.unit_types[layout.unit.type]
    line = f"{registry.issuer}　制发　　（{kind}填报）"
    canvas.across(3, 1, 4, line, looks.SUBTITLE)
    prefilled = {"unit": layout.unit.name, "period": layout.period.chinese}
    for field in registry.form.cover:
        _field(canvas, field, prefilled.get(field.name))
    row = int(layout.cover[registry.form.cover[-1].name][1:]) + 2
    row = _status(canvas, row, count_of_checks)
    row = _legend(canvas, row)
    _notes(canvas, row)
    canvas.tab(looks.INPUT_TAB)
    canvas.page(len(_WIDTHS), 0, landscape=False)
    canvas.protect()


def _head(canvas: Canvas, row: int, title: str) -> None:
    canvas.text(f"B{row}", title, _HEAD)
    canvas.sheet.row_dimensions[row].height = 24


def _field(canvas: Canvas, field: FormField, prefilled: str | None) -> None:
    cell = canvas.layout.cover[field.name]
    row = int(cell[len(COVER_INPUT) :])
    canvas.text(f"{COVER_LABEL}{row}", field.title, _LABEL)
    if prefilled is not None:
        canvas.text(cell, prefilled, _VALUE)
    else:
        canvas.blank(cell, _STYLES[field.type])
        inputs.form_field(canvas, [cell], field, canvas.layout.period)
    canvas.sheet.row_dimensions[row].height = 26


def _status(canvas: Canvas, row: int, count_of_checks: int) -> int:
    """Writes live formulas: how much of 指标表 is filled in, the verdict of 自查. Returns the next row."""
    layout = canvas.layout
    _head(canvas, row, "填报进度")
    filled, asked = figures.filled(layout), len(figures.asked(layout))
    lines = [(layout.sheet("figures"), f'="已填 "&({filled})&" 格，应填 {asked} 格"')]
    if count_of_checks:
        lines.append((layout.sheet("checks"), f"={layout.ref('checks', checks.VERDICT)}"))
    for offset, (label, formula) in enumerate(lines, start=1):
        canvas.link(f"B{row + offset}", label, label, "A1", replace(_LABEL, ink=looks.LINK, underline=True))
        canvas.formula(f"C{row + offset}", formula, _VALUE)
        canvas.sheet.row_dimensions[row + offset].height = 26 if offset == 1 else 42
    return row + len(lines) + 2


def _legend(canvas: Canvas, row: int) -> int:
    """Writes what each colour means, with a sample. Returns the next row."""
    _head(canvas, row, "格子的颜色")
    for offset, (look, shade, meaning) in enumerate(_LEGEND, start=1):
        canvas.text(f"B{row + offset}", shade, replace(look, horizontal="center", unlocked=False))
        canvas.text(f"C{row + offset}", meaning, _NOTE)
        canvas.sheet.row_dimensions[row + offset].height = 20
    return row + len(_LEGEND) + 2


def _notes(canvas: Canvas, row: int) -> None:
    layout = canvas.layout
    form = layout.registry.form
    due = layout.period.following
    words = {
        "not_applicable": STATUS_NOT_APPLICABLE,
        "checks": layout.sheet("checks"),
        "explanation": MEASURE_TITLES["explanation"],
        "due": f"{due.month}月{layout.registry.deadline.day}",
        **SEVERITY_TITLES,
    }
    _head(canvas, row, "填报须知")
    for number, note in enumerate(form.wording.cover_notes, start=1):
        canvas.across(row + number, 2, 3, f"{number}. {note.format(**words)}", _NOTE)
