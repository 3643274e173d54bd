"""An original: its hash, under which names it came, what was answered, and how to check it."""

from __future__ import annotations

from collections.abc import Iterator

from flows.outputs.site import labels, urls
from flows.outputs.site.model import Report, SiteYear
from flows.outputs.site.page_cache import NoPageCache, inputs_of
from flows.outputs.site.render import page
from flows.register.queries import Quarantined


def pages(year: SiteYear, before: NoPageCache) -> Iterator[tuple[str, bytes]]:
    sent: dict[str, list[Report]] = {}
    for report in year.reports:
        sent.setdefault(report.head.file_sha256, []).append(report)
    refused: dict[str, list[Quarantined]] = {}
    for entry in year.quarantined:
        refused.setdefault(entry.file_sha256, []).append(entry)
    for sha256 in dict.fromkeys([*sent, *refused]):
        if sha256 not in sent and sha256 in year.sent_elsewhere:
            continue
        yield from _page(year, sha256, sent.get(sha256, []), refused.get(sha256, []), before)


def _page(
    year: SiteYear, sha256: str, sent: list[Report], refused: list[Quarantined], before: NoPageCache
) -> Iterator[tuple[str, bytes]]:
    path = urls.file(sha256)
    policy = year.policy if sent else year.across
    inputs = inputs_of([(one.head, year.standing(one)) for one in sent], refused, policy.registry.version)
    if before.stands(path, inputs):
        return
    first = sent[0].head if sent else refused[0]
    content = page(
        "file",
        path,
        year=policy,
        sha256=sha256,
        name=first.file,
        bytes=first.size,
        stored=f"archive/{sha256[:2]}/{sha256}",
        sent=[
            (one, year.registry.unit[one.head.unit_code], labels.STANDINGS[year.standing(one)])
            for one in sent
        ],
        refused=refused,
    )
    before.keep(path, inputs, content)
    yield path, content
