"""A fault of each kind of field: type, presence, range, choice, date, check character, key."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from typing import Any

from flows.demo.edits import Edit, Fault, fault
from flows.demo.rowcells import Row
from flows.demo.standing import Standing
from flows.demo.words import Mistakes, words
from schemas.models import STATUSES, Column, Kind, Ledger

#: name, finding, check, value
Wrong = tuple[str, str, str, str | float | dt.date | None]


def field_faults(standing: Standing, rng: random.Random) -> Iterator[Fault]:
    """Each kind of wrong figure twice, and each kind of wrong cell in every ledger that has rows."""
    mistakes = words().mistakes
    yield from _numbers(standing, rng, mistakes)
    yield from _milestones(standing, rng, mistakes)
    for ledger in standing.layout.ledgers:
        yield from _ledger(standing, ledger, rng, mistakes)


def _numbers(standing: Standing, rng: random.Random, mistakes: Mistakes) -> Iterator[Fault]:
    """At last year's figures of indicators that no relation names, so that nothing else is broken."""
    for kind, measure in ((Kind.FLOW, "prior_ytd"), (Kind.STOCK, "prior_stock")):
        codes = [i.code for i in standing.free[kind] if not i.is_amount]
        rng.shuffle(codes)
        wrong: list[Wrong] = [
            ("text_in_number", "not_a_number", "", rng.choice(mistakes.number_text)),
            ("missing_value", "missing_value", "required", None),
            ("negative", "below_zero", "between", -rng.randint(1, 9)),
            ("fraction", "not_whole", "whole", 2.5),
        ]
        for code, (name, finding, check, value) in zip(codes, wrong * 2, strict=False):
            rule = f"figures.{kind}.{measure}.{check}" if check else ""
            edits = [Edit("figures", (code, measure), value)]
            yield fault(name, standing.layout, standing.report, edits, code=finding, rule=rule)


def _milestones(standing: Standing, rng: random.Random, mistakes: Mistakes) -> Iterator[Fault]:
    layout, report = standing.layout, standing.report
    by_status: dict[object, list[str]] = {}
    for indicator in layout.indicators:
        if indicator.kind is Kind.MILESTONE:
            by_status.setdefault(report.figures[indicator.code, "status"], []).append(indicator.code)
    prefix = f"figures.{Kind.MILESTONE}"
    after = report.period.end + dt.timedelta(rng.randint(1, 20))
    for status, name, finding, measure, check, value in (
        (STATUSES[1], "bad_choice", "not_a_choice", "status", "in_set", rng.choice(mistakes.status)),
        (STATUSES[1], "missing_value", "missing_value", "status", "required", None),
        (STATUSES[2], "date_outside", "date_outside", "completed_on", "dates", after),
        (STATUSES[2], "bad_date", "not_a_date", "completed_on", "", rng.choice(mistakes.date_text)),
    ):
        for code in by_status.get(status, [])[:1]:
            rule = f"{prefix}.{measure}.{check}" if check else ""
            edits = [Edit("figures", (code, measure), value)]
            yield fault(name, layout, report, edits, code=finding, rule=rule)


def _ledger(standing: Standing, ledger: Ledger, rng: random.Random, mistakes: Mistakes) -> Iterator[Fault]:
    layout, report = standing.layout, standing.report
    rows = report.ledgers[ledger.name]
    for column in ledger.columns:
        filled = [number for number, row in enumerate(rows) if row[column.name] is not None]
        if not filled:
            continue
        number = rng.choice(filled)
        for name, finding, check, value in _wrong_cells(standing, column, rows[number], rng, mistakes):
            rule = f"ledger.{ledger.name}.{column.name}.{check}" if check else ""
            edits = [Edit("ledger", (ledger.name, number, column.name), value)]
            yield fault(name, layout, report, edits, code=finding, rule=rule)
    yield from _repeated_key(standing, ledger, rows)


def _wrong_cells(
    standing: Standing, column: Column, row: Row, rng: random.Random, mistakes: Mistakes
) -> list[Wrong]:
    value = row[column.name]
    wrong: list[Wrong] = []
    if column.required:
        wrong.append(("missing_value", "ledger_missing_value", "required", None))
    match column.type:
        case "choice":
            wrong.append(("bad_choice", "not_a_choice", "in_set", rng.choice(mistakes.choice)))
        case "yes_no":
            wrong.append(("bad_choice", "not_a_choice", "in_set", rng.choice(mistakes.yes_no)))
        case "uscc":
            wrong.append(("wrong_check_character", "wrong_uscc", "uscc", _other_end(str(value))))
            short = str(value)[: mistakes.credit_code_length]
            wrong.append(("short_credit_code", "wrong_uscc", "uscc", short))
        case "patent":
            wrong.append(("bad_patent", "wrong_patent", "patent", _other_end(str(value))))
        case "amount":
            wrong.append(("negative", "below_zero", "between", -float(value)))
            wrong.append(("text_in_number", "not_a_number", "", rng.choice(mistakes.amount_text)))
        case "count":
            wrong.append(("fraction", "not_whole", "whole", value + 0.5))
            wrong.append(("text_in_number", "not_a_number", "", rng.choice(mistakes.number_text)))
        case "date":
            wrong.append(("bad_date", "not_a_date", "", rng.choice(mistakes.date_text)))
            wrong += _outside(standing, column, row, rng)
    return wrong


def _outside(standing: Standing, column: Column, row: Row, rng: random.Random) -> list[Wrong]:
    """A date after the period, of a column that must lie within it."""
    free = column.unless is not None and row[column.unless] is not None
    if column.within is None or free:
        return []
    later = standing.report.period.end + dt.timedelta(rng.randint(1, 25))
    return [("date_outside", "date_outside", "dates", later)]


def _repeated_key(standing: Standing, ledger: Ledger, rows: list[Row]) -> Iterator[Fault]:
    """The second of two rows under the first one's key, where only texts and free dates differ."""
    counted = {
        name for r in standing.relations if r.params.get("ledger") == ledger.name for name in _names(r.params)
    }
    for second, row in enumerate(rows):
        for first in rows[:second]:
            differing = [name for name in ledger.key if row[name] != first[name]]
            if not counted & set(differing):
                edits = [Edit("ledger", (ledger.name, second, name), first[name]) for name in differing]
                last = Edit("ledger", (ledger.name, second, ledger.key[-1]), None)
                yield fault(
                    "duplicate_key",
                    standing.layout,
                    standing.report,
                    edits,
                    code="duplicate_key",
                    rule=f"ledger.{ledger.name}.unique",
                    at=last.place(standing.layout),
                )
                return


def _names(params: Mapping[str, Any]) -> set[str]:
    """The ledger columns that a relation counts by."""
    return {*params.get("where", {}), *(params[key] for key in ("date", "column") if key in params)}


def _other_end(text: str) -> str:
    """The number with another last character: its check character is wrong."""
    return text[:-1] + ("1" if text[-1] == "0" else "0")
