"""A month again from its stored originals alone, in a register of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

import schemas
from flows.intake.decide import decide_reports
from flows.intake.inbox import Drop, WaitingFile
from flows.intake.record import record_reports
from flows.intake.sender import identify_senders
from flows.platform.context import RunContext
from flows.platform.home import Home
from flows.reading import Limits, read_all
from flows.register import archive, audit_log, writes
from flows.register.database import open_register
from flows.register.queries import Submission
from schemas import Period
from schemas.settings import settings


@dataclass(frozen=True)
class TakenIn:
    """Reports of one month that were judged together; ``held`` as it was when they came."""

    at: str
    period: Period
    reports: tuple[Submission, ...]


@dataclass(frozen=True)
class Released:
    """Reports that had been held, and count since their month was opened again."""

    period: str
    submissions: tuple[str, ...]


Step = TakenIn | Released


def history(connection: Connection, wanted: Iterable[Submission]) -> list[Step]:
    """What the record says happened to the submissions, in order.

    Whether one counted when another was judged is told by the order in which they came and were
    released, not by how they stand today.
    """
    by_identity = {s.submission_id: s for s in wanted}
    steps: list[Step] = []
    for entry in audit_log.entries(connection):
        detail = entry["detail"]
        if entry["action"] == "reopen":
            released = tuple(one for one in detail["released"] if one in by_identity)
            steps.append(Released(entry["subject"], released))
        elif entry["action"] == "intake" and entry["subject"] in by_identity:
            report = replace(by_identity[entry["subject"]], held=bool(detail.get("held")))
            last = steps[-1] if steps else None
            if isinstance(last, TakenIn) and (last.at, str(last.period)) == (
                report.received_at,
                report.period,
            ):
                steps[-1] = replace(last, reports=(*last.reports, report))
            else:
                steps.append(TakenIn(report.received_at, Period.parse(report.period), (report,)))
    return steps


def rebuild(home: Home, steps: Iterable[Step], folder: Path) -> RunContext:
    """A new register in ``folder`` with the submissions read and judged again, in their order."""
    scratch = Home(folder)
    engine = open_register(scratch.database_url(None))
    for step in steps:
        if isinstance(step, TakenIn):
            _take_in(home, RunContext(scratch, engine, dt.datetime.fromisoformat(step.at), "verify"), step)
        else:
            with engine.begin() as connection:
                writes.set_held(connection, step.submissions, held=False)
                # Merging asks the record when they began to count.
                audit_log.append(
                    connection,
                    at="",
                    who="verify",
                    action="reopen",
                    subject=step.period,
                    detail={"released": list(step.submissions)},
                )
    return RunContext(home=scratch, engine=engine, now=dt.datetime.now(dt.UTC), who="verify")


def _take_in(home: Home, context: RunContext, step: TakenIn) -> None:
    units, originals = schemas.newest().unit_by_name, archive.open_archive(home)
    drops = [_drop(home, s, units) for s in step.reports]
    kept = context.home.root / "originals"
    jobs = [(archive.local_copy(originals, s.file_sha256, kept), s.file) for s in step.reports]
    arrived, _ = identify_senders(drops, read_all(jobs, limits=Limits()), settings(), dt.date.max)
    judged, _ = decide_reports(context, arrived, step.period)
    record_reports(context, judged)
    # Whether a report that came after sealing counts is the office's decision, taken as it stood.
    with context.engine.begin() as connection:
        writes.set_held(connection, [s.submission_id for s in step.reports if s.held])


def _drop(home: Home, submission: Submission, units: Mapping[str, Any]) -> Drop:
    name, _, inner = submission.file.partition("/")  # of a report that came in an archive
    waiting = WaitingFile(
        path=home.inbox / submission.folder / name,
        folder=submission.folder,
        unit=units.get(submission.folder.split("/", 1)[0]),
        size=submission.size,
        mtime_ns=0,
        inode=0,
    )
    return Drop(waiting, submission.file_sha256, submission.size, inner)
