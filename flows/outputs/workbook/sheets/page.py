"""Print set-up: every sheet on A4, as wide as the page, with its headings repeated."""

from __future__ import annotations

from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.styles import FONT
from flows.outputs.workbook.plan import Plan

A4 = 9


def set_page(
    canvas: Canvas,
    plan: Plan,
    *,
    repeat: tuple[int, int] | None = None,
    freeze: tuple[int, int] | None = None,
    landscape: bool = True,
    pages_high: int = 0,
) -> None:
    """``repeat``: first and last heading row; ``freeze``: first row and column that scroll."""
    sheet = canvas.sheet
    sheet.set_paper(A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.35, right=0.35, top=0.65, bottom=0.6)
    sheet.fit_to_pages(1, pages_high)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    issuer, heading = (_plain(text) for text in (plan.registry.issuer, plan.heading))
    # A size is followed by a space: digits after it would be read as part of it.
    sheet.set_header(f'&L&"{FONT}"&8 {issuer}&R&"{FONT}"&8 {heading}')
    sheet.set_footer(f'&L&"{FONT}"&8 {_plain(canvas.name)}&R&"{FONT}"&8 第 &P 页，共 &N 页')
    if repeat is not None:
        sheet.repeat_rows(*repeat)
    if freeze is not None:
        sheet.freeze_panes(*freeze)


def _plain(text: str) -> str:
    return text.replace("&", "&&")
