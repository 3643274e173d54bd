"""A fault for each relation of a report: that one broken, and no other by another cause."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from flows.demo.aggregates import counts
from flows.demo.edits import Edit, Fault, LastMonth, fault
from flows.demo.standing import Standing
from flows.demo.words import words
from schemas.models import STATUSES, Kind, Relation
from validations.declaring.ledger_relation import LedgerKind
from validations.kinds import kind_of

Breaker = Callable[[Standing, Relation, random.Random], Iterator[Fault]]
#: Steps tried until one keeps all other relations.
_STEPS = (1, -1, 2, -2)


def relation_faults(standing: Standing, rng: random.Random) -> Iterator[Fault]:
    """Every relation of the unit that this report lets break alone, in the registry's order.

    A kind that we cannot break here is left whole: the demo shows faults, it proves no kind.
    """
    for relation in standing.relations:
        ledger = _ledger if isinstance(kind_of(relation), LedgerKind) else None
        breaker = _BREAKERS.get(relation.kind, ledger)
        if breaker is not None:
            yield from breaker(standing, relation, rng)


def _fault(standing: Standing, relation: Relation, name: str, edits: list[Edit], **more: Any) -> Fault:
    severity = "note" if relation.trial else relation.severity
    return fault(
        name,
        standing.layout,
        standing.report,
        edits,
        code=relation.kind,
        rule=relation.id,
        severity=severity,
        **more,
    )


def _total(standing: Standing, relation: Relation, _: random.Random) -> Iterator[Fault]:
    whole, measure = relation.params["whole"], relation.params["measures"][-1]
    value = standing.number(whole, measure) + standing.step(whole)
    yield _fault(standing, relation, "broken_total", [Edit("figures", (whole, measure), value)])


def _part_of(standing: Standing, relation: Relation, _: random.Random) -> Iterator[Fault]:
    """Last year's or last year's end's figure, which no other relation holds; else the whole's total."""
    params = relation.params
    part, whole = params["part"], params["whole"]
    for measure in params["measures"]:
        if measure.startswith("prior") and "whole_measures" not in params:
            value = standing.number(whole, measure) + standing.step(part)
            edits = [Edit("figures", (part, measure), value)]
            if standing.clean(edits, relation):
                yield _fault(standing, relation, "part_above_whole", edits)
            return
    measure = params["measures"][0]
    less = standing.number(part, measure) - standing.step(part)
    if "whole_measures" not in params and measure == "ytd" and less >= standing.number(whole, "month"):
        edits = [Edit("figures", (whole, measure), less)]
        at = Edit("figures", (part, measure), None).place(standing.layout)
        if standing.clean(edits, relation):
            yield _fault(standing, relation, "part_above_whole", edits, at=at, last_month="absent")


def _carry_forward(standing: Standing, relation: Relation, rng: random.Random) -> Iterator[Fault]:
    known: LastMonth = "any" if standing.report.period.month == 1 else "given"
    for code in _some(standing, Kind.FLOW, rng, 3):
        edits = [Edit("figures", (code, "ytd"), standing.number(code, "ytd") + standing.step(code))]
        if standing.clean(edits, relation):
            yield _fault(standing, relation, "carry_forward_broken", edits, last_month=known)


def _month_within_year(standing: Standing, relation: Relation, rng: random.Random) -> Iterator[Fault]:
    """Points at the total, as carry_forward does, which last month's total breaks as well."""
    if standing.report.period.month == 1:
        return
    for code in _some(standing, Kind.FLOW, rng, 2):
        edits = [Edit("figures", (code, "month"), standing.number(code, "ytd") + standing.step(code))]
        at = Edit("figures", (code, "ytd"), None).place(standing.layout)
        yield _fault(standing, relation, "month_above_year", edits, at=at, last_month="absent")


def _no_fall(standing: Standing, relation: Relation, rng: random.Random) -> Iterator[Fault]:
    if standing.before is None:
        return
    before = Standing(standing.layout, standing.before)
    if relation.params["over"] == "stock":
        for code in _some(standing, Kind.STOCK, rng, 20):
            value = before.number(code, "stock")
            edits = [Edit("figures", (code, "stock"), value - standing.step(code))]
            if standing.clean(edits, relation):
                yield _fault(standing, relation, "stock_fell", edits, last_month="given")
                return
        return
    for code in _some(standing, Kind.MILESTONE, rng, 20):
        if before.report.figures[code, "status"] == standing.report.figures[code, "status"] == STATUSES[1]:
            edits = [Edit("figures", (code, "status"), STATUSES[0])]
            yield _fault(standing, relation, "milestone_went_back", edits, last_month="given")
            return


