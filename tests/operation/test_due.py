"""Which month the daily consolidation is about."""

from __future__ import annotations

import datetime as dt

import pytest

from flows.operation.service.due import due_period
from schemas import Period


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (dt.date(2023, 7, 5), Period(2023, 5)),  # June's deadline is today: not yet
        (dt.date(2023, 7, 6), Period(2023, 6)),
        (dt.date(2023, 8, 7), Period(2023, 6)),  # 5 August is a Saturday, so July is due on the 7th
        (dt.date(2023, 8, 8), Period(2023, 7)),
        (dt.date(2023, 10, 7), Period(2023, 8)),  # after the holidays, the 7th is the first working day
        (dt.date(2023, 10, 8), Period(2023, 9)),
        (dt.date(2023, 1, 6), Period(2022, 12)),
    ],
)
def test_it_is_the_newest_month_whose_deadline_has_passed(today: dt.date, expected: Period) -> None:
    """From the day after the deadline, wherever holidays have moved it."""
    assert due_period(today) == expected
