"""A type of finding: title, usual severity, and sentences."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.base import Severity


@dataclass(frozen=True, slots=True)
class FindingType:
    """Declared in ``findings.yaml``, or by a relation kind, whose relations set the severity themselves.

    ``message`` and ``action`` are ``str.format`` templates.
    """

    code: str
    title: str
    severity: Severity
    message: str
    action: str
