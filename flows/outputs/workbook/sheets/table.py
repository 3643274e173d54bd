"""A plain table sheet: title, headings on row 3, data from row 4, filter, print titles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from xlsxwriter.format import Format

from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.plan import LATTICE_TOP, Plan
from flows.outputs.workbook.sheets.page import set_page


@dataclass(frozen=True)
class Heading:
    title: str
    width: float
    style: str = "text"


class Cell(NamedTuple):
    """A value with its own look or a place that it leads to."""

    value: str | float
    target: str = ""
    style: str | Format = ""
    more: dict[str, Any] | None = None


Value = str | float | int | Cell


def draw_table(
    canvas: Canvas,
    plan: Plan,
    title: str,
    subtitle: str,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[Value]],
    *,
    empty: str,
    frozen_columns: int = 1,
    landscape: bool = True,
) -> int:
    """Returns the row after the last. ``empty`` is written where there is no row."""
    top = LATTICE_TOP - 1
    canvas.title(title, subtitle)
    canvas.headings(top, [h.title for h in headings])
    canvas.sheet.set_row(top, 22)
    canvas.widths([h.width for h in headings])
    row = top
    for row, values in enumerate(rows, start=LATTICE_TOP):
        for column, (heading, value) in enumerate(zip(headings, values, strict=True)):
            put(canvas, row, column, value, heading.style)
        canvas.fit_row(row, _wrapped(headings, values))
    if row == top:
        row += 1
        canvas.merge(row, 0, row, len(headings) - 1, empty, "centre")
    canvas.sheet.autofilter(top, 0, row, len(headings) - 1)
    set_page(canvas, plan, repeat=(top, top), freeze=(top + 1, frozen_columns), landscape=landscape)
    return row + 1


def _wrapped(headings: Sequence[Heading], values: Sequence[Value]) -> Iterator[tuple[str, float]]:
    for heading, value in zip(headings, values, strict=True):
        text = value.value if isinstance(value, Cell) else value
        if isinstance(text, str) and heading.style in WRAPPED:
            yield text, heading.width


#: Styles whose texts may take several lines.
WRAPPED = frozenset({"text", "small", "centre"})


def put(canvas: Canvas, row: int, column: int, value: Value, style: str) -> None:
    cell = value if isinstance(value, Cell) else Cell(value)
    look = cell.style or style
    more = cell.more or {}
    if cell.target:
        canvas.link(row, column, cell.target)
    if isinstance(cell.value, str):
        canvas.text(row, column, cell.value, look, **more)
    else:
        canvas.number(row, column, cell.value, look, **more)
