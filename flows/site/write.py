"""The site as files: relative path -> content, the same bytes for the same year."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flows.site.model import SiteYear
from flows.site.pages import (
    clauses,
    everything,
    file,
    front,
    indicator,
    month,
    quarantine,
    record,
    rule,
    rules,
    submission,
    unit,
    year,
)

#: One file per kind of page; each gives (path, content) pairs.
_KINDS = (
    front,
    year,
    month,
    unit,
    submission,
    clauses,
    indicator,
    rules,
    rule,
    file,
    quarantine,
    record,
    everything,
)


def site_pages(shown: SiteYear) -> dict[str, bytes]:
    """Every file of the site that this year gives, by its path below the site's folder."""
    return dict(written_pages(shown))


def written_pages(shown: SiteYear) -> Iterator[tuple[str, bytes]]:
    """The same one at a time, so that a large year need not stand in memory at once."""
    yield from _assets()
    for kind in _KINDS:
        yield from kind.pages(shown)


def _assets() -> Iterator[tuple[str, bytes]]:
    for path in sorted(Path(__file__).with_name("assets").iterdir()):
        yield f"assets/{path.name}", path.read_bytes()
