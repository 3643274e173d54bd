"""What comes of each report: its place in the chain, what was found in it, its result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

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
from schemas import Period, Registry
from schemas.deadline import deadline
from validations.findings.finding import Finding, finding
from validations.relations.compared_months import compared_periods

Outcomes = list[tuple[str, int, int, int]]  # rule, evaluated, failed, not evaluated
#: Checks a batch, whole or in chunks; what it gives is in the order of the batch.
Check = Callable[[CheckJob], list[CheckResult]]

#: Said of a cell that was read in another way than it was written; the receipt lists these anyway.
_NORMALISED = "normalised"
_EMPTY = "empty_report"


@dataclass(frozen=True)
class DecidedReport:
    """A report with its place in the chain and what was found in it."""

    submission: Submission
    reading: Reading
    findings: tuple[Finding, ...]
    outcomes: Outcomes


@dataclass(frozen=True)
class NumberedReports:
    """Reports of one period with what only the register knows of them.

    ``reports``: (identity, sequence in the chain, report, whether it repeats the newest one);
    ``number``: of the first; ``unchecked``: those that are to be validated; ``returned``: of those that
    are, to the byte, what went back the last time, what had been found then.
    """

    period: Period
    reports: tuple[tuple[str, int, IdentifiedReport, bool], ...]
    number: int
    sealed: bool
    unchecked: CheckJob
    returned: Mapping[str, Sequence[Finding]]


def decide_reports(
    context: RunContext, arrived: Sequence[IdentifiedReport], period: Period, check: Check = check_here
) -> tuple[list[DecidedReport], list[CheckResult]]:
    """Validate the reports of one period together; returns them and what each chunk's checking gave.

    Byte-identical repeats of the newest report in a chain are acknowledged and do not count. One that went
    back is validated again all the same: an earlier month that was corrected meanwhile, or a waiver, may
    have made it right, and no clerk should have to change a byte to get it looked at.
    """
    placed = number_reports(context, arrived, period)
    checked = check(placed.unchecked)
    return decide_results(context, placed, checked), checked


def number_reports(
    context: RunContext, arrived: Sequence[IdentifiedReport], period: Period
) -> NumberedReports:
    """Give each report its identity and number."""
    with context.engine.connect() as connection:
        placed, again = _placed(connection, arrived, period)
        went_back = queries.findings(connection, again.values())
        units = {report.unit.code for report in arrived}
        earlier = frames.earlier_figures(connection, compared_periods(period).values(), units)
        sealed = queries.open_seal(connection, period) is not None
        number = queries.next_number(connection, tables.submissions)
    fresh = tuple((identity, report) for identity, _, report, repeated in placed if not repeated)
    return NumberedReports(
        period,
        tuple(placed),
        number,
        sealed,
        CheckJob(period, fresh, earlier, policy_version.current_versions([period.year])),
        {identity: went_back.get(before, []) for identity, before in again.items()},
    )


def decide_results(
    context: RunContext, placed: NumberedReports, checked: Sequence[CheckResult]
) -> list[DecidedReport]:
    """Each report with its findings and its result."""
    period = placed.period
    registry = schemas.load(period.year)
    found: dict[str, list[Finding]] = {identity: [] for identity, *_ in placed.reports}
    for identity, report in placed.unchecked.reports:
        found[identity] += _attributed(report.reading.findings, identity, report, registry)
    reports = dict(placed.unchecked.reports)
    outcomes: dict[str, Outcomes] = {}
    for chunk in checked:
        for identity in chunk.failed:
            found[identity].append(_unprocessable(reports[identity], identity))
        for one in chunk.outcome.findings:
            # What could not be evaluated belongs to no report: the run itself answers for it.
            if one.submission_id:
                found[one.submission_id].append(one)
        rules = chunk.outcome.rules[["submission_id", "rule", "evaluated", "failed", "not_evaluated"]]
        for identity, *counts in rules.itertuples(index=False, name=None):
            rule, evaluated, failed, not_evaluated = counts
            outcomes.setdefault(identity, []).append((rule, int(evaluated), int(failed), int(not_evaluated)))
    due = deadline(registry, period)
    judged: list[DecidedReport] = []
    for offset, (identity, sequence, report, repeated) in enumerate(placed.reports):
        submission = _submission(context, registry, report, identity, sequence, placed.number + offset)
        own, tally = _without_echoes(found[identity]), outcomes.get(identity, [])
        before = placed.returned.get(identity)
        in_vain = before is not None and _told(own) == _told(before)
        if in_vain:
            own, tally = [], []
        judged.append(_judged(submission, report, own, tally, repeated or in_vain, due, placed.sealed))
    return judged


def _without_echoes(found: Sequence[Finding]) -> list[Finding]:
    """One cause, one finding: leave out notes on an empty report and on cells that are wrong anyway."""
    if any(one.code == _EMPTY for one in found):
        return [one for one in found if one.severity != "note"]
    wrong = {(one.sheet, one.cell) for one in found if one.severity != "note" and one.cell}
    return [one for one in found if one.code != _NORMALISED or (one.sheet, one.cell) not in wrong]


def _told(found: Iterable[Finding]) -> list[Finding]:
    """What was found, whichever submission and name of the file it was found under."""
    return [replace(one, submission_id="", file="") for one in found]


def _placed(
    connection: Connection, arrived: Sequence[IdentifiedReport], period: Period
) -> tuple[list[tuple[str, int, IdentifiedReport, bool]], dict[str, str]]:
    """(identity, sequence in the chain, report, whether it repeats the newest one), and of those that are
    what went back the last time, the identity of the submission that did."""
    newest: dict[str, tuple[int, str]] = {}
    went_back: dict[str, str] = {}  # unit code -> the newest submission, where that one went back
    for earlier in queries.submissions(connection, period=period):
        newest[earlier.unit_code] = (earlier.sequence, earlier.file_sha256)
        if earlier.result == "returned":
            went_back[earlier.unit_code] = earlier.submission_id
        elif earlier.result != "repeated":
            went_back.pop(earlier.unit_code, None)
    placed: list[tuple[str, int, IdentifiedReport, bool]] = []
    again: dict[str, str] = {}
    for report in arrived:
        code = report.unit.code
        sequence, sha256 = newest.get(code, (0, ""))
        sequence += 1
        newest[code] = (sequence, report.drop.sha256)
        identity = f"{period}-{code}-{sequence:02d}"
        same = sha256 == report.drop.sha256
        # Of the same batch nothing is known yet, but the same comes of the same.
        before = went_back.pop(code, None)
        if same and before is not None:
            again[identity] = before
        placed.append((identity, sequence, report, same and before is None))
    return placed, again


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
    report: IdentifiedReport,
    identity: str,
    sequence: int,
    number: int,
) -> Submission:
    reading = report.reading
    counts = reading.counts
    cover = {name: cell.text or "" for name, cell in reading.cover.items()}
    return Submission(
        submission_id=identity,
        number=number,
        period=str(report.period),
        unit_code=report.unit.code,
        sequence=sequence,
        file=report.drop.name,
        folder=report.drop.waiting.folder,
        file_sha256=report.drop.sha256,
        size=reading.size,
        format=reading.format,
        received_at=context.at,
        late=False,
        held=False,
        result="repeated",
        errors=0,
        queries=0,
        notes=0,
        clerk=cover.get("clerk", ""),
        cover=cover,
        counts={
            "used": counts.used,
            "normalised": counts.normalised,
            "rejected": counts.rejected,
            "ignored": dict(counts.ignored),
        },
        registry_version=registry.version,
        drop_key=report.drop.key,
        closed=False,
    )


def _judged(
    submission: Submission,
    report: IdentifiedReport,
    found: Sequence[Finding],
    outcomes: Outcomes,
    repeated: bool,
    due: dt.date,
    sealed: bool,
) -> DecidedReport:
    tally = {
        severity: sum(f.severity == severity and f.status != "waived" for f in found)
        for severity in ("error", "query", "note")
    }
    result = "returned" if any(f.returns for f in found) else "queried" if tally["query"] else "accepted"
    received = dt.datetime.fromisoformat(submission.received_at).astimezone(OFFICE_TIME)
    final = replace(
        submission,
        result="repeated" if repeated else result,
        late=received.date() > due,
        held=sealed and not repeated,
        errors=tally["error"],
        queries=tally["query"],
        notes=tally["note"],
    )
    return DecidedReport(final, report.reading, tuple(found), outcomes)
