"""What a submission changed against the one before it, cell by cell: figures, progress, ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flows.outputs.site.model import Report
from flows.reading.model import LedgerRow
from schemas import Registry
from schemas.models import MEASURE_TITLES


class Difference(NamedTuple):
    """``what`` and ``column`` in words; texts as typed, empty where a cell was blank or absent."""

    what: str
    column: str
    before: str
    after: str
    place: str  # sheet!cell in the later file, or in the earlier one where it is gone
    code: str = ""  # indicator, where it is a figure


_Cell = tuple[str, str]  # raw, place


def differences(before: Report, after: Report, registry: Registry) -> list[Difference]:
    """Every cell whose text differs, figures first, then progress, then ledger rows by their key."""
    return [
        *_figures(before, after, registry),
        *_progress(before, after, registry),
        *_ledgers(before, after, registry),
    ]


def _figures(before: Report, after: Report, registry: Registry) -> Iterable[Difference]:
    old = {(c.indicator, c.measure): (c.raw, f"{c.sheet}!{c.cell}") for c in before.figures}
    new = {(c.indicator, c.measure): (c.raw, f"{c.sheet}!{c.cell}") for c in after.figures}
    for (code, measure), raw, then, place in _changed(old, new):
        known = registry.indicator.get(code)
        name = f"{code} {known.name}" if known else code
        yield Difference(name, MEASURE_TITLES.get(measure, measure), raw, then, place, code)


def _progress(before: Report, after: Report, registry: Registry) -> Iterable[Difference]:
    titles = {field.name: field.title for field in registry.form.progress}
    sheet = registry.form.sheets["progress"].title
    old = {(c.work_point, c.field): (c.raw, f"{c.sheet}!{c.cell}") for c in before.progress}
    new = {(c.work_point, c.field): (c.raw, f"{c.sheet}!{c.cell}") for c in after.progress}
    for (point, field), raw, then, place in _changed(old, new):
        yield Difference(f"{sheet} {point}", titles.get(field, field), raw, then, place)


def _ledgers(before: Report, after: Report, registry: Registry) -> Iterable[Difference]:
    for ledger in registry.ledgers:
        titles = {column.name: column.title for column in ledger.columns}
        old = _by_key(before.ledgers, ledger.name, ledger.key)
        new = _by_key(after.ledgers, ledger.name, ledger.key)
        for (key, column), raw, then, place in _changed(old, new):
            yield Difference(f"{ledger.title} {key}", titles.get(column, column), raw, then, place)


def _by_key(rows: Iterable[LedgerRow], ledger: str, key: tuple[str, ...]) -> dict[tuple[str, str], _Cell]:
    """(the row's key in words, column) -> cell; rows with the same key are numbered."""
    cells: dict[tuple[str, str], _Cell] = {}
    seen: dict[str, int] = {}
    for row in rows:
        if row.ledger != ledger:
            continue
        name = "，".join(row.cells[part].raw for part in key if part in row.cells) or f"第{row.row}行"
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name = f"{name}（第{seen[name]}条）"
        for column, cell in row.cells.items():
            cells[name, column] = (cell.raw, f"{row.sheet}!{cell.cell}")
    return cells


def _changed(
    old: Mapping[tuple[str, str], _Cell], new: Mapping[tuple[str, str], _Cell]
) -> Iterable[tuple[tuple[str, str], str, str, str]]:
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key), new.get(key)
        raw, then = before[0] if before else "", after[0] if after else ""
        if raw != then:
            yield key, raw, then, (after or before or ("", ""))[1]
