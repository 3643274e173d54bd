"""One sheet per ledger (台账): headings and blank rows to fill in."""

from __future__ import annotations

from dataclasses import replace

from schemas.models import Ledger
from schemas.template import inputs, looks
from schemas.template.canvas import Canvas
from schemas.template.layout import LEDGER_HEADING_ROW
from schemas.template.looks import Look

_WIDTHS = {
    "date": 12.5,
    "amount": 14,
    "count": 12,
    "yes_no": 11,
    "uscc": 23,
    "patent": 20,
    "choice": 15,
    "text": 24,
}
_ROW_HEIGHT = 20
_LOOKS: dict[str, Look] = {
    "date": looks.DATE_INPUT,
    "amount": looks.AMOUNT_INPUT,
    "count": looks.COUNT_INPUT,
    "yes_no": looks.CHOICE_INPUT,
    "choice": looks.CHOICE_INPUT,
    "uscc": looks.SHORT_INPUT,
    "patent": looks.SHORT_INPUT,
    "text": looks.SHORT_INPUT,
}


def draw(canvas: Canvas, ledger: Ledger) -> None:
    layout = canvas.layout
    canvas.widths([_WIDTHS[column.type] for column in ledger.columns])
    hint = layout.registry.form.wording.ledger_hint.format(period=layout.period.chinese)
    canvas.banner(len(ledger.columns), ledger.title, hint)
    _head(canvas, ledger)
    rows = (layout.ledger_first_row, layout.ledger_last_row)
    for row in range(rows[0], rows[1] + 1):
        canvas.growing(row, _ROW_HEIGHT)
    for column in ledger.columns:
        letter = layout.ledger_columns[ledger.name, column.name]
        look = _LOOKS[column.type]
        if not column.required:
            look = replace(look, fill=looks.FILLED_FILL)
        for row in range(rows[0], rows[1] + 1):
            canvas.blank(f"{letter}{row}", look)
        single = ledger.key == (column.name,) and column.type == "text"
        inputs.ledger_column(canvas, column, letter=letter, rows=rows, single_key=single)
    last = layout.ledger_columns[ledger.name, ledger.columns[-1].name]
    canvas.sheet.freeze_panes = f"B{layout.ledger_first_row}"
    canvas.sheet.auto_filter.ref = f"A{LEDGER_HEADING_ROW}:{last}{rows[1]}"
    canvas.page(len(ledger.columns), LEDGER_HEADING_ROW)
    canvas.tab(looks.INPUT_TAB)
    canvas.protect(rows_may_be_inserted=True)


def _head(canvas: Canvas, ledger: Ledger) -> None:
    """Writes the headings. A cell holds the bare title, by which reading finds the column; its number format
    appends the unit of measure and the mark of a required column."""
    heights = []
    for number, column in enumerate(ledger.columns, start=1):
        letter = canvas.layout.ledger_columns[ledger.name, column.name]
        suffix = (f"（{column.unit}）" if column.unit else "") + (" *" if column.required else "")
        look = replace(looks.HEADING, number_format=f'@"{suffix}"' if suffix else "General")
        canvas.text(f"{letter}{LEDGER_HEADING_ROW}", column.title, look)
        heights.append((column.title + suffix, canvas.width(number), look))
    canvas.height(LEDGER_HEADING_ROW, heights)
