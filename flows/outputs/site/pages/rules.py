"""规则登记册: every rule in force, and how the last month stood by it."""

from __future__ import annotations

from collections.abc import Iterator

from flows.outputs.site import labels, urls
from flows.outputs.site.model import SiteYear
from flows.outputs.site.render import page


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    path = urls.rules(year.year)
    outcomes = {}
    if year.months:
        outcomes = {row.rule: row for row in year.newest.rules}
    yield (
        path,
        page(
            "rules",
            path,
            year=year,
            outcomes=outcomes,
            kinds=[(kind, labels.kind_title(kind)) for kind in dict.fromkeys(r.kind for r in year.rules)],
            newest=year.newest.period if year.months else None,
        ),
    )
