"""The merged ledgers, a sheet each, and the city's counts of distinct entries over them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from xlsxwriter.format import Format

from flows.consolidation.figure_table import Distinct
from flows.outputs.workbook.drawing.addresses import area
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.provenance import CellMeaning, Entry
from flows.outputs.workbook.drawing.sheet import Cell
from flows.outputs.workbook.plan import LEDGER_FIRST_ROW, Plan
from flows.outputs.workbook.sheet_kind import SheetKind
from flows.outputs.workbook.sheets.page import set_page
from schemas import Ledger
from schemas.models import Column

#: Columns before the ledger's own.
OWN = ("单位", "原表行号")
WIDTHS = {
    "text": 22,
    "choice": 13,
    "date": 12,
    "amount": 12,
    "count": 10,
    "yes_no": 9,
    "uscc": 22,
    "patent": 17,
}


def draw_ledger(canvas: Canvas, plan: Plan, ledger: Ledger) -> None:
    rows = plan.ledger_rows[ledger.name]
    canvas.title(f"{ledger.title}（全市合并，{plan.month.period.chinese}）", _subtitle(plan, rows))
    heading = LEDGER_FIRST_ROW - 1
    titles = [f"{c.title}（{c.unit}）" if c.unit else c.title for c in ledger.columns]
    canvas.headings(heading, [*OWN, *titles])
    if not rows.empty:
        size = len(rows), len(titles) + len(OWN)
        canvas.sheet.put_rows(LEDGER_FIRST_ROW, 0, size, _rows(canvas, plan, ledger, rows))
        canvas.note_area(LEDGER_FIRST_ROW, 0, size, lambda row, column: _meaning(plan, ledger, row, column))
    else:
        canvas.merge(LEDGER_FIRST_ROW, 0, LEDGER_FIRST_ROW, len(titles) + 1, "本月无记录", "centre")
    canvas.widths([13, 9, *(WIDTHS[c.type] for c in ledger.columns)])
    canvas.sheet.set_row(heading, 30)
    canvas.sheet.autofilter(heading, 0, max(heading + len(rows), heading + 1), len(titles) + 1)
    set_page(canvas, plan, repeat=(heading, heading), freeze=(heading + 1, 2))


def _subtitle(plan: Plan, rows: pd.DataFrame) -> str:
    absent = f"；未计入：{plan.absent_names}" if plan.absent_names else ""
    return f"共{len(rows)}条{absent}"


def _rows(canvas: Canvas, plan: Plan, ledger: Ledger, rows: pd.DataFrame) -> Iterator[list[Cell]]:
    sheet, plain = canvas.sheet, canvas.styles.get("plain")
    empty = canvas.text_cell("", plain)
    numbered = canvas.styles.get("number", font_color="#7A8594")
    looks = [_looks(canvas, column) for column in ledger.columns]
    own = zip(rows["unit_code"].tolist(), rows["row"].tolist(), strict=True)
    values = zip(*(rows[column.name].tolist() for column in ledger.columns), strict=True)
    for (unit, number), row in zip(own, values, strict=True):
        cells = [canvas.text_cell(plan.short[unit], plain), sheet.number(number, numbered)]
        for value, (text, figure) in zip(row, looks, strict=True):
            if value and isinstance(value, str):
                cells.append(canvas.text_cell(value, text))
            elif isinstance(value, float | int) and value == value:  # noqa: PLR0124 -- not NaN
                cells.append(sheet.number(float(value), figure))
            else:
                cells.append(empty)
        yield cells


def _meaning(plan: Plan, ledger: Ledger, row: int, column: int) -> CellMeaning:
    """The cell of the unit's own ledger; of the two first columns, the whole row."""
    held = plan.ledger_rows[ledger.name].iloc[row]
    unit, number = plan.registry.unit[str(held["unit_code"])], int(held["row"])
    said = f"{unit.short}报表“{held['sheet']}”第{number}行"
    if column < len(OWN):
        shown = {c: str(held[f"{c.name}.raw"] or "") for c in ledger.columns}
        raw = "，".join(f"{c.title} {text}" for c, text in shown.items() if text)
        return CellMeaning(said, entry=Entry(unit, ledger.title, str(held["sheet"]), number, "", raw, "used"))
    own = ledger.columns[column - len(OWN)]
    raw, state, cell = (str(held[f"{own.name}.{part}"] or "") for part in ("raw", "state", "cell"))
    return CellMeaning(
        f"{said}，{own.title}", entry=Entry(unit, own.title, str(held["sheet"]), number, cell, raw, state)
    )


def _looks(canvas: Canvas, column: Column) -> tuple[Format, Format]:
    """Of a column's texts, and of its numbers."""
    text = "centre" if column.type in ("choice", "date", "yes_no") else "text"
    figure = "#,##0.00" if column.type == "amount" else "#,##0"
    return canvas.styles.get(text), canvas.styles.get("number", num_format=figure)


def distinct_formula(plan: Plan, distinct: Distinct) -> str:
    """Distinct values of a ledger's column; empty where they can't be counted by one formula."""
    rows = plan.ledger_rows[distinct.ledger]
    if rows.empty or rows[distinct.column].isna().any() or len(rows) > MOST_COUNTED:
        return ""
    ledger = plan.registry.ledger[distinct.ledger]
    column = len(OWN) + [c.name for c in ledger.columns].index(distinct.column)
    cells = area(LEDGER_FIRST_ROW, column, LEDGER_FIRST_ROW + len(rows) - 1, column, ledger.title)
    return f"SUMPRODUCT(--(MATCH({cells},{cells},0)=ROW({cells})-{LEDGER_FIRST_ROW}))"


#: The formula compares every row with every other; beyond this the count is written as a value.
MOST_COUNTED = 5_000


def _titles(plan: Plan) -> dict[str, str]:
    return {
        ledger.title: f"全市合并台账，{len(plan.ledger_rows[ledger.name])}条"
        for ledger in plan.registry.ledgers
    }


def _ledger(plan: Plan, title: str) -> Ledger:
    return next(ledger for ledger in plan.registry.ledgers if ledger.title == title)


SHEET = SheetKind(
    place=100,
    titles=_titles,
    draw=lambda canvas, drawing, title: draw_ledger(canvas, drawing.plan, _ledger(drawing.plan, title)),
)
