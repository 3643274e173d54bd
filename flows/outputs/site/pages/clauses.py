"""要点与指标: the notice's work points with what is counted under each, and the phrase it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from flows.outputs.site import urls
from flows.outputs.site.model import SiteYear
from flows.outputs.site.render import page


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    path = urls.clauses(year.year)
    registry = year.registry
    sections = [
        (
            section,
            [
                (
                    point,
                    [i for i in registry.indicators if i.work_point == point.code],
                    [r for r in year.rules if r.work_point == point.code],
                )
                for point in registry.work_points
                if point.section == section.number
            ],
        )
        for section in registry.sections
    ]
    yield path, page("clauses", path, year=year, sections=sections)
