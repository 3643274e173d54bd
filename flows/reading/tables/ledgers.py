"""Reads the ledgers: every row under the headings that is a record, and neither a total nor a note."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeGuard

from flows.reading.grid import REJECTED, USED, Grid, Value, address
from flows.reading.headings import plain
from flows.reading.model import LedgerCell, LedgerRow
from flows.reading.normalisation import rules
from flows.reading.tables import cell_values, date_values, stated_units
from flows.reading.tables.cell_values import Parsed
from flows.reading.tables.figures import settle_headings
from flows.reading.tables.locate import Table, find_table, table_names
from flows.reading.tables.reading_log import (
    EXTRA_COLUMN,
    HEADINGS,
    TOTALS,
    ReadingLog,
    leave_rest,
    listed,
    shortened,
)
from flows.reading.tables.stated_units import StatedUnit
from schemas.models import Column, Ledger


def read_ledger(record: ReadingLog, grid: Grid, ledger: Ledger) -> list[LedgerRow]:
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
    stated = stated_units.of_ledger(record, grid, table, ledger, present)
    rows: list[LedgerRow] = []
    totals: list[int] = []
    for row in range(table.last_row + 1, len(grid.rows)):
        what = _kind_of_row(grid, table, ledger, row)
        if what == "total":
            totals.append(row)
        elif what == "data":
            rows.append(_row(record, grid, table, ledger, present, stated, row))
        elif what == "note":
            _settle_row(grid, row, HEADINGS)
        elif what == "stray":
            _flag_stray(record, grid, table, row)
    for row in totals:
        _check_total(record, grid, present, stated, _summed(grid, rows, totals, row), row)
    _flag_merged(record, grid, table)
    _flag_merged_across(record, grid, present, rows)
    leave_rest(record, grid, table.last_row + 1, dict.fromkeys(table.unknown(), EXTRA_COLUMN))
    return rows


#: Ledgers with as many required columns have no record of a single cell.
_LEAST_REQUIRED = 3


def _kind_of_row(grid: Grid, table: Table, ledger: Ledger, row: int) -> str:
    """data, total, note, stray (a single cell, no record), or outside where no column is filled."""
    texts = [v for v in grid.rows[row] if v != ""]
    if not texts:
        return "outside"
    first = texts[0]
    if isinstance(first, str) and rules().total_row.match(plain(first)):
        return "total"
    if _is_note(table, texts):
        return "note"
    filled = [c for c in table.columns.values() if str(grid.value(row, c)).strip()]
    if len(filled) == len(texts) == 1 and not any(_merged_into(grid, row, c) for c in table.columns.values()):
        return "stray" if sum(c.required for c in ledger.columns) >= _LEAST_REQUIRED else "data"
    return "data" if filled else "outside"


def _is_note(table: Table, texts: list[Value]) -> bool:
    first = str(texts[0]).strip()
    if rules().signed_row.match(first) or (len(texts) == 1 and rules().note_row.match(first)):
        return True
    if any(map(str.strip, filter(_is_text, texts))) and all(map(cell_values.nothing, texts)):
        return True  # a row of dashes, or 无 and zeros
    # The headings again, as printed at a page break.
    return plain(first) != "" and list(map(str, texts)) == [t for t in table.headings.values() if t]


def _is_text(value: Value) -> TypeGuard[str]:
    return isinstance(value, str)


def _flag_stray(record: ReadingLog, grid: Grid, table: Table, row: int) -> None:
    """A row with one filled cell is no record: one finding, and it is not counted."""
    column = next(c for c in table.columns.values() if grid.value(row, c) != "")
    raw = cell_values.raw_text(grid.value(row, column))
    grid.settle(row, column, REJECTED)
    words = {"row": row + 1, "raw": shortened(raw), "sheet": grid.name}
    record.find("not_a_record", words, sheet=grid.name, cell=address(row, column), value=raw)


def _row(
    record: ReadingLog,
    grid: Grid,
    table: Table,
    ledger: Ledger,
    present: list[tuple[Column, int]],
    stated: Mapping[str, StatedUnit],
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
            # Part of a merged cell: what is wrong is the merging, which is said once.
            state = "rejected" if _merged_into(grid, row, index) else "missing"
            cells[column.name] = LedgerCell(None, None, "", state, place)
            continue
        unit = stated.get(column.name)
        parsed = _parsed(record, ledger, column, value, unit)
        if parsed.code == "unit_converted":
            parsed = parsed._replace(code="unit_converted_in_row")
        what = f"{ledger.title}第{row + 1}行的{column.title}{stated_units.beside(column.unit, unit)}"
        record.take(grid, row, index, parsed, what=what, expected=_expected(column, unit))
        cells[column.name] = LedgerCell(parsed.value, parsed.text, parsed.raw, parsed.state, place)
    return LedgerRow(ledger.name, grid.name, row + 1, cells)


def _merged_into(grid: Grid, row: int, column: int) -> bool:
    """Whether the cell lies in a merged range and is not its first, the only one that holds anything."""
    return any(
        top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
        for top, left, bottom, right in grid.merged
    )


def _parsed(
    record: ReadingLog, ledger: Ledger, column: Column, value: Value, stated: StatedUnit | None
) -> Parsed:
    if column.numeric:
        return cell_values.number(value, column.unit, stated.unit if stated is not None else "")
    if column.type == "date":
        return date_values.date(value, from_1904=record.from_1904)
    if column.type == "choice":
        return cell_values.choice(value, column.choices)
    if column.type == "yes_no":
        return cell_values.yes_no(value)
    if column.type in ("uscc", "patent"):
        return cell_values.identifier(value)
    return cell_values.key_text(value) if column.name in ledger.key else cell_values.optional_text(value)


def _expected(column: Column, stated: StatedUnit | None) -> str:
    if column.numeric:
        return stated_units.expected(column.unit, stated)
    return "、".join(column.choices)


def _check_total(
    record: ReadingLog,
    grid: Grid,
    present: list[tuple[Column, int]],
    stated: Mapping[str, StatedUnit],
    summed: list[list[LedgerRow]],
    row: int,
) -> None:
    """A 合计 row is not counted; where it disagrees with the rows that it sums up, one of them is wrong."""
    _settle_row(grid, row, TOTALS)
    for column, index in present:
        unit = stated.get(column.name)
        total = cell_values.number(grid.value(row, index), column.unit, unit.unit if unit is not None else "")
        if not column.numeric or total.value is None or not summed:
            continue
        sums = [sum(r.cells[column.name].value or 0.0 for r in some) for some in summed]
        if any(math.isclose(one, total.value, abs_tol=0.005) for one in sums):
            continue
        words = {"what": column.title, "raw": total.raw, "sum": f"{sums[0]:.15g}"}
        place = {"sheet": grid.name, "cell": address(row, index), "value": total.raw}
        record.find("total_row_differs", words, expected=words["sum"], **place)


def _summed(grid: Grid, rows: list[LedgerRow], totals: list[int], row: int) -> list[list[LedgerRow]]:
    """The rows that a total may stand for, the likeliest first; none for what runs on from earlier months.

    小计 sums since the last total; 合计 all above, or since the last. With nothing above, totals
    head what they sum up.
    """
    word = _total_word(grid, row)
    if rules().running_row.match(word):
        return []
    above = [r for r in rows if r.row <= row]
    same = [t for t in totals if _is_sub(_total_word(grid, t)) is _is_sub(word)]
    before = max((t for t in totals if t < row), default=-1)
    since = [r for r in above if r.row > before + 1]
    if not [r for r in rows if r.row <= same[0]]:
        after = min((t for t in same if t > row), default=len(grid.rows))
        below = [r for r in rows if row < r.row <= after]
        return [below] if not above or _is_sub(word) else [above, since, below]
    return [since] if _is_sub(word) else [above, since]


def _is_sub(word: str) -> bool:
    return rules().subtotal_row.match(word) is not None


def _total_word(grid: Grid, row: int) -> str:
    return plain(str(next(v for v in grid.rows[row] if v != "")))


def _settle_row(grid: Grid, row: int, reason: str) -> None:
    for column, value in enumerate(grid.rows[row]):
        if value != "":
            grid.settle(row, column, reason)


def _flag_merged(record: ReadingLog, grid: Grid, table: Table) -> None:
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


def _flag_merged_across(
    record: ReadingLog, grid: Grid, present: list[tuple[Column, int]], rows: list[LedgerRow]
) -> None:
    """A record's cells merged into one hold the first column's value only; the others are not told."""
    records = {row.row - 1 for row in rows}
    required = {index for column, index in present if column.required}
    places = [
        f"{address(top, left)}:{address(bottom, right)}"
        for top, left, bottom, right in grid.merged
        if top == bottom and top in records and required & set(range(left + 1, min(right, left + 64) + 1))
    ]
    if places:
        words = {"cells": listed(places), "sheet": grid.name}
        record.find("merged_columns", words, sheet=grid.name, cell=places[0].partition(":")[0])
