"""Into the register: a report wholly or not at all, and in the record who did it when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.intake.decide import DecidedReport
from flows.intake.sender import RefusedDrop
from flows.platform.context import RunContext
from flows.platform.memory import infrequent_gc
from flows.register import audit_log, queries, tables, writes
from flows.register.queries import Quarantined
from flows.register.results import Result

#: Submissions in one transaction: a flush to disk costs as much as adding several.
_TOGETHER = 50


@infrequent_gc()
def record_reports(context: RunContext, judged: Sequence[DecidedReport]) -> None:
    """All of a submission is in the register or nothing is: some are added in one transaction."""
    for start in range(0, len(judged), _TOGETHER):
        some = judged[start : start + _TOGETHER]
        with context.engine.begin() as connection:
            for _ in some:
                context.fault("inside-transaction")
            writes.add_submissions(connection, [_entry(one) for one in some])
            audit_log.append_all(
                connection, at=context.at, who=context.who, action="intake", told=[_told(one) for one in some]
            )
        context.fault("after-transaction")


def _entry(judged: DecidedReport) -> writes.NewSubmission:
    if judged.submission.result == Result.REPEATED:
        return writes.NewSubmission(judged.submission, None, (), judged.outcomes)
    return writes.NewSubmission(judged.submission, judged.reading, judged.findings, judged.outcomes)


def _told(judged: DecidedReport) -> tuple[str, Mapping[str, Any]]:
    """What the record says of a submission: its identifier and what must never change."""
    submission = judged.submission
    return submission.submission_id, {
        "file": submission.file,
        "sha256": submission.file_sha256,
        "result": submission.result,
        "held": submission.held,
        "fingerprint": submission.fingerprint,
    }


def record_refusal(context: RunContext, refused: RefusedDrop) -> Quarantined:
    """Register a drop that could not be taken."""
    with context.engine.begin() as connection:
        entry = Quarantined(
            number=queries.next_number(connection, tables.quarantined),
            file=refused.drop.name,
            folder=refused.drop.waiting.folder,
            file_sha256=refused.drop.sha256,
            size=refused.drop.size,
            received_at=context.at,
            code=refused.unreadable.code,
            reason=refused.unreadable.reason,
            action=refused.unreadable.action,
            drop_key=refused.drop.key,
            closed=False,
        )
        writes.add_quarantined(connection, entry)
        audit_log.append(
            connection,
            at=context.at,
            who=context.who,
            action="quarantine",
            subject=f"{entry.folder}/{entry.file}",
            detail={"sha256": entry.file_sha256, "code": entry.code, "fingerprint": entry.fingerprint},
        )
    context.fault("after-transaction")
    return entry
