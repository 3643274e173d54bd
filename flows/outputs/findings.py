"""The findings of a month as files: findings.json and the table behind findings.csv."""

from __future__ import annotations

import json

import pandas as pd

from flows.consolidation.month import Month
from flows.register.results import Result
from validations.findings.finding import SEVERITY_ORDER, Finding


def findings_json(month: Month) -> bytes:
    """Findings that are current, most serious first, with each report's count of cells."""
    content = {
        "period": str(month.period),
        "registry_version": month.registry.version,
        "cells": _conservation(month),
        "findings": [_shown(month, one) for one in order_findings(month)],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _conservation(month: Month) -> list[dict[str, object]]:
    """Per report what became of its non-empty cells: used, normalised, rejected, ignored by reason."""
    return [
        {"submission_id": identity, "unit": unit, **counts}
        for identity, unit, counts, result in zip(
            *(month.submissions[c] for c in ("submission_id", "unit", "counts", "result")), strict=True
        )
        if result != Result.REPEATED
    ]


def findings_frame(month: Month) -> pd.DataFrame:
    """One row per finding; columns of system.md first, then the rest of what is known."""
    columns = [
        "code", "severity", "status", "unit", "work_point", "indicator", "file", "sheet", "cell",
        "value", "expected", "message", "explanation", "action", "rule", "also", "waiver",
        "unit_code", "period", "submission_id",
    ]  # fmt: skip
    rows = [_shown(month, one) | {"also": "、".join(one.also)} for one in order_findings(month)]
    return pd.DataFrame(rows, columns=columns, dtype="object")


def order_findings(month: Month) -> list[Finding]:
    """Errors first, then by unit in the registry's order, then by place."""
    units = {unit.code: n for n, unit in enumerate(month.registry.units)}
    return sorted(
        month.findings,
        key=lambda f: (
            f.status != "open",
            SEVERITY_ORDER[f.severity],
            units.get(f.unit_code, len(units)),
            f.submission_id,
            f.sheet,
            f.indicator,
            f.cell,
            f.code,
            f.rule,
        ),
    )


def _shown(month: Month, one: Finding) -> dict[str, object]:
    unit = month.registry.unit.get(one.unit_code)
    return one.as_dict() | {"unit": unit.short if unit else ""}
