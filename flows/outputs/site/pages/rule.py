"""A rule: what it asserts, on which clause, and where it failed over time."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flows.outputs.site import urls
from flows.outputs.site.finding_lines import Line, city, of_report
from flows.outputs.site.model import Rule, RuleOutcome, SiteYear
from flows.outputs.site.render import page
from schemas import Period, Relation
from validations.declaring.wording import clause


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    failed = _failures(year)
    outcomes = _outcomes(year)
    for rule in year.rules:
        yield _page(year, rule, failed.get(rule.id, []), outcomes.get(rule.id, []))


def _failures(year: SiteYear) -> dict[str, list[Line]]:
    """Findings by rule, also of superseded and returned reports, month after month."""
    failed: dict[str, list[Line]] = {}
    for period, month in sorted(year.months.items()):
        lines = [line for report in year.sent[period] for line in of_report(year, report, {})]
        for line in [*lines, *city(year, month)]:
            for name in dict.fromkeys((line.finding.rule, *line.finding.also)):
                failed.setdefault(name, []).append(line)
    return failed


def _outcomes(year: SiteYear) -> dict[str, list[tuple[Period, RuleOutcome]]]:
    found: dict[str, list[tuple[Period, RuleOutcome]]] = {}
    for period, month in sorted(year.months.items()):
        for row in month.rules:
            found.setdefault(row.rule, []).append((period, row))
    return found


def _declared(relation: Relation | None) -> list[tuple[str, str]]:
    """The rule's own keys of relations.yaml, as they stand there."""
    params = relation.params if relation else {}
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in params.items()
    ]


def _page(
    year: SiteYear, rule: Rule, lines: list[Line], outcomes: list[tuple[Period, RuleOutcome]]
) -> tuple[str, bytes]:
    path = urls.rule(year.year, rule.id)
    registry = year.registry
    relation = next((r for r in registry.relations if r.id == rule.id), None)
    return path, page(
        "rule",
        path,
        year=year,
        rule=rule,
        clause=clause(registry, rule.work_point) if rule.work_point else "",
        declared=_declared(relation),
        indicators=[i for i in registry.indicators if relation and i.code in registry.codes_in(relation)],
        waivers=[(registry.unit[w.unit], w) for w in registry.waivers if w.rule == rule.id],
        outcomes=outcomes,
        lines=lines,
    )
