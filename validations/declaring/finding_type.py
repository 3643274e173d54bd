"""A kind of finding: what it is called, how grave it usually is, and its sentences."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.base import Severity


@dataclass(frozen=True, slots=True)
class FindingType:
    """``message`` and ``action`` are ``str.format`` templates. An entry of ``findings.yaml``, or a relation
    kind's own declaration, whose relations state their severity themselves."""

    code: str
    title: str
    severity: Severity
    message: str
    action: str
