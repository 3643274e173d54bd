"""The policy as typed, frozen values: what one year's registry holds.

Everything here is read from ``schemas/<year>/*.yaml`` and ``schemas/units.yaml`` by
:func:`schemas.load`; no bound, heading, unit name or weight is written in code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from schemas.assessment import Assessment, Waiver
from schemas.base import (
    MOST_DECIMALS,
    Code,
    Frozen,
    Number,
    Severity,
    Short,
    Text,
    UnitType,
    Whole,
    WorkPointCode,
)
from schemas.form import Form


class Kind(StrEnum):
    """The four kinds of indicator and how each is carried from month to month."""

    FLOW = "flow"  # 发生数: accumulates within the year
    STOCK = "stock"  # 期末数: a level at the period's end
    MILESTONE = "milestone"  # 节点: status, document number, date
    RATIO = "ratio"  # 比率: never typed, computed from two indicators


#: The input cells of each kind, in the order of the report's columns. ``explanation``
#: (核实说明) is an input of every row beside these.
MEASURES: Mapping[Kind, tuple[str, ...]] = {
    Kind.FLOW: ("month", "ytd", "prior_ytd"),
    Kind.STOCK: ("stock", "prior_stock"),
    Kind.MILESTONE: ("status", "document", "completed_on"),
    Kind.RATIO: (),
}
NUMERIC_MEASURES = ("month", "ytd", "prior_ytd", "stock", "prior_stock")
#: What each measure is called to the three users.
MEASURE_TITLES: Mapping[str, str] = {
    "month": "本月数",
    "ytd": "本年累计",
    "prior_ytd": "上年同期累计",
    "stock": "期末数",
    "prior_stock": "上年末数",
    "status": "状态",
    "document": "文号",
    "completed_on": "完成日期",
    "explanation": "核实说明",
}
#: What each kind of indicator is called to the three users.
KIND_TITLES: Mapping[Kind, str] = {
    Kind.FLOW: "发生数",
    Kind.STOCK: "期末数",
    Kind.MILESTONE: "节点",
    Kind.RATIO: "比率",
}
#: What each severity of a finding or relation is called to the three users.
SEVERITY_TITLES: Mapping[str, str] = {"error": "强制性", "query": "核实性", "note": "提示"}
#: Milestone states in the order in which they advance; 不适用 stands outside the order.
STATUSES = ("未启动", "推进中", "已完成")
STATUS_NOT_APPLICABLE = "不适用"


class Section(Frozen):
    """One of the notice's sections 一 to 五."""

    number: Whole = Field(ge=1, le=9)
    title: Text

    @property
    def numeral(self) -> str:
        return "一二三四五六七八九"[self.number - 1]

    @property
    def sheet(self) -> str:
        """The section's sheet in the assessment workbook."""
        return f"{self.numeral}、{self.title.removesuffix('方面')}"


class WorkPoint(Frozen):
    """A numbered item of the notice; ``title`` is its opening sentence, quoted."""

    code: WorkPointCode
    title: Text
    short: Text

    @property
    def section(self) -> int:
        return int(self.code[0])

    @property
    def item(self) -> int:
        return int(self.code[2:])


class Ratio(Frozen):
    """``numerator / denominator`` in per cent, taken over the year to date.

    With ``growth_of`` instead: the growth of that flow over the same period of last year.
    """

    numerator: Code | None = None
    denominator: Code | None = None
    growth_of: Code | None = None


