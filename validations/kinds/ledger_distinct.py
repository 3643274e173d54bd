"""ledger_distinct: the figure is the number of different values in a ledger's column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.models import Ledger, Relation
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import Refs
from validations.declaring.ledger_relation import LedgerKind, kept_rows

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class LedgerDistinct(LedgerKind):
    """Doesn't take ``where`` or ``date``: the formula counts each value at its first row."""

    name = "ledger_distinct"
    label = "台账去重"
    finding_type = FindingType(
        code=name,
        title="与台账户数不符",
        severity="error",
        message="{figure}读到 {value}，应为 {expected}：{aggregate}（{clause}）。",
        action="请核对这一项和台账；同一企业多笔只计一家。",
    )
    required = frozenset({"indicator", "ledger", "column"})
    optional = frozenset({"measure"})
    distinct = True

    def reduce(self, owner: np.ndarray, values: pd.Series[Any], size: int) -> np.ndarray:
        import numpy as np  # not needed for titles and formulas

        filled = values.notna().to_numpy()
        first = ~values[filled].to_frame("value").assign(owner=owner[filled]).duplicated().to_numpy()
        return np.bincount(owner[filled][first], minlength=size).astype("float64")

    def expression(self, relation: Relation, refs: Refs) -> str:
        # MATCH compares texts whole; COUNTIF would take an 18-digit code for a number and lose digits
        rows = refs.rows(relation.params["ledger"], relation.params["column"])
        top = rows.split(":")[0]
        return f'SUMPRODUCT(({rows}<>"")*(MATCH({rows}&"",{rows}&"",0)=ROW({rows})-ROW({top})+1))'

    def aggregate_title(self, relation: Relation, ledger: Ledger) -> str:
        return f"{kept_rows(relation, ledger)}不同{ledger.by_name[relation.params['column']].title}个数"


KIND = LedgerDistinct()
