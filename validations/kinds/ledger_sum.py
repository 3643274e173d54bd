"""ledger_sum: the figure is the sum of a ledger's column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.models import Column, Ledger, Relation
from validations.formulas import Refs
from validations.ledger_kind import LedgerKind, criteria, kept_rows
from validations.relation import wrong

if TYPE_CHECKING:
    import pandas as pd


class LedgerSum(LedgerKind):
    """A cell that may be blank and is blank adds nothing."""

    name = "ledger_sum"
    required = frozenset({"indicator", "ledger", "column"})

    def prove_column(self, relation: Relation, key: str, column: Column) -> None:
        super().prove_column(relation, key, column)
        if key == "column" and not column.numeric:
            raise wrong(relation, key, f"列 {column.name} 不是数")

    def reduce(self, owner: np.ndarray, values: pd.Series[Any], size: int) -> np.ndarray:
        return np.bincount(owner, weights=values.fillna(0.0).to_numpy("float64"), minlength=size)

    def expression(self, relation: Relation, refs: Refs) -> str:
        rows = refs.rows(relation.params["ledger"], relation.params["column"])
        pairs = criteria(relation, refs)
        return f"SUMIFS({','.join([rows, *pairs])})" if pairs else f"SUM({rows})"

    def aggregate_title(self, relation: Relation, ledger: Ledger) -> str:
        return f"{kept_rows(relation, ledger)}{ledger.by_name[relation.params['column']].title}合计"


KIND = LedgerSum()
