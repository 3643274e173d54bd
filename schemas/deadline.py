"""When a report is due: a day of the following month, moved to the next working day."""

from __future__ import annotations

import datetime as dt

from schemas import Period, Registry


def deadline(registry: Registry, period: Period) -> dt.date:
    """The last day on which the report of ``period`` is on time.

    Public holidays and make-up working days are those of the State Council's yearly notices
    (package chinesecalendar); in years that it doesn't cover, Saturdays and Sundays are days off.
    """
    following = period.following
    day = dt.date(following.year, following.month, registry.deadline.day)
    while not _is_workday(day):
        day += dt.timedelta(days=1)
    return day


def _is_workday(day: dt.date) -> bool:
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5
