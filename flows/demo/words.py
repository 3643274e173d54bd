"""The word lists and usual levels of the sample reports, read from ``words.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from schemas import Unit
from schemas.models import Indicator


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class People(Frozen):
    surnames: tuple[str, ...]
    given: tuple[str, ...]


class EnterpriseWords(Frozen):
    prefixes: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]


class Levels(Frozen):
    """Usual figures of a month (flows) or at its end (stocks), for a county."""

    flow: Mapping[str, float]
    stock: Mapping[str, float]
    codes: Mapping[str, float]
    ledgers: Mapping[str, float]


class StockGrowth(Frozen):
    """The chance of one more a month, by code, else by unit of measure."""

    units: Mapping[str, float]
    codes: Mapping[str, float]

    def of(self, indicator: Indicator) -> float:
        return self.codes.get(indicator.code, self.units.get(indicator.unit, 0.1))


class MilestoneHabits(Frozen):
    not_applicable: Mapping[str, float]
    usual_month: Mapping[str, int]
    other_month: int


class YesNo(Frozen):
    yes: str
    no: str
    chance: float


class Settle(Frozen):
    """Where ``when`` fits a row, ``then`` sets columns and ``pick`` draws them by weight.

    In ``when``, ``true`` and ``false`` ask whether the column is filled.
    """

    when: Mapping[str, bool | str]
    then: Mapping[str, str] = {}
    pick: Mapping[str, Mapping[str, float]] = {}


class Recipe(Frozen):
    """How a ledger column is filled; every part has a default by the column's type."""

    pattern: str = ""
    by: str = ""
    words: tuple[str, ...] | Mapping[str, tuple[str, ...]] = ()
    weights: Mapping[str, float] = {}
    amount: tuple[float, float, float] = (1, 20, 0.01)  # low, high, step
    range: tuple[int, int] = (10, 60)
    ranges: Mapping[str, tuple[int, int]] = {}
    needs: str = ""
    blank: float = 0  # share left empty, of columns that may be
    share: float = 0.5  # share of closing dates filled in the month of opening
    later: float = 0.4  # share of open rows that close in each later month


#: Of a column that the word lists do not name.
_PLAIN = Recipe()


class LedgerWords(Frozen):
    settle: tuple[Settle, ...] = ()
    columns: Mapping[str, Recipe] = {}


class Narrative(Frozen):
    openings: tuple[str, ...]
    part: str
    month: str
    year: str
    stocks: str
    quiet: str
    milestones: Mapping[str, str]
    end: str
    problems: tuple[str, ...]
    evidence_in_ledger: str
    evidence: tuple[str, ...]


class Mistakes(Frozen):
    """How a single cell goes wrong; ``oddities`` are odd ways of writing a right number."""

    number_text: tuple[str, ...]
    amount_text: tuple[str, ...]
    status: tuple[str, ...]
    choice: tuple[str, ...]
    yes_no: tuple[str, ...]
    date_text: tuple[str, ...]
    credit_code_length: int
    oddities: tuple[str, ...]


class Words(Frozen):
    """All of ``words.yaml``."""

    people: People
    phone: str
    place_endings: tuple[str, ...]
    city_types: tuple[str, ...]
    enterprises: EnterpriseWords
    levels: Levels
    unit_sizes: Mapping[str, float]
    seasons: Mapping[str, Mapping[int | str, float]]
    grows_with: Mapping[str, str]
    stock_growth: StockGrowth
    stock_steps: Mapping[str, float]
    milestones: MilestoneHabits
    document: str
    yes_no: YesNo
    ledgers: Mapping[str, LedgerWords]
    picks: Mapping[str, tuple[str, ...]]
    narrative: Narrative
    explanations: Mapping[str, str]
    mistakes: Mistakes
    fallback: float = Field(default=1.0, gt=0)

    def recipe(self, ledger: str, column: str) -> Recipe:
        words = self.ledgers.get(ledger)
        return _PLAIN if words is None else words.columns.get(column, _PLAIN)

    def settles(self, ledger: str) -> tuple[Settle, ...]:
        words = self.ledgers.get(ledger)
        return () if words is None else words.settle

    def level(self, indicator: Indicator) -> float:
        """The indicator's usual figure for a county, before size and season."""
        usual = self.levels.flow if "month" in indicator.measures else self.levels.stock
        return self.levels.codes.get(indicator.code, usual.get(indicator.unit, self.fallback))

    def season(self, code: str, month: int) -> float:
        seasons = self.seasons.get(code, {})
        return seasons.get(month, seasons.get("other", 1.0))

    def place(self, unit: Unit, city: str) -> str:
        """The unit's place as names use it: 禹州, 示范区; the city where it has none of its own."""
        return self.short_place(city if unit.type in self.city_types else unit.short)

    def short_place(self, name: str) -> str:
        for ending in self.place_endings:
            # Two characters at least remain: 魏都 of 魏都区.
            if name.endswith(ending) and len(name) - len(ending) >= 2:
                return name.removesuffix(ending)
        return name


@lru_cache(maxsize=1)
def words() -> Words:
    raw = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))
    return Words.model_validate(raw)
