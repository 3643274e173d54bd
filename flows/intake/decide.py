"""What comes of each report: its place in the chain, what was found in it, its result."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection

import schemas
from flows.intake.batches import policy_version
from flows.intake.batches.check import CheckJob, CheckResult
from flows.intake.batches.local import check_here
from flows.intake.sender import IdentifiedReport
from flows.platform.context import OFFICE_TIME, RunContext
from flows.reading.model import Reading
from flows.register import frames, queries, tables
from flows.register.queries import Submission
from flows.register.results import Result
from schemas import Period, Registry
from schemas.deadline import deadline
from validations.findings.finding import Finding, finding
from validations.relations.compared_months import compared_periods

Outcomes = list[tuple[str, int, int, int]]  # rule, evaluated, failed, not evaluated
#: Checks a batch, whole or in chunks; what it gives is in the order of the batch.
Check = Callable[[CheckJob], list[CheckResult]]

#: A cell that was read in another way than it was written; the receipt lists these anyway.
_NORMALISED = "normalised"
_EMPTY = "empty_report"


@dataclass(frozen=True)
class DecidedReport:
    """A report with its place in the chain and what was found in it."""

    submission: Submission
    reading: Reading
    findings: tuple[Finding, ...]
    outcomes: Outcomes


class NumberedReport(NamedTuple):
    """A report with the identity of its submission and its place in the unit's chain.

    ``repeats``: it is the newest one of the chain byte for byte, and that one did not go back.
    """

    identity: str
    sequence: int
    report: IdentifiedReport
    repeats: bool


@dataclass(frozen=True)
class NumberedReports:
    """Reports of one period with what only the register knows of them.

    ``number``: of the first submission. ``unchecked``: the reports that are to be validated. ``returned``: by
    identity, for a report that is byte for byte what went back the last time, what had been found then.
    """

    period: Period
    reports: tuple[NumberedReport, ...]
    number: int
    sealed: bool
    unchecked: CheckJob
    returned: Mapping[str, Sequence[Finding]]


def decide_reports(
    context: RunContext, reports: Sequence[IdentifiedReport], period: Period, check: Check = check_here
) -> tuple[list[DecidedReport], list[CheckResult]]:
    """Validate the reports of one period together; returns them and the result of each chunk's checking.

    A byte-identical repeat of the newest report in a chain is acknowledged and does not count. One that went
    back is validated again all the same: an earlier month that was corrected meanwhile, or a waiver, may have
    made it right, and no clerk should have to change a byte to get it looked at.
    """
    numbered = number_reports(context, reports, period)
    checked = check(numbered.unchecked)
    return decide_results(context, numbered, checked), checked


def number_reports(
    context: RunContext, reports: Sequence[IdentifiedReport], period: Period
) -> NumberedReports:
    """Give each report its identity and number."""
    with context.engine.connect() as connection:
        numbered, previous = _chained(connection, reports, period)
        earlier_findings = queries.findings(connection, previous.values())
        units = {report.unit.code for report in reports}
        earlier = frames.earlier_figures(connection, compared_periods(period).values(), units)
        sealed = queries.open_seal(connection, period) is not None
        number = queries.next_number(connection, tables.submissions)
    unchecked = tuple((entry.identity, entry.report) for entry in numbered if not entry.repeats)
    return NumberedReports(
        period,
        tuple(numbered),
        number,
        sealed,
        CheckJob(period, unchecked, earlier, policy_version.current_versions([period.year])),
        {identity: earlier_findings.get(before, []) for identity, before in previous.items()},
    )


def decide_results(
    context: RunContext, numbered: NumberedReports, checked: Sequence[CheckResult]
) -> list[DecidedReport]:
    """Each report with its findings and its result."""
    registry = schemas.load(numbered.period.year)
    findings = _findings_by_report(numbered, checked, registry)
    outcomes = _outcomes_by_report(checked)
    due = deadline(registry, numbered.period)
    decided: list[DecidedReport] = []
    for offset, entry in enumerate(numbered.reports):
        own, counts = _without_echoes(findings[entry.identity]), outcomes.get(entry.identity, [])
        before = numbered.returned.get(entry.identity)
        unchanged = before is not None and _comparable(own) == _comparable(before)
        if unchanged:
            own, counts = [], []
        submission = _submission(
            context,
            registry,
            entry,
            number=numbered.number + offset,
            findings=own,
            repeated=entry.repeats or unchanged,
            due=due,
            sealed=numbered.sealed,
        )
        decided.append(DecidedReport(submission, entry.report.reading, tuple(own), counts))
    return decided


def _findings_by_report(
    numbered: NumberedReports, checked: Sequence[CheckResult], registry: Registry
) -> dict[str, list[Finding]]:
    """By identity: what reading found, what checking found, and that checking itself failed."""
    findings: dict[str, list[Finding]] = {entry.identity: [] for entry in numbered.reports}
    reports = dict(numbered.unchecked.reports)
    for identity, report in reports.items():
        findings[identity] += _attributed(report.reading.findings, identity, report, registry)
    for chunk in checked:
        for identity in chunk.failed:
            findings[identity].append(_unprocessable(reports[identity], identity))
        for finding_ in chunk.outcome.findings:
            # What could not be evaluated belongs to no report: the run itself answers for it.
            if finding_.submission_id:
                findings[finding_.submission_id].append(finding_)
    return findings


def _outcomes_by_report(checked: Sequence[CheckResult]) -> dict[str, Outcomes]:
    outcomes: dict[str, Outcomes] = {}
    for chunk in checked:
        rules = chunk.outcome.rules[["submission_id", "rule", "evaluated", "failed", "not_evaluated"]]
        for identity, rule, evaluated, failed, not_evaluated in rules.itertuples(index=False, name=None):
            outcomes.setdefault(identity, []).append((rule, int(evaluated), int(failed), int(not_evaluated)))
    return outcomes


def _without_echoes(findings: Sequence[Finding]) -> list[Finding]:
    """One cause, one finding: leave out notes on an empty report and on cells that are wrong anyway."""
    if any(known.code == _EMPTY for known in findings):
        return [known for known in findings if known.severity != "note"]
    wrong = {(known.sheet, known.cell) for known in findings if known.severity != "note" and known.cell}
    return [
        known for known in findings if known.code != _NORMALISED or (known.sheet, known.cell) not in wrong
    ]


def _comparable(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without the submission and the name of the file under which each was found."""
    return [replace(known, submission_id="", file="") for known in findings]


