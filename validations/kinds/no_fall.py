"""no_fall: a stock or a milestone's status is not below the one accepted last month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemas.models import STATUSES, Registry, Relation
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs, decide, every, literal, numbers, text
from validations.declaring.relation import COUNT_TOLERANCE, Check, RelationKind, over_at, own
from validations.declaring.wording import IndicatorNames, number

if TYPE_CHECKING:
    import pandas as pd

_MEASURE = {"stock": "stock", "milestone": "status"}


class NoFall(RelationKind):
    name = "no_fall"
    label = "不减少"
    finding_type = FindingType(
        code=name,
        title="较上月下降",
        severity="query",
        message="{figure}读到 {value}，低于上月已接收的 {last_month}（{clause}）。",
        action="请核对；数据无误的，请在本行“核实说明”写明原因。",
    )
    required = frozenset({"over"})

    def prove(self, relation: Relation, registry: Registry) -> None:
        super().prove(relation, registry)
        over_at(relation, *_MEASURE)

    def checks(self, relation: Relation, registry: Registry) -> tuple[Check, ...]:
        over = relation.params["over"]
        measure = _MEASURE[over]
        order = {"order": list(STATUSES)} if over == "milestone" else {}
        return (Check(relation, over, (measure, "last_month"), own(measure), order),)

    @staticmethod
    def holds(values: pd.DataFrame, *, order: list[str] | None = None) -> pd.Series[bool]:  # type: ignore[override]
        now, before = values.iloc[:, 0], values.iloc[:, 1]
        if order is not None:
            rank = {status: n for n, status in enumerate(order)}
            now, before = now.map(rank), before.map(rank)
        return before - now <= COUNT_TOLERANCE

    def formula(self, check: Check, refs: Refs) -> str:
        now, before = map(refs, check.columns)
        if "order" not in check.options:
            return decide(numbers(now, before), f"{before}-{now}<={literal(COUNT_TOLERANCE)}")
        if refs.january:  # a new notice's milestones start at the first status
            return decide(_known(now), "TRUE")
        return decide(every(_known(now), _known(before)), f"{_rank(before)}<={_rank(now)}")

    def words(self, check: Check, row: Mapping[str, Any], naming: IndicatorNames) -> dict[str, str]:
        now, before = (row[name] for name in check.columns)
        value, last_month = (f"“{v}”" if isinstance(v, str) else number(v) for v in (now, before))
        return {
            "figure": naming.full(check.columns[0]),
            "value": value,
            "last_month": last_month,
            "expected": f"不低于上月的 {last_month}",
        }

    def title(self, check: Check, naming: IndicatorNames) -> str:
        return f"{naming.full(check.columns[0])}不低于上月"


def _known(ref: str) -> str:
    """A condition: the cell holds a status other than 不适用."""
    return f"OR({','.join(f'{ref}={text(status)}' for status in STATUSES)})"


def _rank(ref: str) -> str:
    """The position of the cell's status in STATUSES, as an expression."""
    return "(" + "+".join(f"{n}*({ref}={text(status)})" for n, status in enumerate(STATUSES) if n) + ")"


KIND = NoFall()
