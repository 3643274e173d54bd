"""留痕记录: the append-only record, each entry with the hash of the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flows.consolidation.status import RESULT_TITLES
from flows.outputs.site import labels, urls
from flows.outputs.site.model import SiteYear
from flows.outputs.site.page_cache import NoPageCache, inputs_of
from flows.outputs.site.render import page
from flows.register.audit_log import ORIGIN, entry_hash


def pages(year: SiteYear, before: NoPageCache) -> Iterator[tuple[str, bytes]]:
    entries = year.record
    total = -(-len(entries) // urls.RECORD_PAGE)
    yield _index(year)
    for number in range(total):
        start = number * urls.RECORD_PAGE
        own = entries[start : start + urls.RECORD_PAGE]
        values = {
            "rows": [_row(year, entry) for entry in own],
            "broken": _broken(own, entries[start - 1]["hash"] if start else ORIGIN),
            # A full page must not change again, so it names its neighbours only.
            "earlier": urls.record(start) if start else "",
            "later": urls.record(start + urls.RECORD_PAGE + 1) if number + 1 < total else "",
        }
        path = urls.record(start + 1)
        inputs = inputs_of(values, year.across.registry.version)
        if not before.stands(path, inputs):
            content = page("record", path, year=year.across, **values)
            before.keep(path, inputs, content)
            yield path, content


def _index(year: SiteYear) -> tuple[str, bytes]:
    """Where every page of the site leads: it changes with each entry, so that they need not."""
    entries = year.record
    chunks = [
        (entries[start], entries[min(start + urls.RECORD_PAGE, len(entries)) - 1])
        for start in range(0, len(entries), urls.RECORD_PAGE)
    ]
    breaks = _broken(entries, ORIGIN)
    values = {
        "year": year.across,
        "chunks": chunks,
        "breaks": breaks,
        "last": entries[-1] if entries else None,
    }
    return urls.RECORD, page("record_index", urls.RECORD, **values)


def _row(
    year: SiteYear, entry: Mapping[str, Any]
) -> tuple[Mapping[str, Any], str, list[tuple[str, str, str]], str]:
    """(entry, action in words, details in words, page of its subject)."""
    subject = str(entry["subject"])
    known = subject in year.by_id or subject in year.elsewhere
    page_of = urls.submission(subject) if known else ""
    details = [
        (labels.DETAILS.get(name, name), _told(name, value), _page_of(year, name, value, known=known))
        for name, value in sorted(entry["detail"].items())
    ]
    return entry, labels.ACTIONS.get(entry["action"], entry["action"]), details, page_of


def _page_of(year: SiteYear, name: str, value: object, *, known: bool) -> str:
    """An original has a page where its submission has one, or where it was set aside."""
    return urls.file(str(value)) if name == "sha256" and (known or value in year.refused) else ""


def _told(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value)) or "无"
    of = {"result": RESULT_TITLES, "kind": labels.CHASED}.get(name, {})
    return of.get(str(value), str(value)) or "无"


def _broken(entries: tuple[Mapping[str, Any], ...], previous: str) -> list[int]:
    """Numbers of entries that do not follow from the one before, or were altered."""
    broken = []
    for entry in entries:
        if entry["previous"] != previous or entry["hash"] != entry_hash(entry):
            broken.append(int(entry["number"]))
        previous = entry["hash"]
    return broken
