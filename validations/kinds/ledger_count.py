"""ledger_count: the figure is the number of ledger rows of its sort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.models import Ledger, Relation
from validations.formulas import Refs
from validations.ledger_kind import LedgerKind, criteria, kept_rows

if TYPE_CHECKING:
    import pandas as pd


class LedgerCount(LedgerKind):
    name = "ledger_count"

    def reduce(self, owner: np.ndarray, values: pd.Series[Any], size: int) -> np.ndarray:
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
