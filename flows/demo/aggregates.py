"""Figures counted from ledger rows, as the relations say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.demo.draws import money
from schemas import Period
from schemas.models import Relation


def aggregate(
    relation: Relation, rows: Mapping[str, Sequence[Mapping[str, Any]]], period: Period
) -> float | int:
    """The figure that a ledger relation derives from the month's rows, by ledger."""
    params = relation.params
    counted = [row for row in rows.get(params["ledger"], ()) if counts(relation, row, period)]
    match relation.kind:
        case "ledger_sum":
            values = [row[params["column"]] for row in counted if row[params["column"]] is not None]
            return sum(values) if all(isinstance(v, int) for v in values) else money(values)
        case "ledger_distinct":
            return len({row[params["column"]] for row in counted if row[params["column"]] is not None})
        case "ledger_count":
            return len(counted)
        case _:
            raise ValueError(f"no aggregate of a ledger: {relation.kind}")


def counts(relation: Relation, row: Mapping[str, Any], period: Period) -> bool:
    """Whether the relation counts the row: its values fit, its date is in the period."""
    params = relation.params
    if any(row[name] != value for name, value in params.get("where", {}).items()):
        return False
    day = row[params["date"]] if "date" in params else period.start
    return day is not None and period.start <= day <= period.end