class Indicator(Frozen):
    """A quantity or milestone that units report under a work point, or a ratio of two quantities.

    The first two digits of ``code`` are its work point, unless ``work_point`` is written: a code keeps its
    meaning when a later notice moves the item, and item numbers may have two digits.
    ``basis`` is quoted letter for letter from the work point's text in the notice.
    ``reported_by`` names unit types or single unit codes.
    """

    code: Code
    work_point: WorkPointCode
    name: Text
    unit: str  # unit of measure; empty for milestones
    kind: Kind
    reported_by: tuple[str, ...] = Field(min_length=1)
    basis: Text
    definition: Text
    direction: Literal["up", "down", "none"] = "none"
    headline: bool = False  # shown among the city's headline figures
    ratio: Ratio | None = None
    maximum: Number | None = None  # a bound that the definition itself implies
    decimals: Whole = Field(default=0, ge=0, le=MOST_DECIMALS)  # not written: those of its unit of measure

    @model_validator(mode="before")
    @classmethod
    def _work_point_from_code(cls, entry: Any) -> Any:
        code = entry.get("code") if isinstance(entry, dict) else None
        if not isinstance(code, str) or len(code) < 2 or "work_point" in entry:
            return entry
        return {**entry, "work_point": f"{code[0]}.{code[1]}"}

    @property
    def measures(self) -> tuple[str, ...]:
        return MEASURES[self.kind]

    @property
    def is_amount(self) -> bool:
        """Amounts take decimals; everything else that is typed is a whole count."""
        return self.decimals > 0 and self.kind is not Kind.RATIO


class Unit(Frozen):
    """A reporting unit (填报单位). ``code`` is GB/T 2260 where ``local`` is false."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{4,12}$")]
    name: Text
    short: Short
    type: UnitType
    aliases: tuple[Text, ...] = ()
    local: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.short, *self.aliases)


class Column(Frozen):
    """A column of a ledger. ``title`` is its heading; ``aliases`` are known variants."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    type: Literal["text", "choice", "date", "amount", "count", "yes_no", "uscc", "patent"]
    required: bool = True
    choices: tuple[Text, ...] = ()
    aliases: tuple[Text, ...] = ()
    unit: str = ""
    #: Dates: within the reporting period, or not after its end.
    within: Literal["period", "until_end"] | None = None
    #: ``within: period`` is then asked only of rows where that other date column is empty.
    unless: str | None = None

    @property
    def numeric(self) -> bool:
        return self.type in ("amount", "count")


class Ledger(Frozen):
    """The rows behind the figures (台账). ``key`` identifies a row within a unit's month."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z]+$", max_length=16)]  # as long as the register's
    title: Text  # also the sheet's name in the report
    key: tuple[str, ...] = Field(min_length=1)
    columns: tuple[Column, ...] = Field(min_length=1)
    aliases: tuple[Text, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}


class Relation(Frozen):
    """An articulation relation (勾稽关系), declared once.

    ``kind`` names a file of ``validations/kinds``; all keys beyond the common ones are that
    kind's own and are checked by it.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    id: Annotated[Text, StringConstraints(max_length=64)]  # as long as the register's column
    kind: Text
    severity: Severity
    trial: bool = False  # reported as a note only, while the office tries it out
    note: str = ""  # why the relation holds, for the rule register

    @property
    def params(self) -> Mapping[str, Any]:
        return dict(self.__pydantic_extra__ or {})


class Deadline(Frozen):
    """A day of the month after the period, moved to the next working day."""

    day: Whole = Field(ge=1, le=28)


