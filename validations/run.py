"""Validation of a batch of reports, and of the merged month, in one run of Great Expectations.

Field checks come first; a value that fails one is missing to the relations, so that one mistake
gives one finding. The relations are then evaluated, and their failures traced to their causes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemas.models import Registry
from validations.findings import Finding, finding
from validations.register import RuleRow, rule_register, self_checks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Batch", "Outcome", "RuleRow", "rule_register", "self_checks", "validate", "validate_city"]


@dataclass(frozen=True)
class Batch:
    """Reports to be validated, of one month or several; columns as in ``validations.frames``.

    ``earlier`` holds the accepted figures of the month before and of the same month a year before.
    ``unread`` names (submission id, sheet) of which reading has already said, as an error, that it
    found no table or not all of it: what is absent there is no second finding.
    """

    submissions: pd.DataFrame
    figures: pd.DataFrame
    progress: pd.DataFrame
    ledgers: Mapping[str, pd.DataFrame]
    earlier: pd.DataFrame
    unread: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """What a run found.

    ``findings`` are attributed to submission, unit, period, file, sheet and cell. ``rules`` has
    columns submission_id, rule, evaluated, failed, not_evaluated. ``results`` and ``suites`` are
    Great Expectations' own JSON by frame. ``unevaluated`` names the expectations that gave no
    answer: our fault, each also a finding, and never a pass.
    """

    findings: list[Finding]
    rules: pd.DataFrame
    results: dict[str, Any] = field(default_factory=dict)
    suites: dict[str, Any] = field(default_factory=dict)
    unevaluated: list[str] = field(default_factory=list)


def validate(batch: Batch, registry: Registry) -> Outcome:
    """Every finding on every report of the batch, by submission, most serious first.

    Raises :class:`schemas.RegistryError` naming a relation's key that its kind cannot use.
    """
    from validations.reports import validate_reports

    return validate_reports(batch, registry)


def validate_city(ledgers: Mapping[str, pd.DataFrame], registry: Registry) -> Outcome:
    """What only the city can see: numbers claimed by two units in the merged ledgers of a month.

    A finding to each of the units, at its own cell.
    """
    from validations.city import validate_ledgers

    return validate_ledgers(ledgers, registry)


def unevaluated_findings(titles: Iterable[str]) -> list[Finding]:
    """The office's notice of what could not be checked; it belongs to no submission."""
    return [
        finding("not_evaluated", words={"title": title}, rule="not_evaluated")
        for title in dict.fromkeys(titles)
    ]


def arranged(findings: Sequence[Finding], submissions: Sequence[str]) -> list[Finding]:
    """By submission in the batch's order, errors before queries before notes."""
    from validations.findings import SEVERITY_ORDER

    order = {identity: n for n, identity in enumerate(submissions)}
    last = len(order)
    return sorted(
        findings, key=lambda one: (order.get(one.submission_id, last), SEVERITY_ORDER[one.severity])
    )
