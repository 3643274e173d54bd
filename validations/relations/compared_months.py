"""The earlier months that a report is compared with, and the measures that are compared."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.models import Kind
from schemas.periods import Period

#: The measure that is carried from month to month, by kind of indicator.
CARRIED: Mapping[Kind, str] = {Kind.FLOW: "ytd", Kind.STOCK: "stock", Kind.MILESTONE: "status"}


def compared_periods(period: Period) -> Mapping[str, Period]:
    """The earlier months, by the column of the relations' frames that holds what was accepted."""
    return {"last_month": period.previous, "year_before": period.year_before}


def comparing_with(period: Period) -> tuple[Period, ...]:
    """The later months whose reports are compared with this one's."""
    return period.following, Period(period.year + 1, period.month)
