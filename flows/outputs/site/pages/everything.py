"""总目录: every page of the year in one list, which the search box at the top of each page opens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flows.outputs.site import labels, urls
from flows.outputs.site.model import SiteYear
from flows.outputs.site.render import page
from validations.declaring.wording import clause


class Item(NamedTuple):
    kind: str
    title: str
    note: str
    page: str


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    path = urls.everything(year.year)
    items = [
        *_months(year),
        *_policy(year),
        *_sent(year),
        *(
            Item("隔离文件", entry.file, entry.reason, urls.file(entry.file_sha256))
            for entry in year.quarantined
        ),
    ]
    kinds = [(kind, kind) for kind in dict.fromkeys(item.kind for item in items)]
    yield path, page("everything", path, year=year, items=items, kinds=kinds)


def _months(year: SiteYear) -> Iterator[Item]:
    for period in sorted(year.months):
        yield Item("月份", period.chinese, str(period), urls.month(period))
    for unit in year.registry.units:
        yield Item("填报单位", unit.name, unit.code, urls.unit(year.year, unit.code))


def _policy(year: SiteYear) -> Iterator[Item]:
    registry = year.registry
    for point in registry.work_points:
        yield Item(
            "工作要点", f"{clause(registry, point.code)} {point.short}", point.title,
            urls.clause(year.year, point.code),
        )  # fmt: skip
    for i in registry.indicators:
        yield Item("指标", f"{i.code} {i.name}", i.basis, urls.indicator(year.year, i.code))
    for rule in year.rules:
        yield Item("规则", rule.title, rule.id, urls.rule(year.year, rule.id))


def _sent(year: SiteYear) -> Iterator[Item]:
    for report in year.reports:
        head = report.head
        unit = year.registry.unit[head.unit_code]
        note = f"{head.file}　{labels.STANDINGS[year.standing(report)].text}　{head.file_sha256}"
        yield Item("报送", f"{report.id} {unit.short}", note, urls.submission(report.id))
