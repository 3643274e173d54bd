"""Builds the checks of single fields from the registry: presence, range, choices, dates, codes, keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.base import Severity
from schemas.models import (
    MEASURE_TITLES,
    MEASURES,
    NUMERIC_MEASURES,
    STATUS_NOT_APPLICABLE,
    STATUSES,
    Column,
    Kind,
    Ledger,
    Registry,
)

#: Inputs that every indicator of a kind must have. A document number is optional, and a relation
#: requires the date of a milestone.
REQUIRED_MEASURES: Mapping[Kind, tuple[str, ...]] = {
    Kind.FLOW: MEASURES[Kind.FLOW],
    Kind.STOCK: MEASURES[Kind.STOCK],
    Kind.MILESTONE: ("status",),
}
#: Measures that cannot be 不适用 while another measure of the row is a number; last year's can be.
OF_THE_YEAR: Mapping[Kind, tuple[str, ...]] = {
    Kind.FLOW: ("month", "ytd"),
    Kind.STOCK: ("stock",),
    Kind.MILESTONE: (),
}
FIGURE_FRAMES = {"figures.flow": Kind.FLOW, "figures.stock": Kind.STOCK, "figures.milestone": Kind.MILESTONE}
#: Kind of check -> what it requires, in titles.
_REQUIREMENTS = {
    "required": "必填",
    "between": "不小于 0",
    "whole": "为整数",
    "at_most": "不超过指标上限",
    "applicable": "与同一行的其他数同为数字或同为不适用",
    "in_set": "为规定的选项",
    "dates": "日期在规定的期间内",
    "uscc": "校验码正确",
    "patent": "校验位正确",
    "unique": "不重复",
}


@dataclass(frozen=True)
class FieldCheck:
    """A check on one measure of every indicator of a kind, or on one column of a ledger.

    ``id`` is the rule's name in the register, ``code`` the type of its findings. Waivers apply to relations
    only, never to field checks.
    """

    id: str
    frame: str  # a key of FIGURE_FRAMES, or ``ledger.<name>``
    kind: str
    target: str  # measure or ledger column
    columns: tuple[str, ...]
    code: str
    title: str
    options: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = "error"


def compared(name: str) -> str:
    """Name of the column that has a key column's values in the form in which they are compared."""
    return f"{name}.same"


def field_checks(registry: Registry) -> tuple[FieldCheck, ...]:
    """All field checks: by kind of indicator, then by ledger."""
    figures = [check for frame, kind in FIGURE_FRAMES.items() for check in _of_kind(registry, frame, kind)]
    ledgers = [check for ledger in registry.ledgers for check in _of_ledger(registry, ledger)]
    return (*figures, *ledgers)


def _of_kind(registry: Registry, frame: str, kind: Kind) -> Iterator[FieldCheck]:
    sheet = registry.form.sheets["figures"].title

    def check(
        measure: str,
        kind_of_check: str,
        code: str,
        *more: str,
        given: str = "",
        severity: Severity = "error",
        **options: Any,
    ) -> FieldCheck:
        title = f"{sheet}的{MEASURE_TITLES[measure]}{_REQUIREMENTS[kind_of_check]}"
        columns, rule = (given or measure, *more), f"{frame}.{measure}.{kind_of_check}"
        return FieldCheck(rule, frame, kind_of_check, measure, columns, code, title, options, severity)

    for measure in REQUIRED_MEASURES[kind]:
        yield check(measure, "required", "missing_value", given=f"{measure}.given")
    bounded = any(indicator.maximum is not None for indicator in registry.indicators)
    for measure in (m for m in MEASURES[kind] if m in NUMERIC_MEASURES):
        yield check(measure, "between", "below_zero", min_value=0)
        yield check(measure, "whole", "not_whole", "counted")
        if bounded:
            yield check(measure, "at_most", "above_maximum", "maximum")
    for measure in OF_THE_YEAR[kind]:
        given, beside = f"{measure}.not_applicable", f"{measure}.beside"
        yield check(measure, "applicable", "partly_not_applicable", beside, given=given, severity="query")
    if kind is Kind.MILESTONE:
        yield check("status", "in_set", "not_a_choice", value_set=[*STATUSES, STATUS_NOT_APPLICABLE])
        yield check("completed_on", "dates", "date_outside", "completed_on.from", "completed_on.to")


def _of_ledger(registry: Registry, ledger: Ledger) -> Iterator[FieldCheck]:
    frame = f"ledger.{ledger.name}"
    keys = "、".join(ledger.by_name[name].title for name in ledger.key)
    yield FieldCheck(
        f"{frame}.unique",
        frame,
        "unique",
        ledger.key[-1],
        ("submission_id", *map(compared, ledger.key)),
        "duplicate_key",
        f"《{ledger.title}》的{keys}{_REQUIREMENTS['unique']}",
    )
    for column in ledger.columns:
        for kind_of_check, code, columns, options in _of_column(registry, column):
            title = f"《{ledger.title}》的{column.title}{_REQUIREMENTS[kind_of_check]}"
            rule = f"{frame}.{column.name}.{kind_of_check}"
            yield FieldCheck(rule, frame, kind_of_check, column.name, columns, code, title, options)


def _of_column(
    registry: Registry, column: Column
) -> Iterator[tuple[str, str, tuple[str, ...], dict[str, Any]]]:
    name = column.name
    if column.required:
        yield "required", "ledger_missing_value", (f"{name}.given",), {}
    if column.numeric:
        yield "between", "below_zero", (name,), {"min_value": 0}
    if column.type == "count":
        yield "whole", "not_whole", (name, "counted"), {}
    if column.type in ("choice", "yes_no"):
        allowed = column.choices if column.type == "choice" else registry.form.wording.yes_no
        yield "in_set", "not_a_choice", (name,), {"value_set": list(allowed)}
    if column.type == "date" and column.within is not None:
        yield "dates", "date_outside", (name, f"{name}.from", f"{name}.to"), {}
    if column.type == "uscc":
        yield "uscc", "wrong_uscc", (name, "submission_id"), {}
    if column.type == "patent":
        yield "patent", "wrong_patent", (name, "submission_id"), {}
