"""Which month the daily consolidation is about."""

from __future__ import annotations

import datetime as dt

import schemas
from schemas import Period
from schemas.deadline import deadline


def due_period(today: dt.date) -> Period:
    """The newest month whose deadline has passed before ``today``.

    Deadlines move with holidays, which no cron line can say; so the run comes daily and asks. A
    correction that arrives after the deadline is in the outputs the next morning. A year without a
    registry has no deadline of its own: the newest registry's rule stands in.
    """
    period = Period(today.year, today.month).previous
    while deadline(_registry(period.year), period) >= today:
        period = period.previous
    return period


def _registry(year: int) -> schemas.Registry:
    return schemas.load(year) if year in schemas.years() else schemas.newest()
