"""Base of the three ledger relations: a figure equals an aggregate of ledger rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from schemas.models import NUMERIC_MEASURES, Column, Ledger, Registry, Relation
from schemas.periods import Period
from schemas.proofs.relations import wrong
from validations.declaring.formulas import Refs, decide, equal, numbers, text
from validations.declaring.relation import (
    REPORT,
    Check,
    RelationKind,
    Spot,
    figure,
    figure_spot,
    indicator_at,
    tolerance,
)
from validations.declaring.wording import IndicatorNames, number

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def measure_of(relation: Relation) -> str:
    """The measure that a ledger relation compares; ``month`` where it names none."""
    return str(relation.params.get("measure", "month"))


class LedgerKind(RelationKind):
    """``where`` keeps rows with the given texts, ``date`` rows whose date lies within the period.

    The report frame has the aggregate in a column named by the relation's id.
    """

    required = frozenset({"indicator", "ledger"})
    optional = frozenset({"where", "date", "measure"})
    #: Whether the city's figure is counted from the merged ledger, because the units' figures don't add up.
    distinct: ClassVar[bool] = False

    def prove(self, relation: Relation, registry: Registry) -> None:
        super().prove(relation, registry)
        indicator = indicator_at(relation, "indicator", registry)
        measure = measure_of(relation)
        if measure not in indicator.measures or measure not in NUMERIC_MEASURES:
            raise wrong(relation, "measure", f"指标 {indicator.code} 没有 {measure} 这一数")
        ledger = registry.ledger.get(relation.params["ledger"])
        if ledger is None:
            raise wrong(relation, "ledger", f"没有台账 {relation.params['ledger']}")
        for key in ("column", "date"):
            if key in relation.params:
                self.prove_column(relation, key, column_at(relation, key, ledger))
        for name in relation.params.get("where", {}):
            column_at(relation, f"where.{name}", ledger)

    def prove_column(self, relation: Relation, key: str, column: Column) -> None:
        """Raises :class:`schemas.RegistryError` where the column's type does not suit."""
        if key == "date" and column.type != "date":
            raise wrong(relation, key, f"列 {column.name} 不是 date 列")

    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        indicator = registry.indicator[relation.params["indicator"]]
        column = figure(indicator.code, measure_of(relation))
        spots = (figure_spot(column), Spot("ledger", relation.params["ledger"], ""))
        options = {"tolerance": tolerance(indicator)}
        return (Check(relation, REPORT, (column, relation.id), spots, options),)

    def uses(self, relation: Relation) -> tuple[str, ...]:
        """The ledger columns that the aggregate depends on."""
        names = [relation.params.get(key) for key in ("date", "column")]
        return tuple(name for name in (*relation.params.get("where", {}), *names) if name is not None)

    @staticmethod
    def holds(values: pd.DataFrame, *, tolerance: float) -> pd.Series[bool]:  # type: ignore[override]
        return (values.iloc[:, 0] - values.iloc[:, 1]).abs() <= tolerance

    @abstractmethod
    def reduce(self, owner: np.ndarray, values: pd.Series[Any], size: int) -> np.ndarray:
        """The aggregate of each of ``size`` submissions; ``owner`` is the submission number of each value."""

    @abstractmethod
    def expression(self, relation: Relation, refs: Refs) -> str:
        """The aggregate as an Excel expression."""

    @abstractmethod
    def aggregate_title(self, relation: Relation, ledger: Ledger) -> str:
        """The aggregate's name in Chinese."""

    def formula(self, check: Check, refs: Refs) -> str:
        cell = refs(check.columns[0])
        total = self.expression(check.relation, refs)
        return decide(numbers(cell), equal(cell, total, check.options["tolerance"]))

    def words(self, check: Check, row: Mapping[str, Any], naming: IndicatorNames) -> dict[str, str]:
        return {
            "figure": naming.of(check.columns[0]),
            "aggregate": self._named(check.relation, naming.registry),
            "value": number(row[check.columns[0]]),
            "expected": number(row[check.relation.id]),
        }

    def title(self, check: Check, naming: IndicatorNames) -> str:
        return f"{naming.of(check.columns[0])} = {self._named(check.relation, naming.registry)}"

    def register_title(self, relation: Relation, registry: Registry) -> str:
        return self.title(self.checks(relation, registry)[0], IndicatorNames(registry))

    def _named(self, relation: Relation, registry: Registry) -> str:
        return self.aggregate_title(relation, registry.ledger[relation.params["ledger"]])


def column_at(relation: Relation, key: str, ledger: Ledger) -> Column:
    """The ledger column that ``key`` names. Raises :class:`schemas.RegistryError` if there is none."""
    name = key.removeprefix("where.") if key.startswith("where.") else relation.params[key]
    if name not in ledger.by_name:
        raise wrong(relation, key, f"台账 {ledger.name} 没有列 {name}")
    return ledger.by_name[name]


def counted(relation: Relation, rows: pd.DataFrame) -> np.ndarray:
    """Booleans: the rows of a ledger's frame (``validations.frames``) that the relation counts."""
    import numpy as np

    kept = np.ones(len(rows), dtype=bool)
    for name, value in relation.params.get("where", {}).items():
        kept &= (rows[name] == value).to_numpy(dtype=bool)
    if "date" in relation.params and len(rows):
        # ISO dates begin with their month; a blank date belongs to no month
        days = rows[relation.params["date"]].astype(object).where(rows[relation.params["date"]].notna(), "")
        months = days.str.slice(0, 7)
        texts = {text: str(Period.parse(text)) for text in rows["period"].unique()}
        kept &= (months == rows["period"].map(texts)).to_numpy(dtype=bool)
    return kept


def kept_rows(relation: Relation, ledger: Ledger) -> str:
    """The relation's conditions in Chinese: 《执法案件台账》中案件类型为商标、立案日期在本月的."""
    conditions = [
        f"{ledger.by_name[name].title}为{value}" for name, value in relation.params.get("where", {}).items()
    ]
    if "date" in relation.params:
        conditions.append(f"{ledger.by_name[relation.params['date']].title}在本月")
    return f"《{ledger.title}》" + (f"中{'、'.join(conditions)}的" if conditions else "的")


def criteria(relation: Relation, refs: Refs) -> list[str]:
    """The relation's conditions as pairs of range and criterion for COUNTIFS and SUMIFS."""
    name = relation.params["ledger"]
    pairs = [
        f"{refs.rows(name, column)},{text(value)}"
        for column, value in relation.params.get("where", {}).items()
    ]
    if "date" in relation.params:
        rows = refs.rows(name, relation.params["date"])
        start, end = refs.period_bounds
        pairs += [f'{rows},">="&{start}', f'{rows},"<="&{end}']
    return pairs
