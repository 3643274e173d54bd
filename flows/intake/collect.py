"""Taking reports in: what waits, kept and read. Pure of Prefect; ``runs/`` orders the steps.

The order is what makes a crash harmless: an original is archived before it is read, recorded in
one transaction, answered, and only then taken out of the inbox and closed in the register. A run
that finds a drop recorded but not closed goes on from its answer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import schemas
from flows.intake import inbox, zip_files
from flows.intake.batches import policy_version
from flows.intake.batches.read import ReadJob
from flows.intake.inbox import Drop, WaitingFile
from flows.intake.uncollected import report_uncollected
from flows.platform.atomic_files import FsyncBatch
from flows.platform.context import RunContext
from flows.platform.memory import infrequent_gc
from flows.reading import Limits, read_all
from flows.reading.model import Reading, Unreadable
from flows.reading.refusal import NotReadable, answer
from flows.register import archive, queries
from flows.register.queries import Quarantined, Submission
from schemas.settings import Settings
from validations.expectations.engine import import_library


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


@dataclass
class IntakeSummary:
    """What one intake did, for its closing lines."""

    submissions: list[Submission] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    unsettled: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    unevaluated: list[str] = field(default_factory=list)


def collect(context: RunContext, settings: Settings) -> Collected:
    """See what waits, keep every settled file's bytes in the archive.

    Raises ``OSError`` when the archive can't be written; nothing has been changed then.
    """
    units = schemas.newest().unit_by_name
    sighting = inbox.scan_inbox(context.home.inbox, units, settings.inbox.largest_mb * 2**20)
    refused = (*sighting.refused, *inbox.edited_answers(context.home.inbox, context.home.receipts))
    report_uncollected(context.home, refused)
    ready = inbox.settled_files(sighting.waiting, settings.inbox.settle_seconds)
    drops: list[Drop] = []
    taken: set[WaitingFile] = set()
    with FsyncBatch() as together:
        for waiting in ready:
            context.fault("before-archive")
            kept = _kept(context, waiting, together)
            if kept is None:
                continue
            drops += kept
            taken.add(waiting)
            context.fault("after-archive")
        for error in together.settle().values():
            raise error
    with context.engine.connect() as connection:
        known = queries.unclosed_keys(connection)
    return Collected(
        fresh=tuple(drop for drop in drops if drop.key not in known),
        recorded=tuple(drop for drop in drops if drop.key in known),
        unanswered=bool(known),
        unsettled=tuple(f"{w.folder}/{w.name}".lstrip("/") for w in sighting.waiting if w not in taken),
        refused=refused,
    )


def _kept(context: RunContext, waiting: WaitingFile, together: FsyncBatch) -> list[Drop] | None:
    """The file's bytes in the archive, and the drops that it is; None when it changed meanwhile.

    They are there once ``together`` has settled.
    """
    place, limits = archive.open_archive(context.home), Limits()
    if waiting.size > limits.file_bytes:
        # No reader will want it, and it should not pass through memory; but it is kept.
        try:
            sha256 = archive.store_pieces(place, lambda: inbox.read_pieces(waiting))
        except (inbox.ChangedError, archive.ArchiveDamagedError):
            return None
        return [Drop(waiting, sha256, waiting.size)]
    content = inbox.read(waiting)
    if content is None:
        return None
    sha256 = archive.store(place, content, together)
    if not zip_files.is_archive(content):
        return [Drop(waiting, sha256, len(content))]
    try:
        return [
            Drop(waiting, archive.store(place, member.content, together), len(member.content), member.name)
            for member in zip_files.members(content, limits)
        ]
    except NotReadable as refusal:
        return [Drop(waiting, sha256, len(content), refusal=answer(refusal, content, waiting.name))]


@infrequent_gc()
def read(context: RunContext, drops: Sequence[Drop]) -> list[Reading | Unreadable]:
    """What each drop holds, in processes of their own; refused ones are not opened at all.

    Raises ``OSError`` when the archive can't be reached.
    """
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as waiting:
        place = archive.open_archive(context.home)
        jobs = [
            (archive.local_copy(place, d.sha256, Path(folder)), d.name) for d in drops if d.refusal is None
        ]
        reading = waiting.submit(read_all, jobs, limits=Limits())
        # Judging needs it next, it takes seconds, and this process would only wait for the others.
        import_library()
        results = reading.result()
    return merge_refused(drops, results)


def reading_job(context: RunContext, drops: Sequence[Drop]) -> ReadJob:
    """The drops as they can be read by another process, on this machine or one with the same archive."""
    place = archive.open_archive(context.home)
    return ReadJob(
        place.resolve() if isinstance(place, Path) else place,
        tuple((drop.sha256, drop.name) for drop in drops if drop.refusal is None),
        Limits(),
        policy_version.current_versions(schemas.years()),
    )


def merge_refused(
    drops: Sequence[Drop], readings: Iterable[Reading | Unreadable]
) -> list[Reading | Unreadable]:
    """A result for every drop: ``readings`` are of those that were opened, in their order."""
    results = iter(readings)
    return [drop.refusal or next(results) for drop in drops]
