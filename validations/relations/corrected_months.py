"""A report's relations with earlier months that were corrected after it had been judged."""

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
    """What was found as a finding of the month: it is asked about, and the report does not go back.

    ``changes`` says what the report was judged against and what stands now. What the clerk had explained
    was written before the correction and can't speak of it.
    """
    told = finding("earlier_corrected", words={"broken": found.message, "changes": changes})
    return replace(
        found,
        code=told.code,
        severity="note" if found.severity == "note" else told.severity,
        message=told.message,
        action=told.action,
        explanation="",
        status="waived" if found.status == "waived" else "open",
    )
