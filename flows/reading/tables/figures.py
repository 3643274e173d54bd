"""Reads 指标表: rows by indicator code, columns by heading."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.reading.grid import REJECTED, USED, Grid, Value, address
from flows.reading.headings import plain
from flows.reading.model import FigureCell
from flows.reading.tables import cell_values, date_values, stated_units
from flows.reading.tables.cell_values import Parsed
from flows.reading.tables.locate import Table, find_table, table_names
from flows.reading.tables.reading_log import (
    COMPUTED,
    EXTRA_COLUMN,
    NOT_ASKED,
    NOT_USED_ROW,
    OTHER_UNITS,
    ReadingLog,
    leave_rest,
    listed,
)
from flows.reading.tables.stated_units import FigureUnits, StatedUnit
from schemas.models import (
    MEASURE_TITLES,
    NUMERIC_MEASURES,
    STATUS_NOT_APPLICABLE,
    STATUSES,
    Indicator,
    Kind,
    Registry,
)

_CODE = re.compile(r"[1-9]\d{3}")


def read_figures(record: ReadingLog, grid: Grid) -> list[FigureCell]:
    """A cell per input of every indicator whose row is there; a column that is gone reads as rejected."""
    names, expected = table_names(record.registry)["figures"]
    table = find_table(grid, names, expected)
    if table is None:
        record.find("headings_not_found", {"sheet": grid.name}, sheet=grid.name)
        leave_rest(record, grid, 0, {})
        return []
    settle_headings(record, grid, table)
    code_column = _code_column(grid, table, record.registry)
    if code_column is None:
        record.find("column_missing", {"what": "代码", "sheet": grid.name}, sheet=grid.name)
        leave_rest(record, grid, table.last_row + 1, {})
        return []
    table.columns["code"] = code_column
    _name_missing_columns(record, grid, table)
    rows = _rows(record, grid, table)
    named = FigureUnits(record, grid, table)
    cells = [
        cell
        for indicator, row in rows.items()
        for cell in (
            _unclear_row(record, grid, table, indicator, row)
            or _row(record, grid, table, named, indicator, row)
        )
    ]
    named.tell()
    leave_rest(record, grid, table.last_row + 1, dict.fromkeys(table.unknown(), EXTRA_COLUMN))
    return cells


def settle_headings(record: ReadingLog, grid: Grid, table: Table) -> None:
    """Headings count as used; a heading that stands over two filled columns is a finding."""
    for row in range(table.first_row, table.last_row + 1):
        for column, value in enumerate(grid.rows[row]):
            if value != "" and column in table.headings:
                grid.settle(row, column, USED)
    for name, further in table.repeated.items():
        places = [address(table.last_row, column) for column in (table.columns[name], *further)]
        words = {"what": table.headings[table.columns[name]], "cells": "、".join(places), "sheet": grid.name}
        record.find("heading_repeated", words, sheet=grid.name, cell=places[-1])


def _code_column(grid: Grid, table: Table, registry: Registry) -> int | None:
    """The column under its heading, or else the one that holds indicator codes."""
    if "code" in table.columns:
        return table.columns["code"]
    tally: dict[int, int] = {}
    for row in grid.rows[table.last_row + 1 :]:
        for column, value in enumerate(row):
            if _code(value) in registry.indicator:
                tally[column] = tally.get(column, 0) + 1
    best = max(tally, key=lambda column: tally[column], default=None)
    return best if best is not None and tally[best] >= 3 else None


def _code(value: Value) -> str:
    """The indicator code in a cell, or ''."""
    if value == "":
        return ""
    text = plain(cell_values.raw_text(value))
    return text if _CODE.fullmatch(text) else ""


def _name_missing_columns(record: ReadingLog, grid: Grid, table: Table) -> None:
    for field in record.registry.form.figures:
        if field.measures and field.name not in table.columns:
            words = {"what": field.title, "sheet": grid.name}
            record.find("column_missing", words, sheet=grid.name, expected=field.title)


def _rows(record: ReadingLog, grid: Grid, table: Table) -> dict[Indicator, int]:
    """Indicator -> its row. Rows of other units, unknown and repeated codes are named and left out."""
    registry, code_column = record.registry, table.columns["code"]
    by_code: dict[str, list[int]] = {}
    unknown: list[str] = []
    for row in range(table.last_row + 1, len(grid.rows)):
        code = _code(grid.value(row, code_column)) or _code_by_name(record, grid, table, row)
        if code in registry.indicator:
            by_code.setdefault(code, []).append(row)
        elif code:
            unknown.append(address(row, code_column))
            _leave_row(grid, row, NOT_USED_ROW)
    if unknown:
        words = {"cells": listed(unknown), "count": len(unknown)}
        record.find("unknown_code", words, sheet=grid.name, cell=unknown[0])
    return _own_rows(record, grid, by_code, code_column)


def _code_by_name(record: ReadingLog, grid: Grid, table: Table, row: int) -> str:
    """Where the code was deleted, the indicator's own name still tells which row it is."""
    column = table.columns.get("indicator")
    if column is None or grid.value(row, table.columns["code"]) != "":
        return ""
    name = grid.value(row, column)
    if not isinstance(name, str) or not name:
        return ""
    meant = [i.code for i in record.registry.indicators if plain(i.name) == plain(name)]
    if len(meant) != 1:
        return ""
    words = {"raw": "", "read": meant[0], "why": f"按指标名称“{name}”认定", "what": "代码", "expected": ""}
    place = address(row, table.columns["code"])
    record.find("normalised", words, rule="normalised", sheet=grid.name, cell=place, indicator=meant[0])
    return meant[0]


