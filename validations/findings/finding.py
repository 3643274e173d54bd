"""A clerk's mistake as a value: where, what was read, what was expected, what to do."""

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
    """One thing that a person should look at, worded for the clerk.

    ``code`` is a key of ``findings.yaml`` or a relation kind; ``rule`` the relation or check that found it.
    ``sheet`` and ``cell`` are those of the file as it was sent; ``cell`` is empty when the
    finding concerns a whole sheet or file. ``also`` names further rules broken by the same
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
    def from_dict(cls, told: Mapping[str, Any]) -> Finding:
        """The finding of which :meth:`as_dict` told."""
        return cls(**{**told, "also": tuple(told["also"])})

    @property
    def returns(self) -> bool:
        """Whether the report goes back because of it."""
        return self.status == "open" and self.severity in ("error", "query")


def finding_types() -> Mapping[str, FindingType]:
    """Every kind of finding that exists, by code: those of ``findings.yaml`` and the relation kinds'."""
    from validations.kinds import kinds  # they rest on templates, which who reads files does without

    return {**_written(), **{name: kind.finding_type for name, kind in kinds().items()}}


def finding_type(code: str) -> FindingType:
    """Raises ``KeyError`` for an unknown code: our mistake."""
    return _written().get(code) or finding_types()[code]


@lru_cache(maxsize=1)
def _written() -> Mapping[str, FindingType]:
    raw = yaml.safe_load(Path(__file__).with_name("findings.yaml").read_text("utf-8"))
    return {code: FindingType(code=code, **entry) for code, entry in raw.items()}


def finding(
    code: str, *, severity: Severity | None = None, words: Mapping[str, object], **place: Any
) -> Finding:
    """A finding of a known type; ``words`` fill its templates, ``place`` its other fields.

    Raises ``KeyError`` for an unknown code or a template word that is not given: our mistakes.
    """
    kind = finding_type(code)
    return Finding(
        code=code,
        severity=severity or kind.severity,
        message=kind.message.format(**words),
        action=kind.action.format(**words),
        **place,
    )
