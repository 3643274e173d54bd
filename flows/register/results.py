"""What becomes of a submission or a file, and how a unit stands in a month: stored as these texts."""

from __future__ import annotations

from enum import StrEnum


class Result(StrEnum):
    """What became of a submission, or of a file that is none."""

    ACCEPTED = "accepted"
    QUERIED = "queried"  # accepted, with queries that the clerk has explained
    RETURNED = "returned"
    REPEATED = "repeated"  # byte for byte the newest one: acknowledged, not counted
    QUARANTINED = "quarantined"
    LATE_AFTER_SEAL = "late_after_seal"  # held for the office's decision


class UnitState(StrEnum):
    """How a unit stands in a month."""

    REPORTED = "reported"
    QUERIED = "queried"
    RETURNED = "returned"
    MISSING = "missing"