def _own_rows(
    record: ReadingLog, grid: Grid, by_code: Mapping[str, list[int]], code_column: int
) -> dict[Indicator, int]:
    own: dict[Indicator, int] = {}
    foreign: list[str] = []
    for code, rows in by_code.items():
        indicator = record.registry.indicator[code]
        if record.unit is not None and not record.registry.reports(record.unit, indicator):
            foreign.append(code)
            for row in rows:
                _leave_row(grid, row, OTHER_UNITS)
            continue
        if len(rows) > 1:
            places = "、".join(address(row, code_column) for row in rows)
            words = {"code": code, "what": indicator.name, "cells": places}
            place = {"sheet": grid.name, "cell": address(rows[1], code_column)}
            record.find("code_repeated", words, indicator=code, work_point=indicator.work_point, **place)
            for row in rows[1:]:
                _leave_row(grid, row, NOT_USED_ROW)
        own[indicator] = rows[0]
    if foreign and record.unit is not None:
        words = {"codes": listed(foreign), "unit": record.unit.short}
        record.find("other_units_codes", words, sheet=grid.name)
    return own


def _leave_row(grid: Grid, row: int, fate: str) -> None:
    for column, value in enumerate(grid.rows[row]):
        if value != "":
            grid.settle(row, column, fate)


def _unclear_row(
    record: ReadingLog, grid: Grid, table: Table, indicator: Indicator, row: int
) -> list[FigureCell]:
    """Rejected cells, where the row's name is another indicator's: nobody can tell whose figures these are.

    Empty where code and name agree, and where the name is nobody's, as after a slip of the pen.
    """
    name_column = table.columns.get("indicator")
    if name_column is None or "indicator" in table.repeated:
        return []
    name = plain(cell_values.raw_text(grid.value(row, name_column)))
    if name == plain(indicator.name):
        return []
    other = next((i for i in record.registry.indicators if plain(i.name) == name), None)
    if other is None:
        return []
    places = {"code_cell": address(row, table.columns["code"]), "name_cell": address(row, name_column)}
    words = {"code": indicator.code, "own": indicator.name, "name": other.name, "other": other.code}
    place = {"indicator": indicator.code, "work_point": indicator.work_point}
    record.find(
        "code_of_other_name",
        words | places,
        sheet=grid.name,
        cell=places["code_cell"],
        value=f"{indicator.code} {other.name}",
        expected=f"{indicator.code} {indicator.name}",
        **place,
    )
    _leave_row(grid, row, REJECTED)
    cells: list[FigureCell] = []
    for measure in (*indicator.measures, "explanation"):
        column = table.columns.get(record.registry.form.column_of[measure])
        raw, cell = (
            ("", "")
            if column is None
            else (cell_values.raw_text(grid.value(row, column)), address(row, column))
        )
        cells.append(FigureCell(indicator.code, measure, None, None, raw, "rejected", grid.name, cell))
    return cells


