"""Relations of a report with earlier months that were corrected after the report had been validated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from schemas.models import Registry
from schemas.periods import Period
from validations.findings.finding import Finding, finding
from validations.kinds import checks_of
from validations.relations.compared_months import compared_periods


def comparing(registry: Registry, period: Period) -> Mapping[str, frozenset[Period]]:
    """The earlier months with which each relation compares a report of ``period``; others are left out."""
    months = compared_periods(period)
    found: dict[str, frozenset[Period]] = {}
    for check in checks_of(registry):
        own = frozenset(months[column] for column in check.columns if column in months)
        if own:
            found[check.relation.id] = found.get(check.relation.id, frozenset()) | own
    return found


def earlier_corrected(found: Finding, changes: str) -> Finding:
    """The month's finding on a relation that an earlier month's correction has broken.

    It asks for both months' reports to be checked, and doesn't return this one.
    ``changes`` says in Chinese which figures the report was checked against and what they are now. The
    clerk's explanation is dropped, because it was written before the correction.
    """
    corrected = finding("earlier_corrected", words={"broken": found.message, "changes": changes})
    return replace(
        found,
        code=corrected.code,
        severity="note" if found.severity == "note" else corrected.severity,
        message=corrected.message,
        action=corrected.action,
        explanation="",
        status="waived" if found.status == "waived" else "open",
    )
