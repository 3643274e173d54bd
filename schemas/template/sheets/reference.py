"""上期数: the figures accepted for last month and for the same month of last year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from schemas.template import looks
from schemas.template.canvas import Canvas
from schemas.template.layout import REFERENCE_HEADING_ROW

_WIDTHS = (8, 20, 36, 10, 18, 18)
_HEADINGS = ("代码", "工作要点", "指标", "计量单位", "上月已接收", "上年同期已接收")
_TEXT = replace(looks.PREFILLED, fill=looks.PAPER)
_CENTRED = replace(_TEXT, horizontal="center")


def draw(canvas: Canvas, earlier: Mapping[tuple[str, str], float | str]) -> None:
    layout = canvas.layout
    canvas.widths(_WIDTHS)
    canvas.banner(len(_WIDTHS), layout.sheet("reference"), layout.registry.form.wording.reference_hint)
    canvas.headings(REFERENCE_HEADING_ROW, _HEADINGS)
    for row, indicator in enumerate(layout.indicators, start=REFERENCE_HEADING_ROW + 1):
        point = layout.registry.work_point[indicator.work_point]
        canvas.text(f"A{row}", indicator.code, _CENTRED)
        canvas.text(f"B{row}", f"{point.code} {point.short}", _TEXT)
        canvas.text(f"C{row}", indicator.name, _TEXT)
        canvas.text(f"D{row}", indicator.unit, _CENTRED)
        number_format = looks.FORMATS[indicator.decimals]
        look = replace(_TEXT, horizontal="right", number_format=number_format)
        for which in ("last_month", "year_before"):
            key = (indicator.code, which)
            _earlier(canvas, layout.reference[key], earlier.get(key), look)
        canvas.growing(row, 18)
    canvas.tab(looks.READING_TAB)
    canvas.sheet.freeze_panes = f"A{REFERENCE_HEADING_ROW + 1}"
    canvas.page(len(_WIDTHS), REFERENCE_HEADING_ROW, landscape=False)
    canvas.protect()


def _earlier(canvas: Canvas, cell: str, value: float | str | None, look: looks.Look) -> None:
    if value is None:
        canvas.blank(cell, look)
    elif isinstance(value, str):
        canvas.text(cell, value, replace(look, number_format=looks.TEXT_FORMAT))
    else:
        canvas.number(cell, value, look)
