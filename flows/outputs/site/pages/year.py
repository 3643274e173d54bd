"""年度一览: unit × month with the state of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flows.outputs.site import labels, urls
from flows.outputs.site.finding_lines import counts
from flows.outputs.site.labels import Badge
from flows.outputs.site.model import SiteMonth, SiteYear
from flows.outputs.site.render import page
from flows.register.results import UnitState
from schemas import Period, Unit


class Square(NamedTuple):
    """A unit in a month; ``page`` is empty where nothing was sent."""

    badge: Badge
    page: str
    errors: int
    queries: int
    sent: int  # how many submissions, repeats included


class Total(NamedTuple):
    """A month's foot line."""

    accepted: int
    late: int
    returned: int
    missing: int


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    path = urls.year(year.year)
    periods = [Period(year.year, number) for number in range(1, 13)]
    groups = [
        (
            year.registry.unit_types[kind],
            [
                (unit, [square(year, year.months[p], unit) if p in year.months else None for p in periods])
                for unit in units
            ],
        )
        for kind in year.registry.unit_types
        if (units := [u for u in year.registry.units if u.type == kind])
    ]
    yield (
        path,
        page(
            "year",
            path,
            year=year,
            periods=periods,
            groups=groups,
            totals=[total(year.months[p]) if p in year.months else None for p in periods],
            sealed={p: sealed(year, p) for p in periods},
        ),
    )


def square(year: SiteYear, month: SiteMonth, unit: Unit) -> Square:
    """The unit's newest submission of the month, and how the unit stands by it."""
    chain = [r for r in year.chain(month.period, unit.code) if not r.repeats and not r.head.held]
    found = counts(chain[-1].findings) if chain else counts(())
    return Square(
        badge=labels.unit_badge(month.units[unit.code]),
        page=urls.submission(chain[-1].id) if chain else "",
        errors=found["error"],
        queries=found["query"],
        sent=len(year.chain(month.period, unit.code)),
    )


def total(month: SiteMonth) -> Total:
    states = [status.state for status in month.units.values()]
    return Total(
        accepted=states.count(UnitState.REPORTED) + states.count(UnitState.QUERIED),
        late=sum(status.late for status in month.units.values()),
        returned=states.count(UnitState.RETURNED),
        missing=states.count(UnitState.MISSING),
    )


def sealed(year: SiteYear, period: Period) -> bool:
    """Whether a seal is in force."""
    return any(s.period == str(period) and not s.reopened_at for s in year.seals)
