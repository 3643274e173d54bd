"""首页: where an auditor comes in. Written for the newest year only, since there is one of it."""

from __future__ import annotations

from collections.abc import Iterator

from flows.site import address
from flows.site.model import SiteYear
from flows.site.render import page


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    if year.year != max(year.years):
        return
    last = year.record[-1] if year.record else None
    yield (
        address.FRONT,
        page(
            "front",
            address.FRONT,
            year=year,
            month=year.newest if year.months else None,
            last=last,
            months=[year.months[period] for period in sorted(year.months, reverse=True)],
        ),
    )
