"""A synthetic year: months that share one book of figures, with units that fall behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from flows.consolidation.month import Month, UnitStatus
from flows.consolidation.year import Year, year_of
from schemas import Period, Registry
from tests.outputs.workbook.months import make_book, make_month

#: Returned in June; not sent in May and June; nothing accepted all year; late in June.
RETURNED, BEHIND, NEVER, LATE = "411025", "411082", "411024", "4110F2"
#: Nobody reported in April.
MONTHS = (1, 2, 3, 5, 6)


def make_year(registry: Registry) -> Year:
    return year_of(make_months(registry))


def make_months(registry: Registry) -> list[Month]:
    book = make_month(registry, missing=[NEVER], late=[LATE])
    figures = make_book(registry, missing=[NEVER])
    absent: Mapping[int, set[str]] = {5: {BEHIND}, 6: {BEHIND, RETURNED}}
    return [_month(book, figures, Period(2023, n), absent.get(n, set())) for n in MONTHS]


def _month(book: Month, figures: pd.DataFrame, period: Period, absent: set[str]) -> Month:
    own = (figures["period"] == str(period)) & ~figures["unit_code"].isin(absent)
    sent = book.submissions.assign(period=str(period))
    kept = ~sent["unit_code"].isin(absent)
    units = {code: _status(status, period, absent) for code, status in book.units.items()}
    return replace(
        book,
        period=period,
        units=units,
        figures=figures[own].reset_index(drop=True),
        submissions=sent[kept].reset_index(drop=True),
    )


def _status(status: UnitStatus, period: Period, absent: set[str]) -> UnitStatus:
    if status.code in absent:
        state = "returned" if status.code == RETURNED else "missing"
        return UnitStatus(status.code, state, False, "", "")
    if not status.counts:
        return status
    late = status.late and period.month == MONTHS[-1]
    return replace(status, state="reported", late=late, submission_id=f"{period}-{status.code}")
