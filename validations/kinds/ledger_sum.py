"""ledger_sum: the figure is the sum of a ledger's column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.models import Column, Ledger, Relation
from schemas.proofs.relations import wrong
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs
from validations.declaring.ledger_relation import LedgerKind, criteria, kept_rows

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class LedgerSum(LedgerKind):
    """Blank cells of an optional column add nothing."""

    name = "ledger_sum"
    label = "台账合计"
    finding_type = FindingType(
        code=name,
        title="与台账合计不符",
        severity="error",
        message="{figure}读到 {value}，应为 {expected}：{aggregate}（{clause}）。",
        action="请核对这一项和台账中的金额或人次，改正有误的一处。",
    )
    required = frozenset({"indicator", "ledger", "column"})

    def prove_column(self, relation: Relation, key: str, column: Column) -> None:
        super().prove_column(relation, key, column)
        if key == "column" and not column.numeric:
            raise wrong(relation, key, f"列 {column.name} 不是数")

    def reduce(self, owner: np.ndarray, values: pd.Series[Any], size: int) -> np.ndarray:
        import numpy as np  # not needed for titles and formulas

        return np.bincount(owner, weights=values.fillna(0.0).to_numpy("float64"), minlength=size)

    def expression(self, relation: Relation, refs: Refs) -> str:
        rows = refs.rows(relation.params["ledger"], relation.params["column"])
        pairs = criteria(relation, refs)
        return f"SUMIFS({','.join([rows, *pairs])})" if pairs else f"SUM({rows})"

    def aggregate_title(self, relation: Relation, ledger: Ledger) -> str:
        return f"{kept_rows(relation, ledger)}{ledger.by_name[relation.params['column']].title}合计"


KIND = LedgerSum()
