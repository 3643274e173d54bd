"""Reads the ledgers: every filled row under the headings that is neither a total nor a note."""

from __future__ import annotations

import math
from collections.abc import Mapping

from flows.reading import units, values
from flows.reading.figures import settle_headings
from flows.reading.find import Table, find_table, table_names
from flows.reading.grid import USED, Grid, Value, address
from flows.reading.headings import plain
from flows.reading.model import LedgerCell, LedgerRow
from flows.reading.record import EXTRA_COLUMN, HEADINGS, TOTALS, Record, leave_rest, listed
from flows.reading.rules import rules
from flows.reading.units import Stated
from flows.reading.values import Parsed
from schemas.models import Column, Ledger


def read_ledger(record: Record, grid: Grid, ledger: Ledger) -> list[LedgerRow]:
    """The ledger's rows; columns that the sheet lacks are left out of their cells."""
    names, expected = table_names(record.registry)[ledger.name]
    table = find_table(grid, names, expected)
    if table is None:
        record.find("headings_not_found", {"sheet": grid.name}, sheet=grid.name)
        leave_rest(record, grid, 0, {})
        return []
    settle_headings(record, grid, table)
    for column in ledger.columns:
        if column.name not in table.columns:
            code = "column_missing" if column.required else "optional_column_missing"
            words = {"what": column.title, "sheet": grid.name}
            record.find(code, words, sheet=grid.name, expected=column.title)
    present = [(c, table.columns[c.name]) for c in ledger.columns if c.name in table.columns]
    stated = units.of_ledger(record, grid, table, ledger, present)
    rows: list[LedgerRow] = []
    totals: list[int] = []
    for row in range(table.last_row + 1, len(grid.rows)):
        what = _kind_of_row(grid, table, row)
        if what == "total":
            totals.append(row)
        elif what == "data":
            rows.append(_row(record, grid, table, ledger, present, stated, row))
        elif what == "note":
            _settle_row(grid, row, HEADINGS)
    for row in totals:
        _check_total(record, grid, present, stated, rows, row)
    _flag_merged(record, grid, table)
    leave_rest(record, grid, table.last_row + 1, dict.fromkeys(table.unknown(), EXTRA_COLUMN))
    return rows


def _kind_of_row(grid: Grid, table: Table, row: int) -> str:
    """data, total, note, or outside where no column of the ledger is filled."""
    texts = [v for v in grid.rows[row] if v != ""]
    if not texts:
        return "outside"
    first = texts[0]
    if isinstance(first, str):
        if rules().total_row.match(plain(first)):
            return "total"
        if len(texts) == 1 and rules().note_row.match(first.strip()):
            return "note"
        if plain(first) and list(map(str, texts)) == [t for t in table.headings.values() if t]:
            return "note"  # the headings again, as printed at a page break
    filled = (grid.value(row, column) for column in table.columns.values())
    return "data" if any(v != "" and str(v).strip() for v in filled) else "outside"


def _row(
    record: Record,
    grid: Grid,
    table: Table,
    ledger: Ledger,
    present: list[tuple[Column, int]],
    stated: Mapping[str, Stated],
    row: int,
) -> LedgerRow:
    cells: dict[str, LedgerCell] = {}
    for column, index in present:
        place = address(row, index)
        if column.name in table.repeated:
            cells[column.name] = LedgerCell(None, None, "", "rejected", place)
            continue
        value = grid.value(row, index)
        if value == "":
            # The lower part of a merged cell: what is wrong is the merging, which is said once.
            state = "rejected" if _merged_into(grid, row, index) else "missing"
            cells[column.name] = LedgerCell(None, None, "", state, place)
            continue
        unit = stated.get(column.name)
        parsed = _parsed(record, ledger, column, value, unit)
        if parsed.code == "unit_converted":
            parsed = parsed._replace(code="unit_converted_in_row")
        what = f"{ledger.title}第{row + 1}行的{column.title}{units.beside(column.unit, unit)}"
        record.take(grid, row, index, parsed, what=what, expected=_expected(column, unit))
        cells[column.name] = LedgerCell(parsed.value, parsed.text, parsed.raw, parsed.state, place)
    return LedgerRow(ledger.name, grid.name, row + 1, cells)


def _merged_into(grid: Grid, row: int, column: int) -> bool:
    return any(top < row <= bottom and left <= column <= right for top, left, bottom, right in grid.merged)


def _parsed(record: Record, ledger: Ledger, column: Column, value: Value, stated: Stated | None) -> Parsed:
    if column.numeric:
        return values.number(value, column.unit, stated.unit if stated is not None else "")
    if column.type == "date":
        return values.date(value, from_1904=record.from_1904)
    if column.type == "choice":
        return values.choice(value, column.choices)
    if column.type == "yes_no":
        return values.yes_no(value)
    if column.type in ("uscc", "patent"):
        return values.identifier(value)
    return values.key_text(value) if column.name in ledger.key else values.optional_text(value)


def _expected(column: Column, stated: Stated | None) -> str:
    if column.numeric:
        return units.expected(column.unit, stated)
    return "、".join(column.choices)


def _check_total(
    record: Record,
    grid: Grid,
    present: list[tuple[Column, int]],
    stated: Mapping[str, Stated],
    rows: list[LedgerRow],
    row: int,
) -> None:
    """A 合计 row is not counted; where it disagrees with the rows above, one of them is wrong."""
    _settle_row(grid, row, TOTALS)
    for column, index in present:
        unit = stated.get(column.name)
        total = values.number(grid.value(row, index), column.unit, unit.unit if unit is not None else "")
        if not column.numeric or total.value is None:
            continue
        above = [r.cells[column.name].value or 0.0 for r in rows if r.row <= row]
        if math.isclose(sum(above), total.value, abs_tol=0.005):
            continue
        words = {"what": column.title, "raw": total.raw, "sum": f"{sum(above):.15g}"}
        place = {"sheet": grid.name, "cell": address(row, index), "value": total.raw}
        record.find("total_row_differs", words, expected=words["sum"], **place)


def _settle_row(grid: Grid, row: int, reason: str) -> None:
    for column, value in enumerate(grid.rows[row]):
        if value != "":
            grid.settle(row, column, reason)


def _flag_merged(record: Record, grid: Grid, table: Table) -> None:
    """A cell merged over several rows holds one value for all of them: nobody can say how it divides."""
    columns = set(table.columns.values())
    places = [
        f"{address(top, left)}:{address(bottom, right)}"
        for top, left, bottom, right in grid.merged
        if top > table.last_row
        and bottom > top
        and columns & set(range(left, min(right, left + 64) + 1))
        and grid.fate.get((top, left), USED) not in (HEADINGS, TOTALS)
    ]
    if places:
        words = {"cells": listed(places), "sheet": grid.name}
        record.find("merged_rows", words, sheet=grid.name, cell=places[0].partition(":")[0])
