"""total: the whole equals the sum of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemas.models import STATUS_NOT_APPLICABLE, Registry, Relation
from schemas.proofs.relations import wrong
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs, decide, equal, every, numbers, text
from validations.declaring.relation import (
    REPORT,
    Check,
    RelationKind,
    figure,
    figure_spot,
    indicator_at,
    measures_at,
    part,
    tolerance,
)
from validations.declaring.wording import IndicatorNames, number

if TYPE_CHECKING:
    import pandas as pd


class Total(RelationKind):
    """A part that is 不适用 counts as 0; a relation whose whole is 不适用 is not evaluated."""

    name = "total"
    label = "合计"
    finding_type = FindingType(
        code=name,
        title="合计不符",
        severity="error",
        message="{whole}读到 {value}，应等于各部分之和 {expected}（{parts}；{clause}）。",
        action="请核对合计与各部分，改正有误的一项。",
    )
    required = frozenset({"whole", "parts", "measures"})

    def prove(self, relation: Relation, registry: Registry) -> None:
        super().prove(relation, registry)
        whole = indicator_at(relation, "whole", registry)
        parts = relation.params["parts"]
        if not isinstance(parts, list | tuple) or len(parts) < 2:
            raise wrong(relation, "parts", "应至少列出两个指标")
        for code in parts:
            if code not in registry.indicator:
                raise wrong(relation, "parts", f"没有指标 {code}")
        measures_at(relation, "measures", whole, *(registry.indicator[code] for code in parts))

    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        whole = registry.indicator[relation.params["whole"]]
        checks = []
        for measure in relation.params["measures"]:
            parts = (part(code, measure) for code in relation.params["parts"])
            columns = (figure(whole.code, measure), *parts)
            spots = tuple(map(figure_spot, columns))
            checks.append(Check(relation, REPORT, columns, spots, {"tolerance": tolerance(whole)}))
        return tuple(checks)

    @staticmethod
    def holds(values: pd.DataFrame, *, tolerance: float) -> pd.Series[bool]:  # type: ignore[override]
        difference = values.iloc[:, 0] - values.iloc[:, 1:].sum(axis=1)
        return difference.abs() <= tolerance

    def formula(self, check: Check, refs: Refs) -> str:
        whole, *parts = (refs(figure(spot.name, spot.column)) for spot in check.spots)
        absent = text(STATUS_NOT_APPLICABLE)
        not_applicable = "".join(f"+({cell}={absent})" for cell in parts)
        complete = every(numbers(whole), f"COUNT({','.join(parts)}){not_applicable}={len(parts)}")
        return decide(complete, equal(whole, f"SUM({','.join(parts)})", check.options["tolerance"]))

    def words(self, check: Check, row: Mapping[str, Any], naming: IndicatorNames) -> dict[str, str]:
        whole, *parts = check.columns
        return {
            "whole": naming.of(whole),
            "parts": "＋".join(f"{naming.figure(figure_spot(p).name)} {number(row[p])}" for p in parts),
            "value": number(row[whole]),
            "expected": number(sum(row[p] for p in parts)),
        }

    def title(self, check: Check, naming: IndicatorNames) -> str:
        whole, *parts = check.columns
        return f"{naming.of(whole)} = {' + '.join(figure_spot(p).name for p in parts)}"


KIND = Total()
