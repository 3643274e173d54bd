"""Input and result of validation: a batch of reports; its findings and a count of evaluations by rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from validations.findings.finding import SEVERITY_ORDER, Finding, finding

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Batch:
    """Reports to validate, of one month or several; columns as in ``validations.frames``.

    ``earlier`` holds the accepted figures of the month before and of the same month a year before.
    ``unread`` holds (submission id, sheet title) of sheets that reading has reported as missing or
    incomplete: inputs missing there give no second finding.
    """

    submissions: pd.DataFrame
    figures: pd.DataFrame
    progress: pd.DataFrame
    ledgers: Mapping[str, pd.DataFrame]
    earlier: pd.DataFrame
    unread: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """The result of one run.

    ``findings`` are attributed to submission, unit, period, file, sheet and cell. ``rules`` has
    columns submission_id, rule, evaluated, failed, not_evaluated. ``results`` and ``suites`` are
    Great Expectations' own JSON by frame. ``unevaluated`` holds the keys of expectations that gave no
    result: a fault of the system, which is also reported as a finding and never counts as a pass.
    """

    findings: list[Finding]
    rules: pd.DataFrame
    results: dict[str, Any] = field(default_factory=dict)
    suites: dict[str, Any] = field(default_factory=dict)
    unevaluated: list[str] = field(default_factory=list)


def unevaluated_findings(titles: Iterable[str]) -> list[Finding]:
    """A finding for the office per check that could not be evaluated; it belongs to no submission."""
    return [
        finding("not_evaluated", words={"title": title}, rule="not_evaluated")
        for title in dict.fromkeys(titles)
    ]


def arranged(findings: Sequence[Finding], submissions: Sequence[str]) -> list[Finding]:
    """Findings by submission in the batch's order; of each, errors before queries before notes."""
    order = {identity: n for n, identity in enumerate(submissions)}

    def position(item: Finding) -> tuple[int, int]:
        return order.get(item.submission_id, len(order)), SEVERITY_ORDER[item.severity]

    return sorted(findings, key=position)
