"""Taking reports in: collected, read, judged, recorded. Pure of Prefect; ``runs/`` orders the steps.

The order is what makes a crash harmless: an original is archived before it is read, recorded in
one transaction, answered, and only then taken out of the inbox and closed in the register. A run
that finds a drop recorded but not closed goes on from its answer.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

import schemas
from flows import archive, inbox, unpack
from flows.arrange import Arrived, Refused, newest_registry
from flows.deadline import deadline
from flows.desk import OFFICE_TIME, Desk
from flows.echoes import without_echoes
from flows.inbox import Drop, Waiting
from flows.left import tell_left
from flows.reading import Limits, read_all
from flows.reading.model import Reading, Unreadable
from flows.reading.unreadable import NotReadable, answer
from flows.register import record, store, tables
from flows.register.store import Quarantined, Submission
from schemas import Period, Registry, RegistryError
from schemas.settings import Settings
from validations.findings import Finding, finding

_LOG = logging.getLogger(__name__)
#: Submissions in one transaction: a flush to disk costs as much as adding several.
_TOGETHER = 50
_RULE_COLUMNS = ("submission_id", "rule", "evaluated", "failed", "not_evaluated")
Outcomes = list[tuple[str, int, int, int]]  # rule, evaluated, failed, not evaluated


@dataclass(frozen=True)
class Collected:
    """``fresh`` drops are to be read; ``recorded`` ones were, before a run was cut short.

    ``unanswered``: the register holds drops not yet closed, whether or not they still lie here.
    """

    fresh: tuple[Drop, ...]
    recorded: tuple[Drop, ...]
    unanswered: bool
    unsettled: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Judged:
    """A report with its place in the chain and what was found in it."""

    submission: Submission
    reading: Reading
    findings: tuple[Finding, ...]
    outcomes: Outcomes


@dataclass
class Taken:
    """What one intake did, for its closing lines."""

    submissions: list[Submission] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    unsettled: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    unevaluated: list[str] = field(default_factory=list)


def collect(desk: Desk, settings: Settings) -> Collected:
    """See what waits, keep every settled file's bytes in the archive.

    Raises ``OSError`` when the archive can't be written; nothing has been changed then.
    """
    units = newest_registry().unit_by_name
    sighting = inbox.look(desk.home.inbox, units, settings.inbox.largest_mb * 2**20)
    tell_left(desk.home, sighting.refused)
    ready = inbox.settled(sighting.waiting, settings.inbox.settle_seconds)
    drops: list[Drop] = []
    taken: set[Waiting] = set()
    for waiting in ready:
        desk.fault("before-archive")
        kept = _kept(desk, waiting)
        if kept is None:
            continue
        drops += kept
        taken.add(waiting)
        desk.fault("after-archive")
    with desk.engine.connect() as connection:
        known = store.unclosed_keys(connection)
    return Collected(
        fresh=tuple(drop for drop in drops if drop.key not in known),
        recorded=tuple(drop for drop in drops if drop.key in known),
        unanswered=bool(known),
        unsettled=tuple(f"{w.folder}/{w.name}".lstrip("/") for w in sighting.waiting if w not in taken),
        refused=sighting.refused,
    )


def _kept(desk: Desk, waiting: Waiting) -> list[Drop] | None:
    """The file's bytes in the archive, and the drops that it is; None when it changed meanwhile."""
    place, limits = desk.home.archive, Limits()
    if waiting.size > limits.file_bytes:
        # No reader will want it, and it should not pass through memory; but it is kept.
        try:
            sha256 = archive.store_pieces(place, lambda: inbox.pieces(waiting))
        except (inbox.ChangedError, archive.ArchiveDamagedError):
            return None
        return [Drop(waiting, sha256, waiting.size)]
    content = inbox.read(waiting)
    if content is None:
        return None
    sha256 = archive.store(place, content)
    if not unpack.is_archive(content):
        return [Drop(waiting, sha256, len(content))]
    try:
        return [
            Drop(waiting, archive.store(place, member.content), len(member.content), member.name)
            for member in unpack.members(content, limits)
        ]
    except NotReadable as refusal:
        return [Drop(waiting, sha256, len(content), refusal=answer(refusal, content, waiting.name))]


def read(desk: Desk, drops: Sequence[Drop]) -> list[Reading | Unreadable]:
    """What each drop holds, in processes of their own; refused ones are not opened at all."""
    jobs = [(archive.path_of(desk.home.archive, d.sha256), d.name) for d in drops if d.refusal is None]
    results = iter(read_all(jobs, limits=Limits()))
    return [drop.refusal or next(results) for drop in drops]


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


def record_reports(desk: Desk, judged: Sequence[Judged]) -> None:
    """All of a submission is in the register or nothing is: some are added in one transaction."""
    for start in range(0, len(judged), _TOGETHER):
        some = judged[start : start + _TOGETHER]
        with desk.engine.begin() as connection:
            for _ in some:
                desk.fault("inside-transaction")
            store.add_submissions(connection, [_entry(one) for one in some])
            record.append_all(
                connection, at=desk.at, who=desk.who, action="intake", told=[_told(one) for one in some]
            )
        desk.fault("after-transaction")


def _entry(judged: Judged) -> store.Entry:
    if judged.submission.result == "repeated":
        return store.Entry(judged.submission, None, (), judged.outcomes)
    return store.Entry(judged.submission, judged.reading, judged.findings, judged.outcomes)


def _told(judged: Judged) -> tuple[str, Mapping[str, Any]]:
    """What the record says of a submission: its identifier and what must never change."""
    submission = judged.submission
    return submission.submission_id, {
        "file": submission.file,
        "sha256": submission.file_sha256,
        "result": submission.result,
        "held": submission.held,
        "fingerprint": submission.fingerprint,
    }


def record_refusal(desk: Desk, refused: Refused) -> Quarantined:
    """Register a drop that could not be taken."""
    with desk.engine.begin() as connection:
        entry = Quarantined(
            number=store.next_number(connection, tables.quarantined),
            file=refused.drop.name,
            folder=refused.drop.waiting.folder,
            file_sha256=refused.drop.sha256,
            size=refused.drop.size,
            received_at=desk.at,
            code=refused.unreadable.code,
            reason=refused.unreadable.reason,
            action=refused.unreadable.action,
            drop_key=refused.drop.key,
            closed=False,
        )
        store.add_quarantined(connection, entry)
        record.append(
            connection,
            at=desk.at,
            who=desk.who,
            action="quarantine",
            subject=f"{entry.folder}/{entry.file}",
            detail={"sha256": entry.file_sha256, "code": entry.code, "fingerprint": entry.fingerprint},
        )
    desk.fault("after-transaction")
    return entry
