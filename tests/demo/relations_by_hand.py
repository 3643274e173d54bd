"""Each relation kind once more in plain Python, sharing no code with the system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flows.demo.sample import SampleReport
from schemas import Registry
from schemas.models import Relation

ORDER = ("未启动", "推进中", "已完成")
Broken = Iterator[str]


def broken(
    registry: Registry, report: SampleReport, before: SampleReport | None, relation: Relation
) -> list[str]:
    """The codes at which the relation is broken; ``before`` is the report of the month before."""
    rule = dict(relation.params)
    codes = [i for i in registry.indicators_of(report.unit) if i.kind.value == rule.get("over")]
    kind = CHECKS[relation.kind]
    return list(kind(report, before, rule, [i.code for i in codes]))


def _total(report: SampleReport, _: Any, rule: dict[str, Any], __: Any) -> Broken:
    for measure in rule["measures"]:
        cents = [round(report.figures[code, measure] * 100) for code in rule["parts"]]
        if sum(cents) != round(report.figures[rule["whole"], measure] * 100):
            yield rule["whole"]


def _part_of(report: SampleReport, _: Any, rule: dict[str, Any], __: Any) -> Broken:
    for part, whole in zip(rule["measures"], rule.get("whole_measures", rule["measures"]), strict=True):
        if report.figures[rule["part"], part] > report.figures[rule["whole"], whole]:
            yield rule["part"]


def _carry_forward(report: SampleReport, before: SampleReport | None, _: Any, codes: list[str]) -> Broken:
    assert (before is None) == (report.period.month == 1)
    for code in codes:
        earlier = 0 if before is None else before.figures[code, "ytd"]
        if abs(report.figures[code, "ytd"] - earlier - report.figures[code, "month"]) > 0.004:
            yield code


def _month_within_year(report: SampleReport, _: Any, __: Any, codes: list[str]) -> Broken:
    yield from (c for c in codes if report.figures[c, "month"] > report.figures[c, "ytd"])


def _prior_year_agrees(report: SampleReport, before: SampleReport | None, _: Any, codes: list[str]) -> Broken:
    """There is no earlier year to agree with, but last year's total can't fall during the year."""
    for code in codes:
        if before is not None and report.figures[code, "prior_ytd"] < before.figures[code, "prior_ytd"]:
            yield code


def _no_fall(
    report: SampleReport, before: SampleReport | None, rule: dict[str, Any], codes: list[str]
) -> Broken:
    if before is None:
        return
    for code in codes:
        if rule["over"] == "stock":
            if report.figures[code, "stock"] < before.figures[code, "stock"]:
                yield code
        else:
            now, then = report.figures[code, "status"], before.figures[code, "status"]
            if (now in ORDER) != (then in ORDER) or (now in ORDER and ORDER.index(now) < ORDER.index(then)):
                yield code


def _steady(report: SampleReport, _: Any, rule: dict[str, Any], codes: list[str]) -> Broken:
    for code in codes:
        one, other = report.figures[code, rule["measure"]], report.figures[code, rule["against"]]
        if max(one, other) >= rule["floor"] and max(one, other) > rule["factor"] * min(one, other):
            yield code


def _implies(report: SampleReport, _: Any, rule: dict[str, Any], codes: list[str]) -> Broken:
    if "when" in rule:
        if (
            report.figures[rule["when"], rule["measure"]]
            and not report.figures[rule["then"], rule["measure"]]
        ):
            yield rule["then"]
    elif rule.get("then_narrative"):
        for code in codes:
            if report.figures[code, "month"] and not report.progress[f"{code[0]}.{code[1]}", "progress"]:
                yield code
    else:
        for code in codes:
            if (
                report.figures[code, "status"] == rule["status"]
                and not report.figures[code, rule["then_measure"]]
            ):
                yield code


def _rows(report: SampleReport, rule: dict[str, Any]) -> list[dict[str, Any]]:
    rows = report.ledgers[rule["ledger"]]
    for column, value in rule.get("where", {}).items():
        rows = [row for row in rows if row[column] == value]
    if "date" in rule:
        first, last = report.period.start, report.period.end
        rows = [row for row in rows if row[rule["date"]] and first <= row[rule["date"]] <= last]
    return rows


def _ledger(aggregate: Callable[[list[dict[str, Any]], dict[str, Any]], float]) -> Callable[..., Broken]:
    def check(report: SampleReport, _: Any, rule: dict[str, Any], __: Any) -> Broken:
        figure = report.figures[rule["indicator"], rule.get("measure", "month")]
        if abs(aggregate(_rows(report, rule), rule) - figure) > 0.004:
            yield rule["indicator"]

    return check


CHECKS: dict[str, Callable[..., Broken]] = {
    "total": _total,
    "part_of": _part_of,
    "carry_forward": _carry_forward,
    "month_within_year": _month_within_year,
    "prior_year_agrees": _prior_year_agrees,
    "no_fall": _no_fall,
    "steady": _steady,
    "implies": _implies,
    "ledger_count": _ledger(lambda rows, rule: len(rows)),
    "ledger_sum": _ledger(lambda rows, rule: sum(row[rule["column"]] or 0 for row in rows)),
    "ledger_distinct": _ledger(lambda rows, rule: len({row[rule["column"]] for row in rows})),
}
