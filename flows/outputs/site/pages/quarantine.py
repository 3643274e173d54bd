"""隔离文件: what could not be taken, why, and what its sender was told. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterator

from flows.outputs.site import urls
from flows.outputs.site.model import SiteYear
from flows.outputs.site.render import page


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    yield (
        urls.QUARANTINE,
        page("quarantine", urls.QUARANTINE, year=year.across, quarantined=year.quarantined),
    )
