"""工作进展: one row per work point under which the unit reports something."""

from __future__ import annotations

from dataclasses import replace

from schemas.form import FormField
from schemas.template import inputs, looks
from schemas.template.canvas import Canvas, runs
from schemas.template.layout import PROGRESS_HEADING_ROW, column_letter

_WIDTHS = {"work_point": 7, "title": 22, "status": 11, "progress": 58, "problems": 36, "evidence": 30}
_OTHER_WIDTH = 20
_ROW_HEIGHT = 68  # four lines before it grows
#: Longer fields keep the general format: Excel shows long text in text format as ####.
_LONGEST_IN_TEXT_FORMAT = 250
_CENTRED = replace(looks.PREFILLED, horizontal="center")
_LONG = replace(looks.INPUT, vertical="top")


def draw(canvas: Canvas) -> None:
    layout = canvas.layout
    fields = layout.registry.form.progress
    canvas.widths([_WIDTHS.get(field.name, _OTHER_WIDTH) for field in fields])
    canvas.banner(len(fields), layout.sheet("progress"), layout.registry.form.wording.progress_hint)
    canvas.headings(PROGRESS_HEADING_ROW, [field.title for field in fields])
    for point in layout.work_points:
        prefilled = {"work_point": point.code, "title": point.title}
        for field in fields:
            cell = layout.progress[point.code, field.name]
            if field.prefilled:
                look = _CENTRED if field.name == "work_point" else looks.PREFILLED
                canvas.text(cell, prefilled.get(field.name, ""), look)
            else:
                canvas.blank(cell, _look(field))
        canvas.growing(int(layout.progress[point.code, fields[0].name][1:]), _ROW_HEIGHT)
    for field in fields:
        if not field.prefilled:
            cells = [layout.progress[point.code, field.name] for point in layout.work_points]
            inputs.form_field(canvas, cells, field, layout.period)
            canvas.when(" ".join(runs(cells)), f"LEN({cells[0]})>0", looks.FILLED_FILL)
    names = [field.name for field in fields]
    frozen = column_letter(names.index("title") + 1)
    canvas.sheet.freeze_panes = f"{frozen}{PROGRESS_HEADING_ROW + 1}"
    canvas.page(len(fields), PROGRESS_HEADING_ROW)
    canvas.tab(looks.INPUT_TAB)
    canvas.protect()


def _look(field: FormField) -> looks.Look:
    if field.type == "choice":
        return looks.CHOICE_INPUT
    if field.type == "date":
        return looks.DATE_INPUT
    return _LONG if field.limit > _LONGEST_IN_TEXT_FORMAT else looks.SHORT_INPUT
