"""Reading some originals wherever the archive can be opened."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.intake.batches import policy_version
from flows.reading import Limits, read_all
from flows.reading.model import Reading, Unreadable
from flows.register import archive
from flows.register.archive import Place


@dataclass(frozen=True)
class ReadJob:
    """Originals to be read. ``jobs``: SHA-256, and the name under which it was dropped."""

    place: Place
    jobs: tuple[tuple[str, str], ...]
    limits: Limits
    policy: policy_version.Versions


def read(chunk: ReadJob) -> list[Reading | Unreadable]:
    """What each holds, in order, read in guarded processes of this machine.

    Bytes are fetched and their hash proved before anything parses them. Raises
    :class:`flows.register.archive.ArchiveDamagedError`, and ``OSError`` when the archive is out of reach.
    """
    policy_version.require_same_policy(chunk.policy)
    with tempfile.TemporaryDirectory() as folder:
        jobs = []
        for number, (sha256, name) in enumerate(chunk.jobs):
            path = Path(folder) / f"{number}"
            archive.copy(chunk.place, sha256, path)
            jobs.append((path, name))
        return read_all(jobs, limits=chunk.limits)


def split(chunk: ReadJob, size: int) -> list[ReadJob]:
    """Chunks of ``size`` originals or fewer, in order."""
    return [
        ReadJob(chunk.place, chunk.jobs[start : start + size], chunk.limits, chunk.policy)
        for start in range(0, len(chunk.jobs), size)
    ]


def join_results(parts: Sequence[Sequence[Reading | Unreadable]]) -> list[Reading | Unreadable]:
    """What :func:`read` of the whole would have given."""
    return [one for part in parts for one in part]
