"""Reads 工作进展: a row per work point."""

from __future__ import annotations

import re

from flows.reading.grid import REJECTED, USED, Grid, Value, address
from flows.reading.headings import plain
from flows.reading.model import ProgressCell
from flows.reading.tables import cell_values
from flows.reading.tables.cell_values import Parsed
from flows.reading.tables.figures import settle_headings
from flows.reading.tables.locate import Table, find_table, table_names
from flows.reading.tables.reading_log import EXTRA_COLUMN, NOT_USED_ROW, OTHER_UNITS, ReadingLog, leave_rest
from schemas.form import FormField
from schemas.models import STATUS_NOT_APPLICABLE, WorkPoint

_POINT = re.compile(r"([1-9]\.[1-9]\d?)(?!\d)")


def read_progress(record: ReadingLog, grid: Grid) -> list[ProgressCell]:
    """A cell per input of every work point whose row is there."""
    names, expected = table_names(record.registry)["progress"]
    table = find_table(grid, names, expected)
    if table is None:
        record.find("headings_not_found", {"sheet": grid.name}, sheet=grid.name)
        leave_rest(record, grid, 0, {})
        return []
    settle_headings(record, grid, table)
    inputs = [field for field in record.registry.form.progress if not field.prefilled]
    for field in inputs:
        if field.name not in table.columns:
            words = {"what": field.title, "sheet": grid.name}
            record.find("column_missing", words, sheet=grid.name, expected=field.title)
    rows = _rows(record, grid, table)
    cells = [_cell(record, grid, table, point, row, f) for point, row in rows.items() for f in inputs]
    leave_rest(record, grid, table.last_row + 1, dict.fromkeys(table.unknown(), EXTRA_COLUMN))
    return cells


def _rows(record: ReadingLog, grid: Grid, table: Table) -> dict[WorkPoint, int]:
    rows: dict[WorkPoint, int] = {}
    registry = record.registry
    asked = registry.work_points if record.unit is None else registry.work_points_of(record.unit)
    own = {point.code for point in asked}
    labels = [table.columns[name] for name in ("work_point", "title") if name in table.columns]
    for row in range(table.last_row + 1, len(grid.rows)):
        named = [(p, c) for c in labels if (p := _point(record, grid.value(row, c)))]
        if not named:
            continue
        point = named[0][0]
        if point is not named[-1][0]:
            _refuse(record, grid, row, named)
            continue
        if point.code not in own or point in rows:
            _leave(record, grid, table, row, point, repeated=point in rows)
            continue
        rows[point] = row
        for column in labels:
            if grid.value(row, column) != "":
                grid.settle(row, column, USED)
    return rows


def _point(record: ReadingLog, value: Value) -> WorkPoint | None:
    """By its number, or by its opening sentence or short name."""
    if value == "":
        return None
    text = cell_values.raw_text(value).strip().translate({ord("．"): ".", ord("。"): "."})
    match = _POINT.match(text.removeprefix("要点"))
    if match is not None:
        known = record.registry.work_point
        # 1.10 that Excel has turned into a number is 1.1: the title tells then.
        either = isinstance(value, float) and f"{match[1]}0" in known
        return None if either else known.get(match[1])
    wanted = plain(text)
    return next((p for p in record.registry.work_points if wanted in (plain(p.title), plain(p.short))), None)


def _refuse(record: ReadingLog, grid: Grid, row: int, named: list[tuple[WorkPoint, int]]) -> None:
    """The number is one work point's and the title another's: nobody can tell whose progress it is."""
    (point, column), (other, title_column) = named[0], named[-1]
    for index, value in enumerate(grid.rows[row]):
        if value != "":
            grid.settle(row, index, REJECTED)
    place = address(row, column)
    words = {
        "code_cell": place,
        "code": point.code,
        "title_cell": address(row, title_column),
        "other": f"{other.code} {other.short}",
    }
    record.find("point_of_other_title", words, sheet=grid.name, cell=place, work_point=point.code)


def _leave(
    record: ReadingLog, grid: Grid, table: Table, row: int, point: WorkPoint, *, repeated: bool
) -> None:
    for column, value in enumerate(grid.rows[row]):
        if value != "":
            grid.settle(row, column, NOT_USED_ROW if repeated else OTHER_UNITS)
    if repeated:
        place = address(row, table.columns.get("work_point", 0))
        words = {"point": f"{point.code} {point.short}"}
        record.find("point_repeated", words, sheet=grid.name, cell=place, work_point=point.code)


def _cell(
    record: ReadingLog, grid: Grid, table: Table, point: WorkPoint, row: int, field: FormField
) -> ProgressCell:
    column = table.columns.get(field.name)
    if column is None or field.name in table.repeated:
        return ProgressCell(point.code, field.name, None, "", "rejected", grid.name, "")
    parsed = _parsed(field, grid.value(row, column))
    what = f"{point.code} {point.short}的{field.title}"
    record.take(grid, row, column, parsed, what=what, work_point=point.code)
    place = address(row, column)
    return ProgressCell(point.code, field.name, parsed.text, parsed.raw, parsed.state, grid.name, place)


def _parsed(field: FormField, value: Value) -> Parsed:
    if field.type != "choice":
        return cell_values.text(value)
    parsed = cell_values.choice(value, field.choices)
    return parsed._replace(state="not_applicable") if parsed.text == STATUS_NOT_APPLICABLE else parsed
