"""Reads one report: bytes in, a reading or a reason out. Pure."""

from __future__ import annotations

import hashlib

import schemas
from flows.reading.files.workbook import Workbook, open_workbook
from flows.reading.grid import Grid, address
from flows.reading.headings import plain
from flows.reading.limits import Limits
from flows.reading.model import CoverCell, FigureCell, Reading, TemplateMark, Unreadable
from flows.reading.refusal import NotReadable, answer
from flows.reading.tables.cover import cover_cells, read_cover, unit_named
from flows.reading.tables.date_values import period as parse_period
from flows.reading.tables.figures import read_figures
from flows.reading.tables.ledgers import read_ledger
from flows.reading.tables.locate import Sheets, find_sheets
from flows.reading.tables.merged_cells import flag_merged_figures
from flows.reading.tables.progress import read_progress
from flows.reading.tables.reading_log import (
    NOT_USED_SHEET,
    OTHER_SHEET,
    SYSTEM_SHEET,
    ReadingLog,
    counted,
    leave_sheet,
    listed,
)
from flows.reading.tables.template_mark import is_converted, read_mark, use_mark, year_of
from schemas.models import Registry, Unit

_MARK = "mark"
_SYSTEM = ("checks", "reference", "notes", _MARK, "result", "marks")
_REQUIRED = ("cover", "figures", "progress")


def read_report(data: bytes, name: str, limits: Limits | None = None) -> Reading | Unreadable:
    """The report in ``data``, dropped under ``name``.

    The policy of its own year is used: that of the template's mark, else of the cover's period,
    else the latest. Parsers of hostile files may end the process: see ``supervisor.read_all``.
    """
    try:
        newest = schemas.newest()
        workbook = open_workbook(data, limits or Limits(), unread(newest))
        return _read(workbook, newest, data, name)
    except NotReadable as refusal:
        return answer(refusal, data, name)


def unread(registry: Registry) -> frozenset[str]:
    """Plain titles of the template's own sheets, in which a clerk has nothing to say."""
    return frozenset(plain(registry.form.sheets[what].title) for what in _SYSTEM if what != _MARK)


def _read(workbook: Workbook, newest: Registry, data: bytes, name: str) -> Reading:
    sheets = find_sheets(workbook.grids, newest)
    mark = read_mark(sheets.known.get("mark"))
    registry = _registry(mark, sheets, newest)
    if registry is not newest:
        sheets = find_sheets(workbook.grids, registry)
    if not _ours(sheets, mark, registry):
        titles = "、".join(registry.form.sheets[what].title for what in _REQUIRED)
        raise NotReadable("not_our_template", sheets=listed([g.name for g in workbook.grids]), titles=titles)
    record = ReadingLog(registry, _unit(mark, sheets, registry), workbook.from_1904)
    cover = read_cover(record, sheets.known["cover"]) if "cover" in sheets.known else {}
    _compare(record, mark, cover)
    figures = _figures(record, sheets.known["figures"]) if "figures" in sheets.known else []
    progress = read_progress(record, sheets.known["progress"]) if "progress" in sheets.known else []
    ledgers = [
        row
        for ledger in registry.ledgers
        if ledger.name in sheets.known
        for row in read_ledger(record, sheets.known[ledger.name], ledger)
    ]
    _state(record, workbook, sheets, mark)
    _leave_others(record, sheets)
    return Reading(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        format=workbook.format,
        mark=mark,
        cover=cover,
        figures=figures,
        ledgers=ledgers,
        progress=progress,
        findings=record.findings,
        counts=counted(workbook.grids),
    )


def _figures(record: ReadingLog, grid: Grid) -> list[FigureCell]:
    return flag_merged_figures(record, grid, read_figures(record, grid))


def _registry(mark: TemplateMark | None, sheets: Sheets, newest: Registry) -> Registry:
    years = schemas.years()
    year = year_of(mark, years)
    if year is None and "cover" in sheets.known:
        cells = cover_cells(sheets.known["cover"], newest.form)
        sheets.known["cover"].fate.clear()
        month = parse_period(cells["period"][2]).text if "period" in cells else None
        year = int(month[:4]) if month and int(month[:4]) in years else None
    return newest if year is None or year == newest.year else schemas.load(year)


def _ours(sheets: Sheets, mark: TemplateMark | None, registry: Registry) -> bool:
    """One of our tables and something beside it; an unrelated workbook may well have a sheet 说明."""
    tables = {"figures", "progress", *registry.ledger} & sheets.known.keys()
    filled = {what for what in tables if sheets.known[what].rows}
    return mark is not None or "figures" in filled or len(filled) >= 2


