"""unique_across_units: no two units report the same ledger row; checked on the city's merged ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemas.models import Registry, Relation
from schemas.proofs.relations import wrong
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs
from validations.declaring.relation import CITY, Check, RelationKind, Spot
from validations.declaring.wording import IndicatorNames

if TYPE_CHECKING:
    import pandas as pd


class UniqueAcrossUnits(RelationKind):
    name = "unique_across_units"
    label = "单位间不重复"
    finding_type = FindingType(
        code=name,
        title="两个单位重复填报",
        severity="query",
        message="{what}“{value}”同时由{others}填报，应只由一个单位填报（{clause}）。",
        action="请与对方单位核实由谁填报，另一方更正报送。",
    )
    required = frozenset({"ledger", "columns"})

    def prove(self, relation: Relation, registry: Registry) -> None:
        super().prove(relation, registry)
        ledger = registry.ledger.get(relation.params["ledger"])
        if ledger is None:
            raise wrong(relation, "ledger", f"没有台账 {relation.params['ledger']}")
        columns = relation.params["columns"]
        if not isinstance(columns, list | tuple) or not columns:
            raise wrong(relation, "columns", "应为列表")
        for name in columns:
            if name not in ledger.by_name:
                raise wrong(relation, "columns", f"台账 {ledger.name} 没有列 {name}")

    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        name, columns = relation.params["ledger"], tuple(relation.params["columns"])
        return (Check(relation, CITY + name, (*columns, "unit_code"), (Spot("ledger", name, columns[0]),)),)

    @staticmethod
    def holds(values: pd.DataFrame, **_: Any) -> pd.Series[bool]:
        columns = list(values.columns[:-1])
        return values.groupby(columns)["unit_code"].transform("nunique") <= 1

    def formula(self, check: Check, refs: Refs) -> str:
        return ""

    def words(self, check: Check, row: Mapping[str, Any], naming: IndicatorNames) -> dict[str, str]:
        columns = naming.registry.ledger[check.relation.params["ledger"]].by_name
        keys = check.columns[:-1]
        shown = "、".join(str(row[name]) for name in keys)
        others = [naming.registry.unit[code].short for code in row["others"]]
        return {
            "what": "、".join(columns[name].title for name in keys),
            "value": shown,
            "others": "、".join(others),
            "expected": "只由一个单位填报",
        }

    def title(self, check: Check, naming: IndicatorNames) -> str:
        ledger = naming.registry.ledger[check.relation.params["ledger"]]
        what = "、".join(ledger.by_name[name].title for name in check.columns[:-1])
        return f"《{ledger.title}》的{what}不由两个单位重复填报"


KIND = UniqueAcrossUnits()
