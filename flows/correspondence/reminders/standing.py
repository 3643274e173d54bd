"""What the register knows of a month's reporting, as the reminders need it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

import schemas
from flows.consolidation.status import unit_statuses
from flows.correspondence.reminders.notice import Standing
from flows.platform.context import OFFICE_TIME
from flows.register import queries
from flows.register.results import Result
from schemas import Period
from schemas.deadline import deadline


def standing(connection: Connection, period: Period) -> Standing:
    """The month as it stands. Files set aside count from the day after the deadline before."""
    registry = schemas.load(period.year)
    arrived = queries.submissions(connection, period=period)
    since = deadline(registry, period.previous)
    return Standing(
        registry=registry,
        period=period,
        deadline=deadline(registry, period),
        units=unit_statuses(registry, arrived),
        arrived=arrived,
        set_aside=[q for q in queries.quarantined(connection) if _day(q.received_at) > since],
        found=queries.findings(connection, [s.submission_id for s in arrived if s.result == Result.RETURNED]),
    )


def _day(at: str) -> dt.date:
    return dt.datetime.fromisoformat(at).astimezone(OFFICE_TIME).date()