def _chained(
    connection: Connection, reports: Sequence[IdentifiedReport], period: Period
) -> tuple[list[NumberedReport], dict[str, str]]:
    """The reports in their chains, and of those that are byte for byte what went back the last time:
    identity -> identity of the submission that went back."""
    newest: dict[str, tuple[int, str]] = {}  # unit code -> sequence and SHA-256 of its newest submission
    went_back: dict[str, str] = {}  # unit code -> its newest submission, where that one went back
    for earlier in queries.submissions(connection, period=period):
        newest[earlier.unit_code] = (earlier.sequence, earlier.file_sha256)
        if earlier.result == Result.RETURNED:
            went_back[earlier.unit_code] = earlier.submission_id
        elif earlier.result != Result.REPEATED:
            went_back.pop(earlier.unit_code, None)
    numbered: list[NumberedReport] = []
    previous: dict[str, str] = {}
    for report in reports:
        code = report.unit.code
        sequence, sha256 = newest.get(code, (0, ""))
        sequence += 1
        newest[code] = (sequence, report.drop.sha256)
        identity = f"{period}-{code}-{sequence:02d}"
        same = sha256 == report.drop.sha256
        # Nothing is known yet of another one in the same batch, but the same content gets the same result.
        before = went_back.pop(code, None)
        if same and before is not None:
            previous[identity] = before
        numbered.append(NumberedReport(identity, sequence, report, same and before is None))
    return numbered, previous


def _unprocessable(report: IdentifiedReport, identity: str) -> Finding:
    return finding(
        "unprocessable",
        words={"what": "校验程序出错"},
        rule="unprocessable",
        submission_id=identity,
        unit_code=report.unit.code,
        period=str(report.period),
        file=report.reading.file,
    )


def _attributed(
    found: Iterable[Finding], identity: str, report: IdentifiedReport, registry: Registry
) -> list[Finding]:
    """What reading found, with whose it is, and settled by the clerk's explanation or a waiver."""
    from validations.findings.attribution import settle_finding

    explained = {
        cell.indicator: cell.text or "" for cell in report.reading.figures if cell.measure == "explanation"
    }
    own: dict[str, Any] = {
        "submission_id": identity,
        "unit_code": report.unit.code,
        "period": str(report.period),
        "file": report.reading.file,
    }
    return [
        settle_finding(replace(one, **own), registry, explanation=explained.get(one.indicator, ""))
        for one in found
    ]


def _submission(
    context: RunContext,
    registry: Registry,
    entry: NumberedReport,
    *,
    number: int,
    findings: Sequence[Finding],
    repeated: bool,
    due: dt.date,
    sealed: bool,
) -> Submission:
    report, reading = entry.report, entry.report.reading
    cover = {name: cell.text or "" for name, cell in reading.cover.items()}
    received = dt.datetime.fromisoformat(context.at).astimezone(OFFICE_TIME)
    tally = Counter(known.severity for known in findings if known.status != "waived")
    return Submission(
        submission_id=entry.identity,
        number=number,
        period=str(report.period),
        unit_code=report.unit.code,
        sequence=entry.sequence,
        file=report.drop.name,
        folder=report.drop.waiting.folder,
        file_sha256=report.drop.sha256,
        size=reading.size,
        format=reading.format,
        received_at=context.at,
        late=received.date() > due,
        held=sealed and not repeated,
        result=_result(findings, tally["query"], repeated=repeated).value,
        errors=tally["error"],
        queries=tally["query"],
        notes=tally["note"],
        clerk=cover.get("clerk", ""),
        cover=cover,
        counts={
            "used": reading.counts.used,
            "normalised": reading.counts.normalised,
            "rejected": reading.counts.rejected,
            "ignored": dict(reading.counts.ignored),
        },
        registry_version=registry.version,
        drop_key=report.drop.key,
        closed=False,
    )


def _result(findings: Sequence[Finding], queries_: int, *, repeated: bool) -> Result:
    if repeated:
        return Result.REPEATED
    if any(known.returns for known in findings):
        return Result.RETURNED
    return Result.QUERIED if queries_ else Result.ACCEPTED
