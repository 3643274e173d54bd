"""Puts the site in place: what the register says now, beside the outputs that stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from sqlalchemy import Engine

import schemas
from flows.consolidation.figure_table import FigureTable
from flows.outputs import manifest
from flows.outputs.site import month_cache, urls
from flows.outputs.site.all_pages import written_pages
from flows.outputs.site.data_docs import write_data_docs
from flows.outputs.site.load import load_site_year
from flows.outputs.site.load_reports import detailed
from flows.outputs.site.model import SiteMonth
from flows.outputs.site.page_cache import Entry, PageCache
from flows.platform import atomic_files
from flows.platform.home import Home
from flows.platform.memory import infrequent_gc
from flows.register import queries
from schemas import Period


@infrequent_gc()
def publish_site(
    home: Home,
    engine: Engine,
    period: Period,
    *,
    merged: Mapping[Period, FigureTable] | None = None,
    ahead: Mapping[str, Entry] | None = None,
) -> list[str]:
    """Write the site of the period's year and its month's Data Docs; returns the pages that changed.

    Call it after the month's outputs, which it links. Pages of units, submissions and files that stand
    as they would be drawn are not drawn again, nor are those of ``ahead`` (``flows.outputs.site.prerender``).
    Raises ``OSError`` when they can't be written.
    """
    write_data_docs(home, period)
    mark, marked = _drawn_with(period.year), home.site / urls.DRAWN_WITH.format(year=period.year)
    anew = not atomic_files.has_content(marked, mark)
    made: list[SiteMonth] = []
    with engine.connect() as connection:
        # An earlier month may be consolidated again: the year is shown whole all the same.
        known = queries.periods(connection)
        periods = sorted({p for p in known if p.year == period.year} | {period})
        others = _others(home.site, {p.year for p in known} - {period.year})
        shown = load_site_year(
            connection,
            period.year,
            periods[-1],
            merged=merged,
            kept=month_cache.nothing_kept if anew else month_cache.kept_in(home.site),
            made=made.append,
            detail=(),
            years=others,
            elsewhere=frozenset(_submissions(home.site, others)),
            published=[p for p in periods if (home.month(p) / manifest.NAME).is_file()],
            data_docs=[p for p in periods if (home.site / urls.data_docs(p)).is_file()],
        )
        name = urls.DRAWN_FROM.format(year=period.year)
        drawn = PageCache(
            home.site, name, partial(detailed, connection), month=str(period), anew=anew, ahead=ahead
        )
        # While pages are being written there is no mark: a run cut short has all of them drawn again.
        marked.unlink(missing_ok=True)
        changed = atomic_files.write_all(home.site, written_pages(shown, drawn))
    for month in made:
        atomic_files.write(home.site / urls.kept_month(month.period), month_cache.written(month))
    kept, content = drawn.listed()
    atomic_files.write(home.site / kept, content)
    atomic_files.write(marked, mark)
    return changed + drawn.taken_up


def _others(site: Path, years: Iterable[int]) -> list[int]:
    """Years that can be linked: the register may know one of which no month was consolidated yet."""
    return [year for year in sorted(years) if (site / urls.year(year)).is_file()]


def _submissions(site: Path, years: Iterable[int]) -> Iterator[str]:
    """Those of the years that have a page."""
    for year in years:
        folder = (site / urls.submission(str(year))).parent
        yield from (path.stem for path in folder.glob("*.html"))


def _drawn_with(year: int) -> bytes:
    """A digest of the year's registry and of all the code that has a part in a page."""
    return hashlib.sha256(f"{schemas.load(year).version} {_code()}".encode()).hexdigest().encode()


@cache
def _code() -> str:
    """What this process runs; so it stays the same also where the files are replaced meanwhile."""
    total = hashlib.sha256()
    for package in ("schemas", "validations", "flows"):
        for path in sorted((_ROOT / package).rglob("*")):
            if path.suffix in _SUFFIXES and not (package == "schemas" and path.suffix == ".yaml"):
                total.update(path.relative_to(_ROOT).as_posix().encode())
                total.update(path.read_bytes())
    return total.hexdigest()


_ROOT = Path(__file__).parents[3]
#: The year's own policy is known by its version.
_SUFFIXES = (".py", ".yaml", ".j2", ".css", ".js", ".svg")
