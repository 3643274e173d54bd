"""What comes of each report: its place in the chain, what was found in it, its result."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

import schemas
from flows.arrange import Arrived
from flows.deadline import deadline
from flows.desk import OFFICE_TIME, Desk
from flows.echoes import without_echoes
from flows.reading.model import Reading
from flows.register import store, tables
from flows.register.store import Submission
from schemas import Period, Registry, RegistryError
from validations.findings import Finding, finding

_LOG = logging.getLogger(__name__)
_RULE_COLUMNS = ("submission_id", "rule", "evaluated", "failed", "not_evaluated")
Outcomes = list[tuple[str, int, int, int]]  # rule, evaluated, failed, not evaluated


@dataclass(frozen=True)
class Judged:
    """A report with its place in the chain and what was found in it."""

    submission: Submission
    reading: Reading
    findings: tuple[Finding, ...]
    outcomes: Outcomes


def judge(desk: Desk, arrived: Sequence[Arrived], period: Period) -> tuple[list[Judged], Any]:
    """Validate the reports of one period together; returns them and validation's own outcome.

    Byte-identical repeats of the newest report in a chain are acknowledged, not validated.
    """
    registry = schemas.load(period.year)
    with desk.engine.connect() as connection:
        placed = _placed(connection, arrived, period)
        earlier = store.earlier(connection, [period.previous, period.year_before])
        sealed = store.open_seal(connection, period) is not None
        number = store.next_number(connection, tables.submissions)
    fresh = [(identity, report) for identity, _, report, repeated in placed if not repeated]
    outcome, failed = _validated(fresh, registry, period, earlier) if fresh else (None, [])
    found: dict[str, list[Finding]] = {identity: [] for identity, *_ in placed}
    for identity, report in fresh:
        found[identity] += _attributed(report.reading.findings, identity, report, registry)
    for identity in failed:
        found[identity].append(_unprocessable(next(a for name, a in fresh if name == identity), identity))
    outcomes: dict[str, Outcomes] = {}
    if outcome is not None:
        for one in outcome.findings:
            # What could not be evaluated belongs to no report: the run itself answers for it.
            if one.submission_id:
                found[one.submission_id].append(one)
        for row in outcome.rules.itertuples(index=False):
            outcomes.setdefault(row.submission_id, []).append(
                (row.rule, int(row.evaluated), int(row.failed), int(row.not_evaluated))
            )
    due = deadline(registry, period)
    judged: list[Judged] = []
    for offset, (identity, sequence, report, repeated) in enumerate(placed):
        submission = _submission(desk, registry, report, identity, sequence, number + offset)
        judged.append(
            _judged(
                submission,
                report,
                without_echoes(found[identity]),
                outcomes.get(identity, []),
                repeated,
                due,
                sealed,
            )
        )
    return judged, outcome


def _placed(
    connection: Connection, arrived: Sequence[Arrived], period: Period
) -> list[tuple[str, int, Arrived, bool]]:
    """(identity, sequence in the chain, report, whether it repeats the newest one)."""
    newest: dict[str, tuple[int, str]] = {}
    for earlier in store.submissions(connection, period=period):
        sha256 = earlier.file_sha256
        newest[earlier.unit_code] = (earlier.sequence, sha256)
    placed: list[tuple[str, int, Arrived, bool]] = []
    for report in arrived:
        sequence, sha256 = newest.get(report.unit.code, (0, ""))
        sequence += 1
        newest[report.unit.code] = (sequence, report.drop.sha256)
        identity = f"{period}-{report.unit.code}-{sequence:02d}"
        placed.append((identity, sequence, report, sha256 == report.drop.sha256))
    return placed


def _validated(
    fresh: Sequence[tuple[str, Arrived]], registry: Registry, period: Period, earlier: Any
) -> tuple[Any, list[str]]:
    """Validation's outcome, and the reports on which it fails: our mistake, which costs these only."""
    import pandas as pd

    from validations.run import Outcome

    try:
        return _validate(fresh, registry, period, earlier), []
    except RegistryError:
        raise
    except Exception as error:  # noqa: BLE001 - any failure of ours; it is logged, and told to the office
        _LOG.exception("validation of %s reports failed", len(fresh))
        failure = error
    failed = []
    for identity, report in fresh:
        try:
            _validate([(identity, report)], registry, period, earlier)
        except Exception:  # noqa: BLE001 - as above
            failed.append(identity)
    if not failed:  # it is not any one of them
        raise failure
    rest = [(identity, report) for identity, report in fresh if identity not in failed]
    outcome = (
        _validate(rest, registry, period, earlier)
        if rest
        else Outcome([], pd.DataFrame(columns=list(_RULE_COLUMNS)))
    )
    return replace(outcome, unevaluated=[*outcome.unevaluated, *failed]), failed


def _unprocessable(report: Arrived, identity: str) -> Finding:
    return finding(
        "unprocessable",
        words={"what": "校验程序出错"},
        rule="unprocessable",
        submission_id=identity,
        unit_code=report.unit.code,
        period=str(report.period),
        file=report.reading.file,
    )


def _validate(fresh: Sequence[tuple[str, Arrived]], registry: Registry, period: Period, earlier: Any) -> Any:
    import pandas as pd

    from flows.reading.frames import figures_frame, ledger_frames, progress_frame
    from validations.frames import SUBMISSION_COLUMNS
    from validations.run import Batch, validate

    rows = [(identity, a.unit.code, str(period), a.reading) for identity, a in fresh]
    heads = [(identity, a.unit.code, a.unit.type, str(period), a.reading.file) for identity, a in fresh]
    batch = Batch(
        submissions=pd.DataFrame(heads, columns=list(SUBMISSION_COLUMNS)),
        figures=figures_frame(rows),
        progress=progress_frame(rows),
        ledgers=ledger_frames(registry, rows),
        earlier=earlier,
        unread=frozenset(
            (identity, one.sheet)
            for identity, a in fresh
            for one in a.reading.findings
            if one.severity == "error" and one.sheet and not one.cell
        ),
    )
    return validate(batch, registry)


def _attributed(
    found: Iterable[Finding], identity: str, report: Arrived, registry: Registry
) -> list[Finding]:
    """What reading found, with whose it is, and settled by the clerk's explanation or a waiver."""
    from validations.attribution import settled

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
        settled(replace(one, **own), registry, explanation=explained.get(one.indicator, "")) for one in found
    ]


def _submission(
    desk: Desk, registry: Registry, report: Arrived, identity: str, sequence: int, number: int
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
        received_at=desk.at,
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
    report: Arrived,
    found: Sequence[Finding],
    outcomes: Outcomes,
    repeated: bool,
    due: dt.date,
    sealed: bool,
) -> Judged:
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
    return Judged(final, report.reading, tuple(found), outcomes)
