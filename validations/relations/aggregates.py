"""Computes ledger aggregates by submission; missing where a row that they need has a finding already."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.models import Ledger, Registry, Relation
from validations.declaring.ledger_relation import LedgerKind, counted
from validations.expectations.engine import LINE
from validations.fields.findings import REPEATED, UnusableCells
from validations.grid import VALUED


def aggregate(
    registry: Registry,
    relation: Relation,
    kind: LedgerKind,
    rows: pd.DataFrame,
    tainted: UnusableCells,
    submissions: pd.Index[str],
) -> np.ndarray:
    """The relation's aggregate for each of ``submissions``; ``rows`` is the ledger's field frame."""
    ledger = registry.ledger[relation.params["ledger"]]
    owner = submissions.get_indexer(pd.Index(rows["submission_id"]))
    kept = counted(relation, rows)
    column = relation.params.get("column", LINE)
    totals = kind.reduce(owner[kept], rows.loc[kept, column], len(submissions)).astype("float64")
    totals[owner[_unusable(kind.uses(relation), ledger, rows, tainted)]] = np.nan
    without = tainted.without.get(ledger.name)
    if without is not None:
        totals[without] = np.nan
    return totals


def _unusable(
    names: tuple[str, ...], ledger: Ledger, rows: pd.DataFrame, tainted: UnusableCells
) -> np.ndarray:
    """Rows of which it is open whether and with what they belong to the aggregate."""
    unusable = tainted.ledger(ledger.name, REPEATED, len(rows)).copy()
    for name in names:
        states = rows[f"{name}.state"].to_numpy(dtype=object).astype(str)
        unusable |= states == "rejected"
        if ledger.by_name[name].required:
            unusable |= ~np.isin(states, VALUED)
        unusable |= tainted.ledger(ledger.name, name, len(rows))
    return unusable
