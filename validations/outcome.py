"""What validation is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from validations.findings.finding import SEVERITY_ORDER, Finding, finding

if TYPE_CHECKING:
    import pandas as pd


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


def unevaluated_findings(titles: Iterable[str]) -> list[Finding]:
    """The office's notice of what could not be checked; it belongs to no submission."""
    return [
        finding("not_evaluated", words={"title": title}, rule="not_evaluated")
        for title in dict.fromkeys(titles)
    ]


def arranged(findings: Sequence[Finding], submissions: Sequence[str]) -> list[Finding]:
    """By submission in the batch's order, errors before queries before notes."""
    order = {identity: n for n, identity in enumerate(submissions)}
    last = len(order)
    return sorted(
        findings, key=lambda one: (order.get(one.submission_id, last), SEVERITY_ORDER[one.severity])
    )
