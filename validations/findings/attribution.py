"""Turns a failed check into a finding: submission, severity, waiver, explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from schemas.assessment import Waiver
from schemas.models import Registry, Relation
from schemas.periods import Period
from validations.findings.finding import Finding, Severity, finding


@dataclass(frozen=True)
class Sender:
    """The submission that a finding belongs to."""

    submission_id: str
    unit_code: str
    period: str
    file: str

    def attribute(self, finding: Finding) -> Finding:
        """The finding with this submission's id, unit, period and file."""
        return replace(
            finding,
            submission_id=self.submission_id,
            unit_code=self.unit_code,
            period=self.period,
            file=self.file,
        )


def senders(submissions: pd.DataFrame) -> list[Sender]:
    """One for each row of ``submissions`` (columns SUBMISSION_COLUMNS), in order."""
    columns = ("submission_id", "unit_code", "period", "file")
    return [Sender(*map(str, row)) for row in submissions[list(columns)].itertuples(index=False)]


def word_finding(
    code: str, words: Mapping[str, Any], *, severity: Severity | None = None, **place: Any
) -> Finding:
    """A finding whose ``value`` and ``expected`` are also words of its sentences."""
    value, expected = str(words.get("value", "")), str(words.get("expected", ""))
    return finding(code, severity=severity, words=words, value=value, expected=expected, **place)


def settle_finding(
    found: Finding, registry: Registry, *, explanation: str = "", trial: bool = False
) -> Finding:
    """With what stands against it: a trial rule only informs, a waiver or an explanation is shown.

    Only queries are settled by an explanation.
    """
    if trial:
        found = replace(found, severity="note")
    waiver = waiver_for(found, registry)
    if waiver is not None:
        text = f"{waiver.reason}（{waiver.who}，至 {waiver.until.isoformat()}）"
        return replace(found, status="waived", waiver=text)
    if found.severity == "query" and explanation:
        return replace(found, status="explained", explanation=explanation)
    return found


def waiver_for(finding: Finding, registry: Registry) -> Waiver | None:
    """The first waiver that covers the finding's unit, rule, indicator and period; None without one."""
    if not finding.period:
        return None
    end = Period.parse(finding.period).end
    for waiver in registry.waivers:
        covers = (waiver.unit, waiver.rule) == (finding.unit_code, finding.rule) and waiver.until >= end
        if covers and waiver.indicator in (None, finding.indicator):
            return waiver
    return None


def severity_of(relation: Relation) -> Severity:
    """The relation's severity; ``note`` while it is on trial."""
    return "note" if relation.trial else relation.severity
