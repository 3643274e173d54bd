"""A table of lines by slots that can stand either way round.

Slots are attributes (title, total ...) and then units. With a city's dozen units they run
across; a province's thousands run down, the attributes above them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from flows.outputs.workbook.drawing.addresses import absolute, area, letter, quoted

#: Stands in a formula for the row, or the column, of whichever unit it is.
UNIT = "\0"


class Place(NamedTuple):
    row: int
    column: int


@dataclass(frozen=True)
class UnitGrid:
    """``top`` is the row of the slots' titles; with ``down``, titles stand in the first column."""

    sheet: str
    top: int
    lines: tuple[Hashable, ...]
    attributes: tuple[str, ...]
    units: tuple[str, ...]
    down: bool

    @cached_property
    def _line(self) -> Mapping[Hashable, int]:
        return {line: n for n, line in enumerate(self.lines)}

    @cached_property
    def _slot(self) -> Mapping[str, int]:
        return {slot: n for n, slot in enumerate((*self.attributes, *self.units))}

    def place(self, line: Hashable, slot: str) -> Place:
        return self._at(self._line[line] + 1, self._slot[slot])

    def unit_places(self, line: Hashable) -> list[Place]:
        """A line's cells of the units, in their order."""
        number, first = self._line[line] + 1, len(self.attributes)
        return [self._at(number, first + n) for n in range(len(self.units))]

    def title(self, slot: str) -> Place:
        return self._at(0, self._slot[slot])

    def _at(self, line: int, slot: int) -> Place:
        return Place(self.top + slot, line) if self.down else Place(self.top + line, slot)

    @property
    def last(self) -> Place:
        """The lower right corner."""
        return self._at(len(self.lines), len(self.attributes) + len(self.units) - 1)

    def ref(self, line: Hashable, slot: str, *, local: bool = False) -> str:
        place = absolute(*self.place(line, slot))
        return place if local else f"{quoted(self.sheet)}!{place}"

    def unit_ref(self, line: Hashable, *, local: bool = False) -> str:
        """As :meth:`ref` of any unit, with ``UNIT`` for its one of ``unit_names``."""
        number = self._line[line] + 1
        place = f"${letter(number)}${UNIT}" if self.down else f"${UNIT}${self.top + number + 1}"
        return place if local else f"{quoted(self.sheet)}!{place}"

    @cached_property
    def unit_names(self) -> tuple[str, ...]:
        """How formulas name the row, or the column, of each unit."""
        first = len(self.attributes)
        slots = range(first, first + len(self.units))
        return tuple(str(self.top + slot + 1) if self.down else letter(slot) for slot in slots)

    def title_ref(self, slot: str) -> str:
        return absolute(*self.title(slot))

    def across(self, line: Hashable, units: Iterable[str], *, local: bool = False) -> str:
        """A line over adjoining units."""
        codes = list(units)
        first, last = self.place(line, codes[0]), self.place(line, codes[-1])
        return area(*first, *last, sheet="" if local else self.sheet)

    def along(self, lines: Iterable[Hashable], slot: str, *, local: bool = False) -> str:
        """Adjoining lines in one slot."""
        keys = list(lines)
        first, last = self.place(keys[0], slot), self.place(keys[-1], slot)
        return area(*first, *last, sheet="" if local else self.sheet)