class Registry(Frozen):
    """One year's policy. ``version`` is a digest of the files it was read from."""

    year: int
    version: str
    notice_title: Text
    issuer: Text  # the city office
    city: Text
    sections: tuple[Section, ...]
    work_points: tuple[WorkPoint, ...]
    indicators: tuple[Indicator, ...]
    ledgers: tuple[Ledger, ...]
    relations: tuple[Relation, ...]
    units: tuple[Unit, ...]
    unit_types: Mapping[str, str]  # type -> Chinese name
    deadline: Deadline
    assessment: Assessment
    waivers: tuple[Waiver, ...]
    form: Form

    @cached_property
    def indicator(self) -> Mapping[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def work_point(self) -> Mapping[str, WorkPoint]:
        return {point.code: point for point in self.work_points}

    @cached_property
    def ledger(self) -> Mapping[str, Ledger]:
        return {ledger.name: ledger for ledger in self.ledgers}

    @cached_property
    def unit(self) -> Mapping[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def unit_by_name(self) -> Mapping[str, Unit]:
        """Every accepted name, short name, alias and code -> unit."""
        named = {name: unit for unit in self.units for name in unit.names}
        return named | {unit.code: unit for unit in self.units}

    @cached_property
    def indicators_under(self) -> Mapping[str, tuple[Indicator, ...]]:
        """Work point -> its indicators, in the registry's order."""
        grouped: dict[str, list[Indicator]] = {point.code: [] for point in self.work_points}
        for indicator in self.indicators:
            grouped[indicator.work_point].append(indicator)
        return {code: tuple(indicators) for code, indicators in grouped.items()}

    @cached_property
    def units_of_measure(self) -> frozenset[str]:
        """The units of measure of all indicators and ledger columns."""
        columns = (column.unit for ledger in self.ledgers for column in ledger.columns)
        return frozenset({indicator.unit for indicator in self.indicators}.union(columns))

    def reports(self, unit: Unit, indicator: Indicator) -> bool:
        """Whether the unit must report the indicator."""
        return unit.type in indicator.reported_by or unit.code in indicator.reported_by

    def indicators_of(self, unit: Unit) -> tuple[Indicator, ...]:
        return tuple(i for i in self.indicators if self.reports(unit, i))

    def work_points_of(self, unit: Unit) -> tuple[WorkPoint, ...]:
        """Work points under which the unit reports something; these are its narrative rows."""
        codes = {indicator.work_point for indicator in self.indicators_of(unit)}
        return tuple(point for point in self.work_points if point.code in codes)

    def ledgers_of(self, unit: Unit) -> tuple[Ledger, ...]:
        """Ledgers behind at least one figure that the unit reports."""
        return self.ledgers_behind(indicator.code for indicator in self.indicators_of(unit))

    @cached_property
    def counting(self) -> tuple[Relation, ...]:
        """Relations by which an indicator's figure is an aggregate of the rows of a ledger."""
        return tuple(r for r in self.relations if "indicator" in r.params and "ledger" in r.params)

    def ledgers_behind(self, codes: Iterable[str]) -> tuple[Ledger, ...]:
        """Ledgers whose rows the figure of at least one of the indicators is counted from."""
        indicators = set(codes)
        names = {r.params["ledger"] for r in self.counting if r.params["indicator"] in indicators}
        return tuple(ledger for ledger in self.ledgers if ledger.name in names)

    def codes_behind(self, ledger: Ledger) -> tuple[str, ...]:
        """The indicators whose figures are aggregates of the ledger, in the order of the relations."""
        codes = (r.params["indicator"] for r in self.counting if r.params["ledger"] == ledger.name)
        return tuple(dict.fromkeys(codes))

    def touching(self, indicator: Indicator) -> tuple[Relation, ...]:
        """Relations that name the indicator, or hold over all of its kind."""
        return tuple(
            r
            for r in self.relations
            if r.params.get("over") == indicator.kind or indicator.code in self.codes_in(r)
        )

    def relations_of(self, unit: Unit) -> tuple[Relation, ...]:
        """Relations all of whose named indicators the unit reports."""
        reported = {indicator.code for indicator in self.indicators_of(unit)}
        return tuple(r for r in self.relations if self.codes_in(r) <= reported)

    def codes_in(self, relation: Relation) -> frozenset[str]:
        """The indicator codes that a relation names; empty for one over every flow or stock."""
        codes = self._codes_by_relation.get(relation.id)
        return self._codes(relation) if codes is None else codes

    @cached_property
    def _codes_by_relation(self) -> Mapping[str, frozenset[str]]:
        return {relation.id: self._codes(relation) for relation in self.relations}

    def _codes(self, relation: Relation) -> frozenset[str]:
        codes: set[str] = set()
        pending: list[Any] = list(relation.params.values())
        while pending:
            value = pending.pop()
            if isinstance(value, str) and value in self.indicator:
                codes.add(value)
            elif isinstance(value, Mapping):
                pending.extend(value.values())
            elif isinstance(value, list | tuple):
                pending.extend(value)
        return frozenset(codes)
