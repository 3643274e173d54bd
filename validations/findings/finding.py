"""Findings: a mistake in a report with its place, the value read, the value expected, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from schemas.base import Severity
from schemas.models import SEVERITY_TITLES
from validations.declaring.finding_type import FindingType

__all__ = [
    "SEVERITY_ORDER",
    "SEVERITY_TITLES",
    "STATUS_TITLES",
    "Finding",
    "FindingType",
    "Severity",
    "Status",
    "finding",
    "finding_type",
    "finding_types",
]

#: open 待处理, explained 已说明, waived 已豁免. Only errors and open queries return a report.
Status = Literal["open", "explained", "waived"]
STATUS_TITLES: Mapping[str, str] = {"open": "待处理", "explained": "已说明", "waived": "已豁免"}
SEVERITY_ORDER: Mapping[str, int] = {"error": 0, "query": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a report that a person should look at, worded for the clerk.

    ``code`` is a key of ``findings.yaml`` or a relation kind; ``rule`` is the relation or check that failed.
    ``sheet`` and ``cell`` are those of the file as it was sent; ``cell`` is empty when the
    finding concerns a whole sheet or file. ``also`` lists further rules broken by the same
    cause. ``unit_code``, ``period`` and ``submission_id`` are empty until the finding is
    attributed.
    """

    code: str
    severity: Severity
    message: str  # the whole sentence: what was read, what was expected, under which clause
    action: str  # what to do
    rule: str = ""
    unit_code: str = ""
    period: str = ""
    submission_id: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    work_point: str = ""
    indicator: str = ""
    value: str = ""  # as it was read
    expected: str = ""
    explanation: str = ""
    status: Status = "open"
    waiver: str = ""  # reason, who and until, where a waiver applied
    also: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"also": list(self.also)}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Finding:
        """The finding that :meth:`as_dict` made ``fields`` of."""
        return cls(**{**fields, "also": tuple(fields["also"])})

    @property
    def returns(self) -> bool:
        """Whether the report is returned to the unit because of this finding."""
        return self.status == "open" and self.severity in ("error", "query")


def finding_types() -> Mapping[str, FindingType]:
    """Every finding type by code: those of ``findings.yaml`` and those of the relation kinds."""
    from validations.kinds import kinds  # imports the template's code, which reading files does not need

    return {**_written(), **{name: kind.finding_type for name, kind in kinds().items()}}


def finding_type(code: str) -> FindingType:
    """The finding type of a code. Raises ``KeyError`` for an unknown one, which is a programming error."""
    return _written().get(code) or finding_types()[code]


@lru_cache(maxsize=1)
def _written() -> Mapping[str, FindingType]:
    raw = yaml.safe_load(Path(__file__).with_name("findings.yaml").read_text("utf-8"))
    return {code: FindingType(code=code, **entry) for code, entry in raw.items()}


def finding(
    code: str, *, severity: Severity | None = None, words: Mapping[str, object], **place: Any
) -> Finding:
    """Make a finding of the type ``code``.

    Args:
        severity: if other than the type's usual one.
        words: fill the placeholders of the type's sentences.
        place: further fields of the finding.

    Raises:
        KeyError: unknown code, or a placeholder without a word; both are programming errors.
    """
    kind = finding_type(code)
    return Finding(
        code=code,
        severity=severity or kind.severity,
        message=kind.message.format(**words),
        action=kind.action.format(**words),
        **place,
    )
