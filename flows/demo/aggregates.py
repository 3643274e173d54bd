"""Figures counted from ledger rows, as the relations say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from flows.demo.draws import money
from schemas import Period
from schemas.models import Relation
from validations.declaring.ledger_relation import LedgerKind
from validations.kinds import kind_of


def aggregate(
    relation: Relation, rows: Mapping[str, Sequence[Mapping[str, Any]]], period: Period
) -> float | int:
    """The figure that a ledger relation derives from the month's rows, by ledger."""
    kind, params = kind_of(relation), relation.params
    if not isinstance(kind, LedgerKind):
        raise TypeError(f"no aggregate of a ledger: {relation.kind}")
    counted = [row for row in rows.get(params["ledger"], ()) if counts(relation, row, period)]
    values = [row[params["column"]] if "column" in params else n for n, row in enumerate(counted)]
    found = float(kind.reduce(np.zeros(len(values), "int64"), pd.Series(values, dtype=object), 1)[0])
    return money([found]) if any(isinstance(value, float) for value in values) else int(found)


def counts(relation: Relation, row: Mapping[str, Any], period: Period) -> bool:
    """Whether the relation counts the row: its values fit, its date is in the period."""
    params = relation.params
    if any(row[name] != value for name, value in params.get("where", {}).items()):
        return False
    day = row[params["date"]] if "date" in params else period.start
    return day is not None and period.start <= day <= period.end
