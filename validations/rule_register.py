"""The rule register, which lists every field check and relation, and the self-checks of a template."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.base import Severity
from schemas.models import Registry
from schemas.template.checks import SelfCheck
from schemas.template.layout import Layout
from validations.declaring.formulas import Refs
from validations.declaring.relation import CITY, REPORT, Check
from validations.declaring.wording import IndicatorNames
from validations.fields.checks import FIGURE_FRAMES, field_checks
from validations.kinds import checks_of, kind_of


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as the office and the auditor see it. ``work_point`` is empty for a rule over several."""

    id: str
    kind: str
    severity: Severity
    trial: bool
    title: str
    work_point: str
    note: str


def rule_register(registry: Registry) -> list[RuleRow]:
    """Every rule: field checks, then relations, each in the registry's order.

    Raises :class:`schemas.RegistryError` naming a relation's key that its kind cannot use.
    """
    return [*_fields(registry), *_relations(registry)]


def _fields(registry: Registry) -> list[RuleRow]:
    rows = []
    for check in field_checks(registry):
        points: set[str] = set()
        if check.frame not in FIGURE_FRAMES:
            ledger = registry.ledger[check.frame.removeprefix("ledger.")]
            points = {registry.indicator[code].work_point for code in registry.codes_behind(ledger)}
        rows.append(RuleRow(check.id, check.kind, check.severity, False, check.title, _only(points), ""))
    return rows


def _relations(registry: Registry) -> list[RuleRow]:
    checks_of(registry)
    rows = []
    for relation in registry.relations:
        points = {registry.indicator[code].work_point for code in registry.codes_in(relation)}
        title = kind_of(relation).register_title(relation, registry)
        rows.append(
            RuleRow(
                relation.id,
                relation.kind,
                relation.severity,
                relation.trial,
                title,
                _only(points),
                relation.note,
            )
        )
    return rows


def _only(points: set[str]) -> str:
    """The work point if there is exactly one, otherwise an empty text."""
    return next(iter(points)) if len(points) == 1 else ""


def self_checks(registry: Registry, layout: Layout) -> list[SelfCheck]:
    """The live checks of one unit's report: every relation that can be checked in that report alone.

    A relation over every flow, stock or milestone gives a check for each indicator that the unit reports.
    """
    reported = {indicator.code for indicator in layout.indicators}
    found: list[SelfCheck] = []
    for check in checks_of(registry):
        if check.frame.startswith(CITY):
            continue
        if check.frame == REPORT:
            if all(spot.name in reported for spot in check.spots if spot.part == "figures"):
                code = next(spot.name for spot in check.spots if spot.part == "figures")
                found.append(_self_check(check, Refs(layout), IndicatorNames(registry), code))
            continue
        for indicator in layout.indicators:
            if indicator.kind == check.frame:
                naming = IndicatorNames(registry, indicator.code)
                found.append(_self_check(check, Refs(layout, indicator.code), naming, indicator.code))
    return found


def _self_check(check: Check, refs: Refs, naming: IndicatorNames, code: str) -> SelfCheck:
    relation, spot, layout = check.relation, check.spots[0], refs.layout
    kind = kind_of(relation)
    point = naming.registry.indicator[code].work_point
    figures = spot.part == "figures"
    return SelfCheck(
        rule=relation.id,
        title=kind.title(check, naming),
        severity="note" if relation.trial else relation.severity,
        work_point=point,
        indicator=code,
        formula=kind.formula(check, refs),
        sheet=layout.sheet("figures" if figures else "progress"),
        cell=layout.figures[code, spot.column] if figures else layout.progress[point, spot.column],
    )