def _unit(mark: TemplateMark | None, sheets: Sheets, registry: Registry) -> Unit | None:
    """Whose report it is: the cover says, else the mark."""
    if "cover" in sheets.known:
        cells = cover_cells(sheets.known["cover"], registry.form)
        sheets.known["cover"].fate.clear()
        unit = unit_named(cells["unit"][2], registry) if "unit" in cells else None
        if unit is not None:
            return unit
    return registry.unit.get(mark.unit_code) if mark is not None else None


def _compare(record: ReadingLog, mark: TemplateMark | None, cover: dict[str, CoverCell]) -> None:
    """The template's mark against the cover: another unit's, another month's, an earlier version's."""
    registry = record.registry
    if mark is None:
        record.find("template_unmarked", {})
        return
    month, unit = cover.get("period"), cover.get("unit")
    if month is not None and month.text and mark.period and month.text != mark.period:
        words = {"cover": month.raw, "mark": mark.period}
        place = {"sheet": month.sheet, "cell": month.cell, "value": month.raw}
        record.find("template_of_other_period", words, expected=mark.period, **place)
    issued_to = registry.unit.get(mark.unit_code)
    if unit is not None and unit.text and issued_to is not None and unit.text != issued_to.name:
        words = {"cover": unit.raw, "mark": issued_to.name}
        place = {"sheet": unit.sheet, "cell": unit.cell, "value": unit.raw}
        record.find("template_of_other_unit", words, expected=issued_to.name, **place)
    if mark.year != str(registry.year):
        record.find("template_of_other_year", {"mark": mark.year, "year": registry.year})
    elif mark.version and mark.version != registry.version:
        record.find("template_outdated", {"mark": mark.version, "version": registry.version})


def _state(record: ReadingLog, workbook: Workbook, sheets: Sheets, mark: TemplateMark | None) -> None:
    """What the workbook's state says: sheets gone or renamed, hidden data, lifted protection, links."""
    registry = record.registry
    ledgers = registry.ledgers_of(record.unit) if record.unit is not None else ()
    wanted = [*_REQUIRED, *(ledger.name for ledger in ledgers)]
    for what in wanted:
        if what not in sheets.known:
            record.find("sheet_missing", {"sheet": _title(registry, what)}, sheet=_title(registry, what))
    for what, grid in sheets.by_content:
        words = {"found": grid.name, "sheet": _title(registry, what)}
        record.find("sheet_renamed", words, sheet=grid.name)
    for what, grid in sheets.known.items():
        if what not in _SYSTEM:
            _hidden(record, grid)
    ours = is_converted(sheets.known.get("mark"))
    if mark is not None and not ours and "figures" in sheets.known and not sheets.known["figures"].protected:
        record.find("protection_removed", {"sheet": sheets.known["figures"].name})
    if workbook.linked:
        record.find("linked_workbooks", {})


def _title(registry: Registry, what: str) -> str:
    ledger = registry.ledger.get(what)
    return registry.form.sheets[what].title if ledger is None else ledger.title


def _hidden(record: ReadingLog, grid: Grid) -> None:
    if not grid.visible:
        record.find("hidden_sheet", {"sheet": grid.name}, sheet=grid.name)
    if not (grid.hidden_rows or grid.hidden_columns):
        return
    places = [address(r, c) for r, c, _ in grid.filled() if r in grid.hidden_rows or c in grid.hidden_columns]
    if places:
        words = {"sheet": grid.name, "cells": listed(places), "count": len(places)}
        record.find("hidden_cells", words, sheet=grid.name, cell=places[0])


def _leave_others(record: ReadingLog, sheets: Sheets) -> None:
    for what in _SYSTEM:
        if what in sheets.known and what != _MARK:
            leave_sheet(sheets.known[what], SYSTEM_SHEET)
    if "mark" in sheets.known:
        use_mark(sheets.known["mark"])
    for what, grid in sheets.alike:
        if what in _SYSTEM:
            leave_sheet(grid, SYSTEM_SHEET)
            continue
        same = grid.rows == sheets.known[what].rows
        title = _title(record.registry, what)
        words = {"sheet": sheets.known[what].name, "other": grid.name, "title": title}
        if leave_sheet(grid, NOT_USED_SHEET):
            record.find("sheet_copied" if same else "sheets_alike", words, sheet=grid.name)
    for grid in sheets.others:
        count = leave_sheet(grid, OTHER_SHEET)
        if count:
            record.find("sheet_not_used", {"sheet": grid.name, "count": count}, sheet=grid.name)
