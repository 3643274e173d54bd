"""The rows of a unit's ledgers, month by month from January on."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence

from flows.demo.draws import stream, weekday
from flows.demo.enterprises import Enterprises
from flows.demo.roots import Root
from flows.demo.rowcells import Row, Scene, draw_row, finish_row, is_numbered, numbered
from schemas import Period, Registry, Unit
from schemas.models import Column, Ledger

#: Tries for a row whose key is not taken yet, before its name gets a number.
_TRIES = 40


class RowMaker:
    """Makes one unit's rows; remembers what is open, listed and taken, so months come in order."""

    def __init__(
        self, registry: Registry, unit: Unit, scene: Scene, enterprises: Enterprises, seed: int
    ) -> None:
        self.ledgers = registry.ledgers_of(unit)
        self.scene = scene
        self.enterprises = enterprises
        self._seed = (seed, unit.code)
        self._serials: dict[tuple[str, str], int] = {}
        self._taken: set[tuple[object, ...]] = set()
        self._open: dict[str, list[Row]] = {ledger.name: [] for ledger in self.ledgers}
        self._listed: dict[str, list[Row]] = {ledger.name: [] for ledger in self.ledgers}

    def list_before(self, root: Root, count: int) -> None:
        """Lists ``count`` rows of a stock that were there before the year began."""
        rng = stream(*self._seed, "before", root.name)
        days = dt.date(self.scene.year - 4, 3, 1), dt.date(self.scene.year - 1, 12, 20)
        rows = [self._fresh(root, rng, days) for _ in range(count)]
        self._listed[root.ledger.name].extend(self._in_order(root.ledger, rows))

    def month(self, period: Period, wanted: Sequence[tuple[Root, int]]) -> dict[str, list[Row]]:
        """The month's rows by ledger, with as many new ones of each root as wanted.

        Rows that were still open may come back once more, closed in this month.
        """
        result: dict[str, list[Row]] = {}
        for ledger in self.ledgers:
            rng = stream(*self._seed, period, ledger.name)
            again = self._closed_now(ledger, rng, period)
            lasting: list[Row] = []
            passing: list[Row] = []
            for root, count in wanted:
                if root.ledger.name == ledger.name:
                    days = period.start, period.end
                    rows = [self._fresh(root, rng, days) for _ in range(count)]
                    (lasting if root.persists else passing).extend(rows)
            passing = self._in_order(ledger, passing)
            self._listed[ledger.name] += self._in_order(ledger, lasting)
            self._open[ledger.name] += [row for row in passing if self._may_return(ledger, row)]
            result[ledger.name] = [dict(row) for row in (*self._listed[ledger.name], *again, *passing)]
        return result

    def _fresh(self, root: Root, rng: random.Random, days: tuple[dt.date, dt.date]) -> Row:
        """A row with a key that no row of the year has."""
        ledger = root.ledger
        for _ in range(_TRIES):
            enterprise = rng.choice(self.enterprises.all)
            row = draw_row(self.scene, ledger, root.where, rng, days, enterprise)
            key = self._key(ledger, row)
            if key not in self._taken:
                break
        else:
            row, key = self._renamed(ledger, row)
        if not self._key_is_numbered(ledger):
            self._taken.add(key)
        return row

    def _renamed(self, ledger: Ledger, row: Row) -> tuple[Row, tuple[object, ...]]:
        """The row under a new enterprise's name, or with a number behind its own."""
        name = next(n for n in ledger.key if ledger.by_name[n].type == "text")
        enterprise = self.enterprises.invent()
        known = {e.name for e in self.enterprises.all}
        text, number = row[name], 1
        while self._key(ledger, row) in self._taken:
            number += 1
            row = row | {name: enterprise.name if text in known else f"{text}（{number}）"}
            if text in known:
                row |= {c.name: enterprise.credit_code for c in ledger.columns if c.type == "uscc"}
        return row, self._key(ledger, row)

    def _closed_now(self, ledger: Ledger, rng: random.Random, period: Period) -> list[Row]:
        opening = _opening(ledger)
        if opening is None or opening.unless is None:
            return []
        share = self.scene.words.recipe(ledger.name, opening.unless).later
        still, closed = [], []
        for row in self._open[ledger.name]:
            if rng.random() < share:
                again = row | {opening.unless: weekday(rng, period.start, period.end)}
                # What only a closed row has (a penalty) was left empty: it is drawn now.
                kept = {name: value for name, value in again.items() if value is not None}
                party = self.enterprises.of(row)
                done = finish_row(self.scene, ledger, kept, rng, party, fixed={})
                closed.append(done | dict.fromkeys(self._left_empty(ledger, row)))
            else:
                still.append(row)
        self._open[ledger.name] = still
        return closed

    def _left_empty(self, ledger: Ledger, row: Row) -> list[str]:
        """Columns that were empty for good: not because the row was open."""
        recipe = self.scene.words.recipe
        return [
            c.name
            for c in ledger.columns
            if row[c.name] is None and c.type != "date" and not recipe(ledger.name, c.name).needs
        ]

    def _may_return(self, ledger: Ledger, row: Row) -> bool:
        """Open, and nothing in it would be counted a second time."""
        opening = _opening(ledger)
        marks = [row[column.name] for column in ledger.columns if column.type == "yes_no"]
        is_open = opening is not None and opening.unless is not None and row[opening.unless] is None
        return is_open and self.scene.words.yes_no.yes not in marks

    def _in_order(self, ledger: Ledger, rows: list[Row]) -> list[Row]:
        """The rows by date, with their numbers put in."""
        date = next((column.name for column in ledger.columns if column.type == "date"), None)
        rows = sorted(rows, key=lambda row: row[date]) if date else rows
        for row in rows:
            for column in ledger.columns:
                recipe = self.scene.words.recipe(ledger.name, column.name)
                if is_numbered(recipe, column):
                    place = (ledger.name, column.name)
                    self._serials[place] = self._serials.get(place, 0) + 1
                    row[column.name] = numbered(self.scene, recipe, column, self._serials[place])
        return rows

    def _key(self, ledger: Ledger, row: Mapping[str, object]) -> tuple[object, ...]:
        return (ledger.name, *(row[name] for name in ledger.key))

    def _key_is_numbered(self, ledger: Ledger) -> bool:
        columns = [ledger.by_name[name] for name in ledger.key]
        return any(is_numbered(self.scene.words.recipe(ledger.name, c.name), c) for c in columns)


def _opening(ledger: Ledger) -> Column | None:
    """The date column at which a row opens that another one closes."""
    return next((column for column in ledger.columns if column.unless), None)
