"""What a cell of the workbook is, told by the sheet that draws it, for who asks where a number comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from schemas import Indicator, Period, Unit


class Step(NamedTuple):
    """A cell of the workbook that a number is made of; ``weight`` where it is weighed."""

    title: str
    cell: str  # 考核得分!H12
    value: float | str
    weight: float | None = None


class Entry(NamedTuple):
    """A cell of a merged ledger, as the unit's file has it."""

    unit: Unit
    title: str
    sheet: str
    row: int
    cell: str
    raw: str
    state: str


@dataclass(frozen=True, slots=True)
class CellMeaning:
    """``said``: what it is, one Chinese sentence without its full stop.

    ``figures``: the reported figures behind it, each a unit and an indicator, of ``measure`` where it is
    one, of ``period`` where it is not the workbook's. ``total``: made of them, not one of them. ``setting``:
    the office set it, and no report did.
    """

    said: str
    figures: tuple[tuple[Unit, Indicator], ...] = ()
    measure: str = ""
    total: bool = False
    steps: tuple[Step, ...] = ()
    entry: Entry | None = None
    period: Period | None = None
    setting: bool = False
