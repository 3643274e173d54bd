"""A file that is no report, as an exception inside reading and as the answer outside it."""

from __future__ import annotations

import hashlib

from flows.reading.model import Unreadable
from validations.findings import finding_types


class NotReadable(Exception):  # noqa: N818 - the submitter's mistake, not an error of ours
    """Raised where a file proves unreadable; ``code`` is a key of findings.yaml, ``words`` fill it."""

    def __init__(self, code: str, **words: object) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


def answer(refusal: NotReadable, data: bytes, name: str) -> Unreadable:
    """The answer for the quarantine: reason and action worded in Chinese."""
    kind = finding_types()[refusal.code]
    return Unreadable(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        code=refusal.code,
        reason=kind.message.format(**refusal.words),
        action=kind.action.format(**refusal.words),
    )
