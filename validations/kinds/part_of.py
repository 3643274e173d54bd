"""part_of: a part does not exceed its whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemas.models import Registry, Relation
from schemas.proofs.relations import wrong
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs, decide, literal, numbers
from validations.declaring.relation import (
    REPORT,
    Check,
    RelationKind,
    figure,
    figure_spot,
    indicator_at,
    measures_at,
    tolerance,
)
from validations.declaring.wording import IndicatorNames, number

if TYPE_CHECKING:
    import pandas as pd


class PartOf(RelationKind):
    """``whole_measures`` pairs each of ``measures`` with another measure of the whole."""

    name = "part_of"
    label = "部分不超过整体"
    finding_type = FindingType(
        code=name,
        title="部分大于总体",
        severity="error",
        message="{part}读到 {value}，不应大于{whole} {limit}（{clause}）。",
        action="请核对这两项，改正有误的一项。",
    )
    required = frozenset({"part", "whole", "measures"})
    optional = frozenset({"whole_measures"})

    def prove(self, relation: Relation, registry: Registry) -> None:
        super().prove(relation, registry)
        part, whole = (indicator_at(relation, key, registry) for key in ("part", "whole"))
        measures = measures_at(relation, "measures", part)
        key = "whole_measures" if "whole_measures" in relation.params else "measures"
        if len(measures_at(relation, key, whole)) != len(measures):
            raise wrong(relation, key, "应与 measures 一一对应")

    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        params = relation.params
        part, whole = registry.indicator[params["part"]], registry.indicator[params["whole"]]
        pairs = zip(params["measures"], params.get("whole_measures", params["measures"]), strict=True)
        checks = []
        for of_part, of_whole in pairs:
            columns = (figure(part.code, of_part), figure(whole.code, of_whole))
            spots = tuple(map(figure_spot, columns))
            checks.append(Check(relation, REPORT, columns, spots, {"tolerance": tolerance(part)}))
        return tuple(checks)

    @staticmethod
    def holds(values: pd.DataFrame, *, tolerance: float) -> pd.Series[bool]:  # type: ignore[override]
        return values.iloc[:, 0] - values.iloc[:, 1] <= tolerance

    def formula(self, check: Check, refs: Refs) -> str:
        part, whole = map(refs, check.columns)
        return decide(numbers(part, whole), f"{part}-{whole}<={literal(check.options['tolerance'])}")

    def words(self, check: Check, row: Mapping[str, Any], naming: IndicatorNames) -> dict[str, str]:
        part, whole = check.columns
        return {
            "part": naming.of(part),
            "whole": naming.of(whole),
            "value": number(row[part]),
            "limit": number(row[whole]),
            "expected": f"不大于 {number(row[whole])}",
        }

    def title(self, check: Check, naming: IndicatorNames) -> str:
        part, whole = check.columns
        return f"{naming.of(part)} ≤ {naming.of(whole)}"


KIND = PartOf()
