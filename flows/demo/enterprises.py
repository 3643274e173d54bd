"""Invented enterprises of a unit's area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.demo.draws import stream
from flows.demo.identifiers import credit_code
from flows.demo.words import Words
from schemas import Unit

#: Enterprises that a unit deals with in a year; further ones are invented when they run out.
_FIRST_POOL = 60


@dataclass(frozen=True, slots=True)
class Enterprise:
    name: str
    credit_code: str


class Enterprises:
    """The enterprises of one unit's area, each name once; grows on demand."""

    def __init__(self, unit: Unit, words: Words, place: str, city: str, seed: int) -> None:
        self._words = words.enterprises
        self._rng = stream(seed, unit.code, "enterprises")
        self._place, self._city = place, city
        # Local unit codes are no regions: their enterprises are registered in the city itself.
        self._region = unit.code if unit.code.isdigit() else f"{unit.code[:4]}00"
        self._by_code: dict[object, Enterprise] = {}
        self._names: set[str] = set()
        self.all: list[Enterprise] = []
        for _ in range(_FIRST_POOL):
            self.invent()

    def invent(self) -> Enterprise:
        """One more enterprise, of a name that the unit does not have yet."""
        name = self._name()
        while name in self._names:
            name = self._name()
        self._names.add(name)
        enterprise = Enterprise(name, credit_code(self._rng, self._region))
        self.all.append(enterprise)
        self._by_code[enterprise.credit_code] = enterprise
        return enterprise

    def of(self, row: Mapping[str, object]) -> Enterprise:
        """The enterprise that a ledger row speaks of, by its credit code; else the first."""
        return next((self._by_code[v] for v in row.values() if v in self._by_code), self.all[0])

    def _name(self) -> str:
        words, rng = self._words, self._rng
        prefix = rng.choice(words.prefixes).format(city=self._city, place=self._place)
        brand = rng.choice(words.first) + rng.choice(words.second)
        return f"{prefix}{brand}{rng.choice(words.trades)}{rng.choice(words.forms)}"
