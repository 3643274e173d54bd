"""steady: a figure differs from the one it is compared with by no more than a factor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemas.models import MEASURES, Kind, Registry, Relation
from schemas.proofs.relations import wrong
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs, decide, literal, numbers
from validations.declaring.relation import Check, RelationKind, over_at, own
from validations.declaring.wording import IndicatorNames, number

if TYPE_CHECKING:
    import pandas as pd


class Steady(RelationKind):
    """Compares only where the larger figure reaches ``floor``, because small counts vary widely."""

    name = "steady"
    label = "变动幅度"
    finding_type = FindingType(
        code=name,
        title="变动较大",
        severity="query",
        message="{figure}读到 {value}，与{against} {base} 相差超过 {factor} 倍（{clause}）。",
        action="请核对；数据无误的，请在本行“核实说明”写明原因。",
    )
    required = frozenset({"over", "measure", "against", "factor", "floor"})

    def prove(self, relation: Relation, registry: Registry) -> None:
        super().prove(relation, registry)
        over = over_at(relation, "flow", "stock")
        for key in ("measure", "against"):
            if relation.params[key] not in MEASURES[Kind(over)]:
                raise wrong(relation, key, f"{over} 类指标没有 {relation.params[key]} 这一数")
        for key, least in (("factor", 1), ("floor", 0)):
            value = relation.params[key]
            if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < math.inf:
                raise wrong(relation, key, f"应为不小于 {least} 的数")

    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        params = relation.params
        columns = (params["measure"], params["against"])
        options = {"factor": float(params["factor"]), "floor": float(params["floor"])}
        return (Check(relation, params["over"], columns, own(*columns), options),)

    @staticmethod
    def holds(values: pd.DataFrame, *, factor: float, floor: float) -> pd.Series[bool]:  # type: ignore[override]
        larger, smaller = values.max(axis=1), values.min(axis=1)
        return (larger < floor) | (larger <= factor * smaller)

    def formula(self, check: Check, refs: Refs) -> str:
        pair = ",".join(map(refs, check.columns))
        factor, floor = check.options["factor"], check.options["floor"]
        swing = f"OR(MAX({pair})<{literal(floor)},MAX({pair})<={literal(factor)}*MIN({pair}))"
        return decide(numbers(*map(refs, check.columns)), swing)

    def words(self, check: Check, row: Mapping[str, Any], naming: IndicatorNames) -> dict[str, str]:
        measure, against = check.columns
        base, factor = number(row[against]), number(check.options["factor"])
        return {
            "figure": naming.full(measure),
            "against": naming.of(against),
            "value": number(row[measure]),
            "base": base,
            "factor": factor,
            "expected": f"与{naming.of(against)} {base} 相差不超过 {factor} 倍",
        }

    def title(self, check: Check, naming: IndicatorNames) -> str:
        measure, against = check.columns
        return f"{naming.full(measure)}与{naming.of(against)}相差不超过 {number(check.options['factor'])} 倍"


KIND = Steady()
