"""Reads submissions from the register for their pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from flows.outputs.site.model import Report
from flows.register import queries
from flows.register.queries import Submission
from flows.register.stored_cells import stored_cells


def reports(connection: Connection, chain: Sequence[Submission], *, detailed: bool) -> list[Report]:
    """The submissions with what was found in them, in their order."""
    ids = [submission.submission_id for submission in chain]
    found = queries.findings(connection, ids)
    read = stored_cells(connection, ids) if detailed else {}
    return [
        Report(
            head=submission,
            findings=tuple(found.get(submission.submission_id, ())),
            detailed=detailed,
            **(read[submission.submission_id]._asdict() if detailed else {}),
        )
        for submission in chain
    ]


def detailed(connection: Connection, reports: Sequence[Report]) -> list[Report]:
    """The reports with every cell read from them."""
    read = stored_cells(connection, [report.id for report in reports])
    return [replace(report, detailed=True, **read[report.id]._asdict()) for report in reports]
