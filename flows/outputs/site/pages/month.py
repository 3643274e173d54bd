"""A month: unit × work point, every submission, the findings, the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from flows.outputs.site import labels, urls
from flows.outputs.site.finding_lines import of_month
from flows.outputs.site.labels import Badge
from flows.outputs.site.model import SiteMonth, SiteYear
from flows.outputs.site.page_cache import NoPageCache, inputs_of
from flows.outputs.site.pages.year import sealed, total
from flows.outputs.site.render import page
from schemas import Period, Registry, Unit


class Square(NamedTuple):
    """A work point of a unit; ``target`` is where its figures stand, empty where there are none."""

    badge: Badge
    target: str
    findings: int


def pages(year: SiteYear, before: NoPageCache) -> Iterator[tuple[str, bytes]]:
    for month in year.months.values():
        yield from _page(year, month, before)


def _page(year: SiteYear, month: SiteMonth, before: NoPageCache) -> Iterator[tuple[str, bytes]]:
    path = urls.month(month.period)
    seals = [seal for seal in year.seals if seal.period == str(month.period)]
    published, documented = month.period in year.published, month.period in year.data_docs
    inputs = inputs_of(month.key, seals, published, documented)
    if before.stands(path, inputs, month=str(month.period)):
        return
    lines = of_month(year, month)
    worst = Counter((line.finding.unit_code, line.finding.work_point) for line in lines)
    registry = year.registry
    content = page(
        "month",
        path,
        year=year.policy,
        month=month,
        total=total(month),
        sealed=sealed(year, month.period),
        seals=seals,
        matrix=[(unit, _row(year, month, unit, worst)) for unit in registry.units],
        submissions=[
            (one, labels.STANDINGS[year.standing(one)], year.late(one)) for one in year.sent[month.period]
        ],
        lines=lines,
        tally=Counter(line.finding.severity for line in lines),
        units=[(u.short, u.short) for u in registry.units if any(line.unit == u.short for line in lines)],
        points=[(p.code, f"{p.code} {p.short}") for p in registry.work_points],
        rules=month.rules,
        outputs=_outputs(registry, month.period) if published else [],
        documented=documented,
        states={state: labels.POINT_STATES[state] for state in labels.POINT_MEANINGS},
    )
    before.keep(path, inputs, content)
    yield path, content


def _row(year: SiteYear, month: SiteMonth, unit: Unit, found: Counter[tuple[str, str]]) -> list[Square]:
    chain = [r for r in year.chain(month.period, unit.code) if not r.repeats and not r.head.held]
    counting = month.units[unit.code].submission_id or (chain[-1].id if chain else "")
    here = urls.submission(counting) if counting else ""
    squares = []
    for point in year.registry.work_points:
        state = month.work_point_states[unit.code, point.code]
        linked = here and state != "NOT_APPLICABLE"
        squares.append(
            Square(
                badge=labels.badge(labels.POINT_STATES, state),
                target=f"{here}#{urls.work_point_anchor(point.code)}" if linked else "",
                findings=found[unit.code, point.code],
            )
        )
    return squares


def _outputs(registry: Registry, period: Period) -> list[tuple[str, str]]:
    """(what it is, its address below the outputs folder) of what the month was published as."""
    from flows.outputs import manifest
    from flows.outputs.file_names import workbook_name

    folder = str(period)
    ledgers = [(f"{ledger.title}数据集", f"ledger_{ledger.name}") for ledger in registry.ledgers]
    tables = [("指标数据集", "figures"), *ledgers]
    return [
        ("考核汇总表", f"{folder}/{workbook_name(period)}"),
        *((title, f"{folder}/dataset/{name}.csv") for title, name in tables),
        ("校验结果清单", f"{folder}/findings.csv"),
        ("产出清单（含全部 SHA-256）", f"{folder}/{manifest.NAME}"),
    ]
