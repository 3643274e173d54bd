"""implies: a figure above 0, or a milestone's status, requires another figure, a date or a narrative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemas.models import MEASURES, STATUSES, Kind, Registry, Relation
from schemas.proofs.relations import wrong
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs, decide, numbers, text
from validations.declaring.relation import (
    REPORT,
    Check,
    RelationKind,
    Spot,
    figure,
    figure_spot,
    indicator_at,
    over_at,
    own,
)
from validations.declaring.wording import IndicatorNames, number

if TYPE_CHECKING:
    import pandas as pd

#: The three forms of a declaration, each with the keys that it takes.
_FIGURES = frozenset({"when", "then", "measure"})
_STATUS = frozenset({"over", "status", "then_measure"})
_NARRATIVE = frozenset({"over", "then_narrative"})


class Implies(RelationKind):
    name = "implies"
    label = "有此必有彼"
    finding_type = FindingType(
        code=name,
        title="应填未填",
        severity="error",
        message="{when}，{then}应{expected}，现读到“{value}”（{clause}）。",
        action="请补填；前一项有误的请改正前一项。",
    )
    required = frozenset()
    optional = _FIGURES | _STATUS | _NARRATIVE

    def prove(self, relation: Relation, registry: Registry) -> None:
        super().prove(relation, registry)
        keys = set(relation.params)
        if keys == _FIGURES:
            pair = [indicator_at(relation, key, registry) for key in ("when", "then")]
            for indicator in pair:
                if relation.params["measure"] not in indicator.measures:
                    raise wrong(relation, "measure", f"指标 {indicator.code} 没有这一数")
        elif keys == _STATUS:
            over_at(relation, "milestone")
            if relation.params["status"] not in STATUSES:
                raise wrong(relation, "status", f"应为 {'、'.join(STATUSES)} 之一")
            if relation.params["then_measure"] not in MEASURES[Kind.MILESTONE]:
                raise wrong(relation, "then_measure", "节点没有这一项")
        elif keys == _NARRATIVE:
            over_at(relation, "flow")
        else:
            raise wrong(
                relation,
                "kind",
                "应写 when、then、measure，或 over、status、then_measure，或 over、then_narrative",
            )

    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        params = relation.params
        if "when" in params:
            columns = (figure(params["when"], params["measure"]), figure(params["then"], params["measure"]))
            return (Check(relation, REPORT, columns, tuple(map(figure_spot, reversed(columns)))),)
        if "status" in params:
            then = params["then_measure"]
            columns = ("status", f"{then}.given")
            return (Check(relation, "milestone", columns, own(then, "status"), {"status": params["status"]}),)
        spots = (Spot("progress", "", "progress"), *own("month"))
        return (Check(relation, "flow", ("month", "narrative"), spots),)

    @staticmethod
    def holds(values: pd.DataFrame, *, status: str | None = None) -> pd.Series[bool]:  # type: ignore[override]
        applies = values.iloc[:, 0] > 0 if status is None else values.iloc[:, 0] == status
        return ~applies | (values.iloc[:, 1] > 0)

    def formula(self, check: Check, refs: Refs) -> str:
        if "status" in check.options:
            status, then = refs("status"), refs(check.spots[0].column)
            applies = f"{status}={text(check.options['status'])}"
            known = f"OR({','.join(f'{status}={text(s)}' for s in STATUSES)})"
            return decide(known, f"OR(NOT({applies}),LEN(TRIM({then}))>0)")
        when, then = map(refs, check.columns)
        if check.columns[1] == "narrative":
            return decide(numbers(when), f"OR({when}<=0,LEN(TRIM({then}))>0)")
        return decide(numbers(when, then), f"OR({when}<=0,{then}>0)")

    def words(self, check: Check, row: Mapping[str, Any], naming: IndicatorNames) -> dict[str, str]:
        when, then = check.columns
        if check.frame == REPORT:
            return {
                "when": f"{naming.of(when)}为 {number(row[when])}",
                "then": naming.of(then),
                "value": number(row[then]),
                "expected": "大于 0",
            }
        if "status" in check.options:
            return {
                "when": f"{naming.full('status')}为“{row['status']}”",
                "then": naming.of(check.spots[0].column),
                "value": "空",
                "expected": "填写",
            }
        return {
            "when": f"{naming.full('month')}为 {number(row['month'])}",
            "then": "工作进展",
            "value": "空",
            "expected": "有文字说明",
        }

    def title(self, check: Check, naming: IndicatorNames) -> str:
        when, then = check.columns
        if check.frame == REPORT:
            return f"{naming.of(when)} > 0 时，{naming.of(then)} > 0"
        if "status" in check.options:
            then_title = naming.of(check.spots[0].column)
            return f"{naming.full('status')}为“{check.options['status']}”时，{then_title}须填写"
        return f"{naming.full('month')} > 0 时，工作进展须有文字说明"


KIND = Implies()