def _row(
    record: ReadingLog, grid: Grid, table: Table, named: FigureUnits, indicator: Indicator, row: int
) -> list[FigureCell]:
    form = record.registry.form
    unit = named.of_row(indicator, row)
    cells: list[FigureCell] = []
    asked: set[int] = set()
    for measure in (*indicator.measures, "explanation"):
        name = form.column_of[measure]
        column = table.columns.get(name)
        if column is None or name in table.repeated:
            state = "rejected" if measure != "explanation" else "missing"
            cells.append(FigureCell(indicator.code, measure, None, None, "", state, grid.name, ""))
            continue
        asked.add(column)
        value = grid.value(row, column)
        parsed = cell_values.BLANK
        if value != "":
            stated = named.of_cell(indicator, unit, column) if measure in NUMERIC_MEASURES else None
            parsed = _parsed(record, indicator, measure, value, stated)
            _take(record, grid, row, column, parsed, indicator, measure, stated)
        place = address(row, column)
        cells.append(
            FigureCell(
                indicator.code, measure, parsed.value, parsed.text, parsed.raw, parsed.state, grid.name, place
            )
        )
    _settle_unasked(grid, table, indicator, row, asked)
    return cells


def _parsed(
    record: ReadingLog, indicator: Indicator, measure: str, value: Value, stated: StatedUnit | None
) -> Parsed:
    if measure in NUMERIC_MEASURES:
        return cell_values.number(value, indicator.unit, stated.unit if stated is not None else "")
    if measure == "status":
        parsed = cell_values.choice(value, (*STATUSES, STATUS_NOT_APPLICABLE))
        return parsed._replace(state="not_applicable") if parsed.text == STATUS_NOT_APPLICABLE else parsed
    if measure == "completed_on":
        return date_values.date(value, from_1904=record.from_1904)
    if measure == "explanation":
        return cell_values.explanation(value)
    return cell_values.optional_text(value)


def _take(
    record: ReadingLog,
    grid: Grid,
    row: int,
    column: int,
    parsed: Parsed,
    indicator: Indicator,
    measure: str,
    stated: StatedUnit | None,
) -> None:
    unit = indicator.unit if measure in NUMERIC_MEASURES else ""
    beside = stated_units.beside(unit, stated)
    record.take(
        grid,
        row,
        column,
        parsed,
        what=f"{indicator.code} {indicator.name}的{MEASURE_TITLES[measure]}{beside}",
        expected=stated_units.expected(unit, stated) if unit else "",
        indicator=indicator.code,
        work_point=indicator.work_point,
    )


def _settle_unasked(grid: Grid, table: Table, indicator: Indicator, row: int, asked: set[int]) -> None:
    """Labels are used; inputs that this kind of indicator has not are left, dashes in them without a word."""
    labels = {"code", "work_point", "indicator", "unit_of_measure"}
    for name, column in table.columns.items():
        value = grid.value(row, column)
        if value == "" or column in asked or (row, column) in grid.fate:
            continue
        if name in labels:
            grid.settle(row, column, USED)
        elif indicator.kind is Kind.RATIO:
            grid.settle(row, column, COMPUTED)
        elif cell_values.placeholder(value):
            grid.settle(row, column, NOT_ASKED)
