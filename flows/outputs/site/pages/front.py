"""首页: where an auditor comes in. Written for the newest year only, since there is one of it."""

from __future__ import annotations

from collections.abc import Iterator

from flows.outputs.site import urls
from flows.outputs.site.model import SiteMonth, SiteYear
from flows.outputs.site.render import page


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    if year.year != max(year.years):
        return
    last = year.record[-1] if year.record else None
    yield (
        urls.FRONT,
        page(
            "front",
            urls.FRONT,
            year=year,
            month=year.newest if year.months else None,
            last=last,
            months=[_line(year, year.months[period]) for period in sorted(year.months, reverse=True)],
        ),
    )


def _line(year: SiteYear, month: SiteMonth) -> tuple[SiteMonth, list[str]]:
    """The month, and the severities of what is found in it."""
    judged = (report for report in year.sent[month.period] if report.id in month.judged)
    found = [one.severity for report in judged for one in report.findings if one not in month.lifted]
    return month, [*found, *(one.severity for one in month.between)]
