"""prior_year_agrees: the figure for the same period of last year is the one accepted a year ago."""

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


class PriorYearAgrees(RelationKind):
    """``year_before`` is missing where no report was accepted a year ago."""

    name = "prior_year_agrees"
    label = "与上年一致"
    finding_type = FindingType(
        code=name,
        title="与上年已接收数不符",
        severity="query",
        message="{figure}读到 {value}，系统上年同月接收的累计为 {expected}（{clause}）。",
        action="请核对；口径确有调整的，请在本行“核实说明”写明原因。",
    )
    required = frozenset({"over"})

    def prove(self, relation: Relation, registry: Registry) -> None:
        super().prove(relation, registry)
        over_at(relation, "flow")

    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        return (Check(relation, "flow", ("prior_ytd", "year_before", "tolerance"), own("prior_ytd")),)

    @staticmethod
    def holds(values: pd.DataFrame, **_: Any) -> pd.Series[bool]:
        return (values["prior_ytd"] - values["year_before"]).abs() <= values["tolerance"]

    def formula(self, check: Check, refs: Refs) -> str:
        within = tolerance(refs.own)
        prior, accepted = refs("prior_ytd"), refs("year_before")
        return decide(numbers(prior, accepted), equal(prior, accepted, within))

    def words(self, check: Check, row: Mapping[str, Any], naming: IndicatorNames) -> dict[str, str]:
        return {
            "figure": naming.full("prior_ytd"),
            "value": number(row["prior_ytd"]),
            "expected": number(row["year_before"]),
        }

    def title(self, check: Check, naming: IndicatorNames) -> str:
        return f"{naming.full('prior_ytd')} = 系统上年同月接收的本年累计"


KIND = PriorYearAgrees()