def _steady(standing: Standing, relation: Relation, rng: random.Random) -> Iterator[Fault]:
    """Once with an explanation and once without, at figures that reach the floor if there are any."""
    params = relation.params
    codes = _some(standing, Kind(params["over"]), rng, 20)
    codes.sort(key=lambda code: standing.number(code, params["measure"]) < params["floor"])
    for explained, code in zip((True, False), codes, strict=False):
        value = standing.number(code, params["measure"])
        grown = value >= params["floor"]
        other = (
            value / (params["factor"] + 1) if grown else (value + params["floor"]) * (params["factor"] + 1)
        )
        edits = [Edit("figures", (code, params["against"]), int(other))]
        at = Edit("figures", (code, params["measure"]), None).place(standing.layout)
        if explained:
            edits.append(Edit("explanation", (code,), words().explanations["risen" if grown else "fallen"]))
        name = "explained_query" if explained else "unexplained_query"
        yield _fault(standing, relation, name, edits, at=at, explained=explained)


def _implies(standing: Standing, relation: Relation, rng: random.Random) -> Iterator[Fault]:
    params = relation.params
    if "when" in params:
        yield from _then_is_nothing(standing, relation)
    elif params.get("then_narrative"):
        yield from _no_narrative(standing, relation)
    else:
        done = [
            code
            for code in _some(standing, Kind.MILESTONE, rng, 20)
            if standing.report.figures[code, "status"] == params["status"]
        ]
        for code in done[:2]:
            edits = [Edit("figures", (code, params["then_measure"]), None)]
            yield _fault(standing, relation, "completed_without_date", edits)


def _then_is_nothing(standing: Standing, relation: Relation) -> Iterator[Fault]:
    """The figure asked for is 0, in its ledger too, so that only the implication is broken."""
    params = relation.params
    then, measure = params["then"], params["measure"]
    sums = [r for r in standing.relations if r.kind == "ledger_sum" and r.params["indicator"] == then]
    if measure != "month" or not sums or not standing.number(params["when"], measure):
        return
    value = standing.number(then, "month")
    edits = standing.moved(then, ("month", "ytd"), -value)
    ledger, column = sums[0].params["ledger"], sums[0].params["column"]
    for number, row in enumerate(standing.report.ledgers[ledger]):
        if counts(sums[0], row, standing.report.period):
            edits.append(Edit("ledger", (ledger, number, column), 0))
    if standing.clean(edits, relation):
        yield _fault(standing, relation, "implied_figure_is_zero", edits)


def _no_narrative(standing: Standing, relation: Relation) -> Iterator[Fault]:
    for point in standing.layout.work_points:
        active = [
            i
            for i in standing.layout.indicators
            if i.work_point == point.code and i.kind is Kind.FLOW and standing.number(i.code, "month")
        ]
        if len(active) == 1:
            edits = [Edit("progress", (point.code, "progress"), None)]
            yield _fault(standing, relation, "no_narrative", edits)
            return


def _ledger(standing: Standing, relation: Relation, _: random.Random) -> Iterator[Fault]:
    """The figure differs from its ledger; totals of the year and of parts follow the figure."""
    code = relation.params["indicator"]
    measure = relation.params.get("measure", "month")
    measures = ("month", "ytd") if measure == "month" else (measure,)
    for steps in _STEPS:
        edits = standing.moved(code, measures, steps * standing.step(code))
        if standing.clean(edits, relation):
            yield _fault(standing, relation, "ledger_mismatch", edits)
            return


def _some(standing: Standing, kind: Kind, rng: random.Random, count: int) -> list[str]:
    codes = [i.code for i in standing.free[kind] if not i.is_amount]
    return rng.sample(codes, min(count, len(codes)))


_BREAKERS: dict[str, Breaker] = {
    "total": _total,
    "part_of": _part_of,
    "carry_forward": _carry_forward,
    "month_within_year": _month_within_year,
    "no_fall": _no_fall,
    "steady": _steady,
    "implies": _implies,
}
