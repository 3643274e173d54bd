"""month_within_year: the month does not exceed the year to date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemas.models import Registry, Relation
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs, decide, literal, numbers
from validations.declaring.relation import Check, RelationKind, over_at, own, tolerance
from validations.declaring.wording import IndicatorNames, number

if TYPE_CHECKING:
    import pandas as pd


class MonthWithinYear(RelationKind):
    """The finding is placed at the year to date, as that of carry_forward is, so that both give one cause."""

    name = "month_within_year"
    label = "本月不超过累计"
    finding_type = FindingType(
        code=name,
        title="本月数大于累计",
        severity="error",
        message="{figure}读到 {value}，小于本月数 {month}，累计应包含本月（{clause}）。",
        action="请核对本月数和本年累计，改正有误的一项。",
    )
    required = frozenset({"over"})

    def prove(self, relation: Relation, registry: Registry) -> None:
        super().prove(relation, registry)
        over_at(relation, "flow")

    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        return (Check(relation, "flow", ("month", "ytd", "tolerance"), own("ytd", "month")),)

    @staticmethod
    def holds(values: pd.DataFrame, **_: Any) -> pd.Series[bool]:
        return values["month"] - values["ytd"] <= values["tolerance"]

    def formula(self, check: Check, refs: Refs) -> str:
        within = tolerance(refs.own)
        month, ytd = refs("month"), refs("ytd")
        return decide(numbers(month, ytd), f"{month}-{ytd}<={literal(within)}")

    def words(self, check: Check, row: Mapping[str, Any], naming: IndicatorNames) -> dict[str, str]:
        return {
            "figure": naming.full("ytd"),
            "value": number(row["ytd"]),
            "month": number(row["month"]),
            "expected": f"不小于 {number(row['month'])}",
        }

    def title(self, check: Check, naming: IndicatorNames) -> str:
        return f"{naming.full('month')} ≤ 本年累计"


KIND = MonthWithinYear()
