"""Answers as values: what the register says of submissions, put together for their receipts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import Connection

import schemas
from flows.consolidation.amendments import amendments
from flows.consolidation.status import sent_late
from flows.correspondence.receipts.model import Answer, Change, Repair
from flows.platform.safe_text import single_line
from flows.reading.model import Counts
from flows.register import queries
from flows.register.queries import Quarantined, Submission
from flows.register.results import Result
from schemas import Period
from schemas.deadline import deadline
from schemas.models import MEASURE_TITLES
from validations.findings.finding import SEVERITY_ORDER, Finding
from validations.relations.compared_months import comparing_with

_UNFIT = re.compile(r'[\\/:*?"<>|]|[. ]+$')


@dataclass(frozen=True)
class Known:
    """What the answers to some submissions are made of, asked of the register in one go."""

    chains: Mapping[tuple[str, str], Sequence[Submission]]  # by period and unit code, in order of arrival
    findings: Mapping[str, Sequence[Finding]]
    repairs: Mapping[str, Sequence[Repair]]
    #: By period and unit code number and identifier of accepted reports of later months, with the month.
    later: Mapping[tuple[str, str], Sequence[tuple[Period, int, str]]]


def known(connection: Connection, wanted: Sequence[Submission]) -> Known:
    """What the register knows of ``wanted``, at most 500, and of all that the same units sent for a month."""
    chains: dict[tuple[str, str], list[Submission]] = {(s.period, s.unit_code): [] for s in wanted}
    for period in sorted({s.period for s in wanted}):
        units = {s.unit_code for s in wanted if s.period == period}
        for submission in queries.submissions(connection, period=Period.parse(period), units=units):
            chains[period, submission.unit_code].append(submission)
    later: dict[tuple[str, str], list[tuple[Period, int, str]]] = {key: [] for key in chains}
    for period in sorted({s.period for s in wanted}):
        for month in comparing_with(Period.parse(period)):
            for code, accepted in queries.accepted(connection, month).items():
                if (period, code) in later:
                    later[period, code] += [(month, *one) for one in accepted]
    ids = [s.submission_id for s in wanted]
    repairs = _repairs(queries.normalised(connection, ids))
    return Known(chains, queries.findings(connection, ids), repairs, later)


def _repairs(cells: Iterable[queries.NormalisedCell]) -> dict[str, list[Repair]]:
    found: dict[str, list[Repair]] = {}
    for one in cells:
        used = one.text if one.value is None or one.text else f"{one.value:.15g}"
        found.setdefault(one.submission_id, []).append(Repair(one.sheet, one.cell, one.raw, used or ""))
    return found


def compose_answer(connection: Connection, submission: Submission, told: Known) -> Answer:
    """The answer to one of the submissions that ``told`` was asked for."""
    period = Period.parse(submission.period)
    registry = schemas.load(period.year)
    chain = told.chains[submission.period, submission.unit_code]
    before = [s for s in chain if s.sequence < submission.sequence]
    accepted = [s for s in before if s.accepted]
    found = told.findings.get(submission.submission_id, [])
    result = Result.LATE_AFTER_SEAL if submission.held else Result(submission.result)
    form = registry.form
    returned = result == Result.RETURNED
    late = sent_late(submission, before)
    return Answer(
        number=submission.submission_id,
        received_at=submission.received_at,
        unit=registry.unit[submission.unit_code].name,
        period=period.chinese,
        file=submission.file,
        sha256=submission.file_sha256,
        size=submission.size,
        result=result,
        issuer=registry.issuer,
        deadline=deadline(registry, period).isoformat(),
        late=late,
        correction=submission.late and not late,
        counts=Counts(**submission.counts),
        findings=tuple(sorted(found, key=_seriousness)),
        repairs=tuple(told.repairs.get(submission.submission_id, ())),
        changes=_changes(connection, submission, before),
        replaces=accepted[-1].submission_id if accepted and submission.accepted else "",
        same_as=before[-1].submission_id if result == Result.REPEATED and before else "",
        later=_later(submission, told) if submission.accepted else (),
        standing=accepted[-1].submission_id if accepted and returned else "",
        returned_file=marked_name(submission) if returned else "",
        result_sheet=form.sheets["result"].title,
    )


def _later(submission: Submission, told: Known) -> tuple[str, ...]:
    """Reports of later months that had been accepted when it came."""
    counting = {
        month: identity
        for month, number, identity in told.later[submission.period, submission.unit_code]
        if number < submission.number
    }
    return tuple(f"{month.chinese}报表（回执 {counting[month]}）" for month in sorted(counting))


def _seriousness(one: Finding) -> tuple[bool, int, str, str]:
    return (one.status != "open", SEVERITY_ORDER[one.severity], one.sheet, one.code)


def _changes(
    connection: Connection, submission: Submission, before: Sequence[Submission]
) -> tuple[Change, ...]:
    earlier = [s for s in before if s.result != Result.REPEATED][-1:]
    if submission.result == Result.REPEATED or not earlier:
        return ()
    registry = schemas.load(Period.parse(submission.period).year)
    rows = amendments(connection, registry, [*earlier, submission])
    names = {code: indicator.name for code, indicator in registry.indicator.items()}
    return tuple(
        Change(
            indicator=row["indicator"],
            name=names.get(row["indicator"], row["indicator"]),
            measure=MEASURE_TITLES[row["measure"]],
            before=row["before"],
            after=row["after"],
            sheet=row["sheet"],
            cell=row["cell"],
        )
        for row in rows.to_dict("records")
    )


def marked_name(submission: Submission) -> str:
    """The name of the marked copy of a returned report."""
    # The identifier first: tidying up and a person sorting by name both go by it.
    return f"{submission.submission_id}_退回_{fitting(PurePosixPath(submission.file).stem)}.xlsx"


def aside_name(entry: Quarantined) -> str:
    """Of the file itself in the quarantine folder."""
    return f"{entry.receipt}_{fitting(entry.file)}"


def fitting(name: str) -> str:
    """The end of a name, short enough that a prefix and a suffix still fit in 255 bytes.

    What Windows, on whose shares these lie, does not take in a name is replaced.
    """
    name = _UNFIT.sub("_", single_line(name, len(name)))
    while len(name.encode()) > 180:
        name = name[1:]
    return name
