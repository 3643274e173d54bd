"""Base class of relation kinds, and the checks that they derive from a declared relation.

A kind is one module of ``validations/kinds``. From a :class:`schemas.Relation` it derives checks, and
for each check a vectorised condition (evaluated by Great Expectations), an Excel formula for 自查, the
finding with its sentences, and the title in the rule register. All of them are in one file, so that they
agree, and a new kind needs no change in any other file.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from schemas.models import Indicator, Registry, Relation
from schemas.proofs.relations import indicator_named, wrong
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs
from validations.declaring.wording import IndicatorNames

if TYPE_CHECKING:
    import pandas as pd

#: Frame with a row per submission, whose columns are ``<indicator>.<measure>`` and ledger aggregates.
REPORT = "report"
#: Prefix of the frames of merged ledgers, on which checks between units are evaluated.
CITY = "city."


class Spot(NamedTuple):
    """A place in a report that may be wrong, independent of its cell in a particular file.

    ``part`` is figures (``name`` an indicator, ``column`` a measure), progress (a work point, a
    field) or ledger (a ledger, no column: the sheet as a whole).
    """

    part: str
    name: str
    column: str


@dataclass(frozen=True)
class Check:
    """One assertion of a relation: one expectation, one formula.

    ``columns`` are the operands in the frame: a row with any of them missing is not evaluated.
    ``spots`` are the operands that are inputs of the report, the likeliest mistake first. In a frame of
    indicators they name measures of each row's indicator.
    ``options`` are passed to ``holds`` and stored in the suite, so they are plain JSON.
    """

    relation: Relation
    frame: str  # REPORT, flow, stock, milestone, or CITY + ledger
    columns: tuple[str, ...]
    spots: tuple[Spot, ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Unique among all checks: the relation and its first operand."""
        return f"{self.relation.id}/{self.columns[0]}"


class RelationKind(ABC):
    """A kind of articulation relation. ``required`` and ``optional`` are its own keys in the YAML.

    ``label`` is its title in lists of rules, ``finding_type`` the type of a broken relation's finding,
    whose sentences are filled with :meth:`words` and ``clause``.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    finding_type: ClassVar[FindingType]
    required: ClassVar[frozenset[str]]
    optional: ClassVar[frozenset[str]] = frozenset()

    def prove(self, relation: Relation, registry: Registry) -> None:
        """Raises :class:`schemas.RegistryError` naming the relation's key that this kind cannot use."""
        keys = set(relation.params)
        for key in sorted(keys - self.required - self.optional):
            raise wrong(relation, key, f"{self.name} 没有这一项")
        for key in sorted(self.required - keys):
            raise wrong(relation, key, "缺少该项")

    @abstractmethod
    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        """The checks that the declaration expands to."""

    @staticmethod
    @abstractmethod
    def holds(values: pd.DataFrame, **options: Any) -> pd.Series[bool]:
        """Booleans by row: the check holds. ``values`` has the operands in order, none of them missing."""

    @abstractmethod
    def formula(self, check: Check, refs: Refs) -> str:
        """The Excel formula of the live self-check; empty where one report is not enough for it."""

    @abstractmethod
    def words(self, check: Check, row: Mapping[str, Any], naming: IndicatorNames) -> dict[str, str]:
        """What a finding says: ``value`` and ``expected``, and the other words of its template."""

    @abstractmethod
    def title(self, check: Check, naming: IndicatorNames) -> str:
        """What is asserted, in Chinese, with the figures' names."""

    def register_title(self, relation: Relation, registry: Registry) -> str:
        """The relation as a whole, for the rule register."""
        return relation.note or self.title(self.checks(relation, registry)[0], IndicatorNames(registry))


PART = "part"


def figure(code: str, measure: str) -> str:
    """The column of the report frame that carries a figure."""
    return f"{code}.{measure}"


def part(code: str, measure: str) -> str:
    """The column that carries a figure as a part of a sum, to which 不适用 adds nothing."""
    return f"{code}.{measure}.{PART}"


def figure_spot(column: str) -> Spot:
    """The place of the figure in a column of the report frame."""
    code, measure, *_ = column.split(".")
    return Spot("figures", code, measure)


def own(*measures: str) -> tuple[Spot, ...]:
    """Places in a frame of indicators: measures of each row's indicator."""
    return tuple(Spot("figures", "", measure) for measure in measures)


def indicator_at(relation: Relation, key: str, registry: Registry) -> Indicator:
    """The indicator that ``key`` names. Raises :class:`schemas.RegistryError` if there is none."""
    return indicator_named(registry, relation, key, relation.params[key])


def measures_at(relation: Relation, key: str, *indicators: Indicator) -> tuple[str, ...]:
    """The measures listed under ``key``, all of which each of ``indicators`` must have."""
    measures = relation.params[key]
    if not isinstance(measures, list | tuple) or not measures:
        raise wrong(relation, key, "应为列表")
    for indicator in indicators:
        for measure in measures:
            if measure not in indicator.measures:
                raise wrong(relation, key, f"指标 {indicator.code} 没有 {measure} 这一数")
    return tuple(measures)


def over_at(relation: Relation, *allowed: str) -> str:
    """The kind of indicator under ``over``. Raises :class:`schemas.RegistryError` if it isn't allowed."""
    over = relation.params["over"]
    if over not in allowed:
        raise wrong(relation, "over", f"应为 {'、'.join(allowed)}")
    return str(over)


def tolerance(indicator: Indicator) -> float:
    """Amounts agree within half a unit of their last digit, 0.005 万元; counts exactly."""
    return 0.5 * 10.0**-indicator.decimals if indicator.is_amount else COUNT_TOLERANCE


COUNT_TOLERANCE = 1e-9
