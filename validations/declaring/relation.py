"""What every relation kind gives from one declaration, and the values it is made of.

A kind is one file of ``validations/kinds``. From a :class:`schemas.Relation` it derives checks, and
for each check a vectorised condition (evaluated by Great Expectations), an Excel formula for 自查, the
finding with its sentences and the title in the rule register: they cannot disagree, because they share
one file. Nothing else need be told of a new kind.
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
    """A place in a report that may be wrong, whatever cell it has in this file.

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
    ``spots`` are the operands that stand in the report; the first is where a person would look
    first. In a frame of indicators they name measures of the row's own indicator.
    ``options`` are handed to ``holds`` and kept in the suite, so they are plain JSON.
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

    ``label`` is what the kind is called in lists of rules, ``finding_type`` what a broken relation says:
    its sentences take the words of :meth:`words`, and ``clause``.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    finding_type: ClassVar[FindingType]
    required: ClassVar[frozenset[str]]
    optional: ClassVar[frozenset[str]] = frozenset()

    def prove(self, relation: Relation, registry: Registry) -> None:
        """Raises :class:`schemas.RegistryError` naming the relation's key that this kind cannot use."""
        given = set(relation.params)
        for key in sorted(given - self.required - self.optional):
            raise wrong(relation, key, f"{self.name} 没有这一项")
        for key in sorted(self.required - given):
            raise wrong(relation, key, "缺少该项")

    @abstractmethod
    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        """The assertions that the declaration stands for."""

    @staticmethod
    @abstractmethod
    def holds(values: pd.DataFrame, **options: Any) -> pd.Series[bool]:
        """Row by row, whether the check's operands (in order) agree; none of them is missing."""

    @abstractmethod
    def formula(self, check: Check, refs: Refs) -> str:
        """The live self-check; empty where one report cannot show it."""

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
    code, measure, *_ = column.split(".")
    return Spot("figures", code, measure)


def own(*measures: str) -> tuple[Spot, ...]:
    """Spots of a frame of indicators: measures of the row's own indicator."""
    return tuple(Spot("figures", "", measure) for measure in measures)


def indicator_at(relation: Relation, key: str, registry: Registry) -> Indicator:
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
    over = relation.params["over"]
    if over not in allowed:
        raise wrong(relation, "over", f"应为 {'、'.join(allowed)}")
    return str(over)


def tolerance(indicator: Indicator) -> float:
    """Amounts agree within half a unit of their last digit, 0.005 万元; counts exactly."""
    return 0.5 * 10.0**-indicator.decimals if indicator.is_amount else COUNT_TOLERANCE


COUNT_TOLERANCE = 1e-9
