"""隔离文件: what could not be taken, why, and what its sender was told. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterator

from flows.site import address
from flows.site.model import SiteYear
from flows.site.render import page


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    yield (
        address.QUARANTINE,
        page("quarantine", address.QUARANTINE, year=year.across, quarantined=year.quarantined),
    )
