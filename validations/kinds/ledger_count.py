"""ledger_count: the figure is the number of the ledger rows that match the conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.models import Ledger, Relation
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs
from validations.declaring.ledger_relation import LedgerKind, criteria, kept_rows

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class LedgerCount(LedgerKind):
    name = "ledger_count"
    label = "台账条数"
    finding_type = FindingType(
        code=name,
        title="与台账条数不符",
        severity="error",
        message="{figure}读到 {value}，应为 {expected}：{aggregate}（{clause}）。",
        action="请核对这一项和台账：漏登的补登，重登的删去，填错的改正。",
    )

    def reduce(self, owner: np.ndarray, values: pd.Series[Any], size: int) -> np.ndarray:
        import numpy as np  # not needed for titles and formulas

        return np.bincount(owner, minlength=size).astype("float64")

    def expression(self, relation: Relation, refs: Refs) -> str:
        pairs = criteria(relation, refs)
        if pairs:
            return f"COUNTIFS({','.join(pairs)})"
        name = relation.params["ledger"]
        return f"COUNTA({refs.rows(name, refs.layout.registry.ledger[name].key[0])})"

    def aggregate_title(self, relation: Relation, ledger: Ledger) -> str:
        return f"{kept_rows(relation, ledger)}条数"


KIND = LedgerCount()
