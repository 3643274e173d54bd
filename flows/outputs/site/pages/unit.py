"""A unit's year: its submissions month by month, and its work points over the months."""

from __future__ import annotations

from collections.abc import Iterator

from flows.outputs.site import labels, urls
from flows.outputs.site.finding_lines import counts
from flows.outputs.site.model import SiteYear
from flows.outputs.site.page_cache import NoPageCache, inputs_of
from flows.outputs.site.render import page
from schemas import Unit


def pages(year: SiteYear, before: NoPageCache) -> Iterator[tuple[str, bytes]]:
    for unit in year.registry.units:
        yield from _page(year, unit, before)


def _page(year: SiteYear, unit: Unit, before: NoPageCache) -> Iterator[tuple[str, bytes]]:
    path = urls.unit(year.year, unit.code)
    periods = sorted(year.months)
    sent = [
        (report, counts(report.findings), labels.STANDINGS[year.standing(report)], year.late(report))
        for period in periods
        for report in year.chain(period, unit.code)
    ]
    points = [
        (
            point,
            [
                labels.badge(labels.POINT_STATES, year.months[p].work_point_states[unit.code, point.code])
                for p in periods
            ],
        )
        for point in year.registry.work_points_of(unit)
    ]
    shown = [(report.head, *others) for report, *others in sent]
    inputs = inputs_of(periods, shown, [badges for _, badges in points])
    if before.stands(path, inputs):
        return
    content = page("unit", path, year=year.policy, unit=unit, periods=periods, sent=sent, points=points)
    before.keep(path, inputs, content)
    yield path, content
