"""Reads 封面: each field beside, or behind, its label."""

from __future__ import annotations

from collections.abc import Sequence

from flows.reading.grid import USED, Grid, Value, address
from flows.reading.headings import Names, plain
from flows.reading.model import CoverCell
from flows.reading.tables import cell_values, date_values
from flows.reading.tables.cell_values import Parsed
from flows.reading.tables.reading_log import HEADINGS, ReadingLog, leave_rest
from schemas.form import Form, FormField
from schemas.models import Registry, Unit

_REACH = 4  # columns between a label and its value, where cells are merged or left free


def cover_cells(grid: Grid, form: Form) -> dict[str, tuple[int, int, Value]]:
    """Field -> row, column and value of its input; the first label of a name counts."""
    names = Names({field.name: (field.title, *field.aliases) for field in form.cover})
    found: dict[str, tuple[int, int, Value]] = {}
    for row, column, value in list(grid.filled()):
        if not isinstance(value, str) or (row, column) in grid.fate:
            continue
        name = names.find(value)
        if name is not None:
            if name not in found:
                grid.settle(row, column, USED)
                found[name] = _beside(grid, row, column, names)
            continue
        label, colon, rest = value.replace("：", ":").partition(":")
        name = names.find(label)
        if colon and rest.strip() and name is not None and name not in found:
            found[name] = (row, column, rest.strip())
    return found


def _beside(grid: Grid, row: int, column: int, names: Names) -> tuple[int, int, Value]:
    start = next(
        (right for t, left, b, right in grid.merged if t <= row <= b and left <= column <= right), column
    )
    for step in range(start + 1, start + 1 + _REACH):
        value = grid.value(row, step)
        if value == "":
            continue
        if names.find(value) is not None:  # the next label: nothing stands between
            break
        return row, step, value
    return row, start + 1, ""


def unit_named(value: Value, registry: Registry) -> Unit | None:
    """The unit of an official name, short name, alias or code."""
    text = cell_values.raw_text(value)
    known = registry.unit_by_name.get(text.strip())
    if known is None and text.strip():
        wanted = plain(text)
        known = next((unit for name, unit in registry.unit_by_name.items() if plain(name) == wanted), None)
    return known


def read_cover(record: ReadingLog, grid: Grid) -> dict[str, CoverCell]:
    """Every field found; ``unit`` has the official name as text and ``period`` the form 2023-06."""
    cells: dict[str, CoverCell] = {}
    places = cover_cells(grid, record.registry.form)
    for field in record.registry.form.cover:
        if field.name not in places:
            record.find("cover_field_missing", {"what": field.title}, sheet=grid.name, expected=field.title)
            continue
        row, column, value = places[field.name]
        parsed = _parsed(record, field, value)
        record.take(grid, row, column, parsed, what=field.title, expected=_expected(field))
        if parsed.state == "missing":
            code = "cover_required" if field.prefilled else "cover_blank"
            record.find(code, {"what": field.title}, sheet=grid.name, cell=address(row, column))
        cells[field.name] = CoverCell(
            field.name, parsed.text, parsed.raw, parsed.state, grid.name, address(row, column)
        )
    if places:
        _settle_around(grid, [(row, column) for row, column, _ in places.values()])
    leave_rest(record, grid, 0 if places else len(grid.rows), {})
    return cells


def _settle_around(grid: Grid, inputs: Sequence[tuple[int, int]]) -> None:
    """The title above the fields and the instructions below them, as issued: not beyond their columns.

    What stands beside the fields, or in the free row under them, somebody has written there.
    """
    rows, columns = zip(*inputs, strict=True)
    for row, column, value in grid.filled():
        printed = column <= max(columns) and not min(rows) <= row <= max(rows) + 1
        if printed and (row, column) not in grid.fate and cell_values.raw_text(value).strip():
            grid.settle(row, column, HEADINGS)


def _parsed(record: ReadingLog, field: FormField, value: Value) -> Parsed:
    if field.name == "period":
        return date_values.period(value)
    if field.name == "unit":
        return _unit(record, value)
    if field.type == "date":
        return date_values.date(value, from_1904=record.from_1904)
    if field.type == "choice":
        return cell_values.choice(value, field.choices)
    return cell_values.optional_text(value)


def _unit(record: ReadingLog, value: Value) -> Parsed:
    parsed = cell_values.text(value)
    if parsed.text is None:
        return parsed
    unit = unit_named(value, record.registry)
    if unit is None:
        return Parsed(None, None, parsed.raw, "rejected", "cover_unit_unknown")
    return Parsed(None, unit.name, parsed.raw, "used" if parsed.raw in unit.names else "normalised")


def _expected(field: FormField) -> str:
    return "、".join(field.choices)
