"""The reporting period is a calendar month."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Period

#: Far enough from both ends that neighbours exist.
PERIODS = st.builds(Period, st.integers(1902, 9990), st.integers(1, 12))


@given(PERIODS)
def test_a_period_is_read_back_as_it_is_written(period: Period) -> None:
    """``str`` and ``parse`` are inverse."""
    assert Period.parse(str(period)) == period


@given(PERIODS)
def test_months_follow_one_another_without_a_gap(period: Period) -> None:
    """The day after a month's end begins the following month."""
    assert period.end + dt.timedelta(days=1) == period.following.start
    assert period.start.day == 1
    assert (period.start.year, period.start.month) == (period.end.year, period.end.month)


@given(PERIODS, st.integers(-12, 12), st.integers(-12, 12))
def test_shifts_add_up(period: Period, first: int, second: int) -> None:
    """Going there in two steps is going there in one, and back again."""
    assert period.shifted(first).shifted(second) == period.shifted(first + second)
    assert period.following.previous == period
    assert period.shifted(-12) == period.year_before


@given(PERIODS, PERIODS)
def test_periods_are_ordered_as_their_days_and_texts_are(one: Period, other: Period) -> None:
    """Sorting by period, by date or by text gives the same order."""
    assert (one < other) == (one.start < other.start) == (str(one) < str(other))


@given(st.text(max_size=12))
def test_any_text_is_a_period_or_a_value_error(text: str) -> None:
    """Nothing but the one form is read."""
    try:
        period = Period.parse(text)
    except ValueError:
        return
    assert dt.date.fromisoformat(f"{period}-01") == period.start


@pytest.mark.parametrize(
    "text",
    ["", "2023", "2023-6", "2023-13", "2023-00", "202306", "2023-06-01", " 2023-06", "2023-06\n", "0000-01"],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    """A mistyped period is an error, never the nearest month."""
    with pytest.raises(ValueError, match="not a"):
        Period.parse(text)


def test_february_of_a_leap_year_has_29_days() -> None:
    """The end is the calendar's."""
    assert (Period(2024, 2).end.day, Period(2023, 2).end.day) == (29, 28)


def test_a_period_is_printed_as_officials_write_it() -> None:
    """2023年6月, without a leading zero."""
    assert Period(2023, 6).chinese == "2023年6月"
