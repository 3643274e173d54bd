"""A unit's year: its submissions month by month, and its work points over the months."""

from __future__ import annotations

from collections.abc import Iterator

from flows.site import address, words
from flows.site.lines import counts
from flows.site.model import SiteYear
from flows.site.render import page
from schemas import Unit


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    for unit in year.registry.units:
        yield _page(year, unit)


def _page(year: SiteYear, unit: Unit) -> tuple[str, bytes]:
    path = address.unit(year.year, unit.code)
    periods = sorted(year.months)
    sent = [
        (report, counts(report.findings), words.STANDINGS[year.standing(report)])
        for period in periods
        for report in year.chain(period, unit.code)
    ]
    points = [
        (
            point,
            [
                words.badge(words.POINT_STATES, year.months[p].work_point_states[unit.code, point.code])
                for p in periods
            ],
        )
        for point in year.registry.work_points_of(unit)
    ]
    return path, page("unit", path, year=year, unit=unit, periods=periods, sent=sent, points=points)
