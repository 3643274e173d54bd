"""The data dictionary (指标解释): each indicator's definition, source in the notice, and relations."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.models import KIND_TITLES, MEASURE_TITLES, Indicator, Registry, Unit


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator in Chinese words, for the clerk, the office and the auditor.

    ``unit_of_measure`` is empty for milestones, ``measures`` for ratios, which are computed.
    ``basis`` is quoted from the work point's item in the notice.
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
    """An entry per indicator in registry order; with ``unit``, only indicators that the unit reports."""
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
        reported_by=tuple(_reporter_title(registry, code) for code in indicator.reported_by),
        relations=tuple(relation.note for relation in registry.touching(indicator) if relation.note),
        ledgers=tuple(ledger.title for ledger in registry.ledgers_behind([indicator.code])),
    )


def _reporter_title(registry: Registry, code: str) -> str:
    """The Chinese name of a unit code or unit type."""
    unit = registry.unit.get(code)
    return registry.unit_types[code] if unit is None else unit.short
