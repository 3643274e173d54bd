"""The site as files: relative path -> content, the same bytes for the same year."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flows.outputs.site.model import SiteYear
from flows.outputs.site.page_cache import NoPageCache
from flows.outputs.site.pages import (
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
    clauses,
    indicator,
    rules,
    rule,
    quarantine,
    everything,
)
#: Kinds with a page for each month, unit, report, or part of the record, most of which are the same from run
#: to run.
_KEPT = (month, unit, submission, file, record)


def written_pages(shown: SiteYear, before: NoPageCache | None = None) -> Iterator[tuple[str, bytes]]:
    """Every file of the site that this year gives, by its path below the site's folder.

    One at a time, so that a large year need not stand in memory at once. Pages that stand ``before`` as
    they would be drawn are left out.
    """
    yield from _assets()
    for kind in _KINDS:
        yield from kind.pages(shown)
    for kept in _KEPT:
        yield from kept.pages(shown, before or NoPageCache())


def _assets() -> Iterator[tuple[str, bytes]]:
    for path in sorted(Path(__file__).with_name("assets").iterdir()):
        yield f"assets/{path.name}", path.read_bytes()
