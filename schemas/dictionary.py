"""The data dictionary (指标解释): what each indicator means, its source, and what it must agree with."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.models import KIND_TITLES, MEASURE_TITLES, Indicator, Registry, Unit


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator, all in words for the clerk, the office and the auditor.

    ``unit_of_measure`` is empty for milestones, ``measures`` for ratios, which are computed.
    ``basis`` is quoted from the work point's own item of the notice.
    """

    code: str
    work_point: str
    work_point_title: str
    indicator: str
    unit_of_measure: str
    kind: str
    measures: tuple[str, ...]
    basis: str
    definition: str
    reported_by: tuple[str, ...]
    relations: tuple[str, ...]
    ledgers: tuple[str, ...]


def data_dictionary(registry: Registry, unit: Unit | None = None) -> list[Entry]:
    """An entry per indicator in registry order; with ``unit`` only of those that it reports."""
    indicators = registry.indicators if unit is None else registry.indicators_of(unit)
    return [_entry(registry, indicator) for indicator in indicators]


def _entry(registry: Registry, indicator: Indicator) -> Entry:
    point = registry.work_point[indicator.work_point]
    return Entry(
        code=indicator.code,
        work_point=point.code,
        work_point_title=point.title,
        indicator=indicator.name,
        unit_of_measure=indicator.unit,
        kind=KIND_TITLES[indicator.kind],
        measures=tuple(MEASURE_TITLES[measure] for measure in indicator.measures),
        basis=indicator.basis,
        definition=indicator.definition,
        reported_by=tuple(_reporter(registry, who) for who in indicator.reported_by),
        relations=tuple(relation.note for relation in registry.touching(indicator) if relation.note),
        ledgers=tuple(ledger.title for ledger in registry.ledgers_behind([indicator.code])),
    )


def _reporter(registry: Registry, who: str) -> str:
    unit = registry.unit.get(who)
    return registry.unit_types[who] if unit is None else unit.short
