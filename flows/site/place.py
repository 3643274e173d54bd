"""Puts the site in place: what the register says now, beside the outputs that stand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine

import schemas
from flows import durable, manifest
from flows.collecting import collecting_seldom
from flows.home import Home
from flows.month import Month
from flows.register import store
from flows.site import address
from flows.site.data_docs import write_data_docs
from flows.site.gather import gather
from flows.site.write import written_pages
from schemas import Period

#: Holds the digest of what the pages were drawn with. A page is left alone only while it stands.
_MARK = "assets/drawn-with.txt"


@collecting_seldom()
def put_site(
    home: Home, engine: Engine, period: Period, *, merged: Mapping[Period, Month] | None = None
) -> list[str]:
    """Write the site of the period's year and its month's Data Docs; returns the pages that changed.

    Call it after the month's outputs, which it links. Submission pages of other months are written
    only where one is missing or the looks or the registry have changed, since nothing else can
    change them. Raises ``OSError`` when they can't be written.
    """
    write_data_docs(home, period)
    with engine.connect() as connection:
        # An earlier month may be consolidated again: the year is shown whole all the same.
        months = sorted({p for p in store.periods(connection) if p.year == period.year} | {period})
        sent = {p: [s.submission_id for s in store.submissions(connection, period=p)] for p in months}
        mark = _drawn_with(period.year)
        anew = not _stands(home.site / _MARK, mark)
        shown = gather(
            connection,
            period.year,
            months[-1],
            merged=merged,
            detail=[p for p in months if anew or p == period or _lacking(home, sent[p])],
            published=[p for p in months if (home.month(p) / manifest.NAME).is_file()],
            data_docs=[p for p in months if (home.site / address.data_docs(p)).is_file()],
        )
    # While pages are being written there is no mark: a run cut short has all of them drawn again.
    (home.site / _MARK).unlink(missing_ok=True)
    changed = durable.write_all(home.site, written_pages(shown))
    durable.write(home.site / _MARK, mark.encode())
    return changed


def _lacking(home: Home, submission_ids: list[str]) -> bool:
    return any(not (home.site / address.submission(one)).is_file() for one in submission_ids)


def _stands(path: Path, mark: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == mark


def _drawn_with(year: int) -> str:
    """A digest of the site's own code, templates and assets, and of the year's registry."""
    total = hashlib.sha256(schemas.load(year).version.encode())
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".j2", ".css", ".js", ".svg"):
            total.update(path.read_bytes())
    return total.hexdigest()
