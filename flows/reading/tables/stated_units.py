"""The unit of measure that a table itself names, in its unit column or in the brackets of a heading."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from flows.reading.grid import REJECTED, Grid, address
from flows.reading.headings import bare, bracketed, plain
from flows.reading.normalisation import rules
from flows.reading.tables import cell_values
from flows.reading.tables.locate import Table
from flows.reading.tables.reading_log import ReadingLog, listed
from schemas.models import NUMERIC_MEASURES, Column, Indicator, Ledger, Registry


class StatedUnit(NamedTuple):
    """A unit, and the cell in which it stands; row and column count from 0."""

    unit: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        return address(self.row, self.column)


def beside(unit: str, stated: StatedUnit | None) -> str:
    """What a finding says of the unit behind the name of a figure."""
    if not unit:
        return ""
    return f"（{unit}）" if stated is None else f"（{unit}，{stated.cell} 写作“{stated.unit}”）"


def expected(unit: str, stated: StatedUnit | None) -> str:
    """What is asked of a number, and that the unit as issued is put back."""
    asked = f"单位为{unit}的数字"
    return asked if stated is None else f"{asked}，并把 {stated.cell} 的“{stated.unit}”改回“{unit}”"


def of_headings(registry: Registry, grid: Grid, table: Table) -> dict[int, StatedUnit]:
    """Column -> the unit that its heading names in brackets; other words in brackets are none."""
    found: dict[int, StatedUnit] = {}
    for column, heading in table.headings.items():
        units = [unit for text in bracketed(heading) if (unit := _unit(text)) and _known(registry, unit)]
        if units:
            found[column] = StatedUnit(units[0], _row_of_unit(grid, table, column), column)
    return found


def _row_of_unit(grid: Grid, table: Table, column: int) -> int:
    """Of a heading over two rows, the one with the brackets."""
    rows = range(table.last_row, table.first_row - 1, -1)
    written = (row for row in rows if bracketed(cell_values.raw_text(grid.value(row, column))))
    return next(written, table.last_row)


def of_ledger(
    record: ReadingLog, grid: Grid, table: Table, ledger: Ledger, present: Sequence[tuple[Column, int]]
) -> dict[str, StatedUnit]:
    """Column -> the unit in which its heading asks for numbers, where that is not the registry's."""
    headings = of_headings(record.registry, grid, table)
    found: dict[str, StatedUnit] = {}
    for column, index in present:
        stated = headings.get(index)
        if stated is None or not column.unit or stated.unit == column.unit:
            continue
        if cell_values.factor(stated.unit, column.unit) is not None:
            found[column.name] = stated
        elif column.type == "amount":
            what = f"{ledger.title}“{column.title}”"
            _refuse(record, grid, stated, column.unit, what)
    return found


class FigureUnits:
    """The units of 指标表, whose rows and headings may each name one; where they differ nobody can tell."""

    def __init__(self, record: ReadingLog, grid: Grid, table: Table) -> None:
        self._record, self._grid, self._table = record, grid, table
        self._headings = of_headings(record.registry, grid, table)
        self._torn: dict[StatedUnit, list[StatedUnit]] = {}  # heading -> the unit cells that say otherwise

    def of_row(self, indicator: Indicator, row: int) -> StatedUnit | None:
        """The unit in the row's unit cell; None where it is blank, or no numbers are asked for."""
        grid, column = self._grid, self._table.columns.get("unit_of_measure")
        if column is None or "unit_of_measure" in self._table.repeated:
            return None
        value = grid.value(row, column)
        numbers = any(measure in NUMERIC_MEASURES for measure in indicator.measures)
        if value == "" or cell_values.placeholder(value) or not numbers:
            return None
        stated = StatedUnit(_unit(cell_values.raw_text(value)), row, column)
        if cell_values.factor(stated.unit, indicator.unit) is not None:
            return stated
        _refuse(self._record, grid, stated, indicator.unit, f"{indicator.code} {indicator.name}", indicator)
        return None

    def of_cell(self, indicator: Indicator, row: StatedUnit | None, column: int) -> StatedUnit | None:
        """The unit of a number, where it is not the registry's; ``row`` is what the row says."""
        heading = self._headings.get(column)
        if heading is None or cell_values.factor(heading.unit, indicator.unit) is None:
            stated = row
        elif row is None or row.unit == heading.unit:
            stated = heading
        else:
            self._torn.setdefault(heading, []).append(row)
            return None
        return None if stated is None or stated.unit == indicator.unit else stated

    def tell(self) -> None:
        """A finding for each heading that contradicts the unit column."""
        for heading, rows in self._torn.items():
            self._grid.settle(heading.row, heading.column, REJECTED)
            words = {
                "heading": heading.cell,
                "raw": heading.unit,
                "cells": listed([row.cell for row in rows]),
                "other": "、".join(dict.fromkeys(row.unit for row in rows)),
            }
            place = {"sheet": self._grid.name, "cell": heading.cell, "value": heading.unit}
            self._record.find("units_contradict", words, expected=words["other"], **place)


def _refuse(
    record: ReadingLog,
    grid: Grid,
    stated: StatedUnit,
    unit: str,
    what: str,
    indicator: Indicator | None = None,
) -> None:
    grid.settle(stated.row, stated.column, REJECTED)
    words = {"what": what, "raw": stated.unit, "expected": unit}
    place = {"sheet": grid.name, "cell": stated.cell, "value": stated.unit, "expected": unit}
    if indicator is not None:
        place |= {"indicator": indicator.code, "work_point": indicator.work_point}
    record.find("unit_not_convertible", words, **place)


@lru_cache(maxsize=1024)
def _unit(text: str) -> str:
    """The unit of 单位：万元, （万元）, 以万元计 or 人民币万元: 万元."""
    return rules().around_units.sub("", bare(text) or plain(text).strip("()"))


def _known(registry: Registry, unit: str) -> bool:
    """Whether a text is a unit at all: a multiple of one in use, or of a foreign currency."""
    return cell_values.scaled(unit)[1] in _bases(registry.units_of_measure)


@lru_cache(maxsize=8)
def _bases(used: frozenset[str]) -> frozenset[str]:
    foreign = rules().raw["unit_words"]["foreign"]
    return frozenset({cell_values.scaled(known)[1] for known in used} - {""} | set(foreign))
