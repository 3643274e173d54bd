"""carry_forward: the year to date is last month's accepted year to date plus this month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemas.models import Registry, Relation
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs, decide, equal, numbers
from validations.declaring.relation import Check, RelationKind, over_at, own, tolerance
from validations.declaring.wording import IndicatorNames, number

if TYPE_CHECKING:
    import pandas as pd


class CarryForward(RelationKind):
    """``last_month`` is 0 in January, and missing where nothing was accepted last month."""

    name = "carry_forward"
    label = "累计衔接"
    finding_type = FindingType(
        code=name,
        title="累计不衔接",
        severity="error",
        message="{figure}读到 {value}，应为 {expected}：上月累计 {last_month} 加本月数 {month}（{clause}）。",
        action="请核对本月数和本年累计；上月报错的，请先更正上月报表。",
    )
    required = frozenset({"over"})

    def prove(self, relation: Relation, registry: Registry) -> None:
        super().prove(relation, registry)
        over_at(relation, "flow")

    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        columns = ("ytd", "month", "last_month", "tolerance")
        return (Check(relation, "flow", columns, own("ytd", "month")),)

    @staticmethod
    def holds(values: pd.DataFrame, **_: Any) -> pd.Series[bool]:
        difference = values["ytd"] - values["last_month"] - values["month"]
        return difference.abs() <= values["tolerance"]

    def formula(self, check: Check, refs: Refs) -> str:
        within = tolerance(refs.own)
        ytd, month = refs("ytd"), refs("month")
        if refs.january:
            return decide(numbers(ytd, month), equal(ytd, month, within))
        last = refs("last_month")
        return decide(numbers(ytd, month, last), equal(ytd, f"{last}+{month}", within))

    def words(self, check: Check, row: Mapping[str, Any], naming: IndicatorNames) -> dict[str, str]:
        return {
            "figure": naming.full("ytd"),
            "value": number(row["ytd"]),
            "last_month": number(row["last_month"]),
            "month": number(row["month"]),
            "expected": number(row["last_month"] + row["month"]),
        }

    def title(self, check: Check, naming: IndicatorNames) -> str:
        return f"{naming.full('ytd')} = 上月累计 + 本月数"


KIND = CarryForward()
