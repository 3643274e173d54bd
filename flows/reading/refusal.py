"""A file that is no report, as an exception inside reading and as the answer outside it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flows.reading.limits import Limits
from flows.reading.model import Unreadable
from validations.findings.finding import finding_type


class NotReadable(Exception):  # noqa: N818 - the submitter's mistake, not an error of ours
    """Raised where a file proves unreadable; ``code`` is a key of findings.yaml, ``words`` fill it."""

    def __init__(self, code: str, **words: object) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


def answer(refusal: NotReadable, data: bytes, name: str) -> Unreadable:
    """The answer for the quarantine: reason and action worded in Chinese."""
    kind = finding_type(refusal.code)
    return Unreadable(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        code=refusal.code,
        reason=kind.message.format(**refusal.words),
        action=kind.action.format(**refusal.words),
    )


def oversized(path: Path, name: str, limits: Limits) -> Unreadable:
    """The answer for a file that should not even be held in memory."""
    size, most = (f"{number / 2**20:.0f}" for number in (path.stat().st_size, limits.file_bytes))
    kind = finding_type("too_large")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Unreadable(
        file=name,
        sha256=sha256,
        size=path.stat().st_size,
        code=kind.code,
        reason=kind.message.format(what=f"文件 {size} MB，上限 {most} MB"),
        action=kind.action,
    )
