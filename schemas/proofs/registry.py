"""Proves that a year's registry is complete and consistent, beyond what its types say."""

from __future__ import annotations

from collections.abc import Callable, Container

from schemas.errors import RegistryError
from schemas.models import Column, Indicator, Kind, Ledger, Ratio, Registry
from schemas.proofs.assessment import prove_assessment
from schemas.proofs.form import prove_form
from schemas.proofs.names import unique
from schemas.proofs.relations import prove_relations
from schemas.proofs.sheet_titles import prove_sheet_names
from schemas.proofs.units import prove_units


def prove_registry(registry: Registry) -> None:
    """Every reference resolves, every name is single, every work point has an indicator.

    Raises :class:`RegistryError` for the first violation.
    """
    _prove_single_names(registry)
    prove_units(registry)
    _prove_work_points(registry)
    for indicator in registry.indicators:
        _prove_indicator(registry, indicator)
    for ledger in registry.ledgers:
        _prove_ledger(ledger)
    prove_form(registry)
    prove_sheet_names(registry)
    prove_relations(registry)
    prove_assessment(registry)
    _prove_waivers(registry)


def _prove_single_names(registry: Registry) -> None:
    unique("work_points.yaml", "work_points", (p.code for p in registry.work_points))
    unique("work_points.yaml", "sections", (s.number for s in registry.sections))
    unique("indicators.yaml", "code", (i.code for i in registry.indicators))
    unique("ledgers.yaml", "name", (ledger.name for ledger in registry.ledgers))
    unique("relations.yaml", "id", (r.id for r in registry.relations))
    unique("units.yaml", "code", (u.code for u in registry.units))
    # A unit may repeat its own name; two units may not share one, or a report could be either's.
    unique("units.yaml", "name", (n for u in registry.units for n in {*u.names, u.code}))


def _prove_work_points(registry: Registry) -> None:
    sections = {section.number for section in registry.sections}
    covered = {indicator.work_point for indicator in registry.indicators}
    for point in registry.work_points:
        if point.section not in sections:
            raise RegistryError("work_points.yaml", point.code, "所属部分没有登记")
        if point.code not in covered:
            raise RegistryError("indicators.yaml", f"要点 {point.code}", "没有任何指标")
    filled = {point.section for point in registry.work_points}
    for number in sorted(sections - filled):
        raise RegistryError("work_points.yaml", f"sections.[{number}]", "没有任何要点")


def _prove_indicator(registry: Registry, indicator: Indicator) -> None:
    def wrong(key: str, reason: str) -> RegistryError:
        return RegistryError("indicators.yaml", f"[{indicator.code}].{key}", reason)

    if indicator.work_point not in registry.work_point:
        moved = indicator.work_point != f"{indicator.code[0]}.{indicator.code[1]}"
        raise wrong("work_point" if moved else "code", f"没有要点 {indicator.work_point}")
    known = {*registry.unit_types, *registry.unit}
    for reporter in indicator.reported_by:
        if reporter not in known:
            raise wrong("reported_by", f"没有这个单位或单位类型：{reporter}")
    if (indicator.kind is Kind.MILESTONE) == bool(indicator.unit):
        raise wrong("unit", "除节点外都要写计量单位，节点不写")
    if (indicator.kind is Kind.RATIO) != (indicator.ratio is not None):
        raise wrong("ratio", "比率指标且只有比率指标要写 ratio")
    if indicator.ratio is not None:
        _prove_ratio(registry, indicator, indicator.ratio, wrong)


def _prove_ratio(
    registry: Registry, indicator: Indicator, ratio: Ratio, wrong: Callable[[str, str], RegistryError]
) -> None:
    pair = [code for code in (ratio.numerator, ratio.denominator) if code is not None]
    if (len(pair), ratio.growth_of is None) not in ((2, True), (0, False)):
        raise wrong("ratio", "应写 numerator 和 denominator，或只写 growth_of")
    for code in (*pair, ratio.growth_of):
        if code is None:
            continue
        part = registry.indicator.get(code)
        if part is None:
            raise wrong("ratio", f"没有指标 {code}")
        if part.kind not in (Kind.FLOW, Kind.STOCK):
            raise wrong("ratio", f"指标 {code} 不是数量指标")
        if any(registry.reports(u, indicator) and not registry.reports(u, part) for u in registry.units):
            raise wrong("reported_by", f"有单位不填报其组成指标 {code}")


def _prove_ledger(ledger: Ledger) -> None:
    unique("ledgers.yaml", f"[{ledger.name}].columns", (c.name for c in ledger.columns))
    titles = (t for c in ledger.columns for t in (c.title, *c.aliases))
    unique("ledgers.yaml", f"[{ledger.name}].columns", titles)
    for name in ledger.key:
        if name not in ledger.by_name:
            raise RegistryError("ledgers.yaml", f"[{ledger.name}].key", f"没有列 {name}")
    for column in ledger.columns:
        _prove_column(ledger, column)


def _prove_column(ledger: Ledger, column: Column) -> None:
    def wrong(key: str, reason: str) -> RegistryError:
        return RegistryError("ledgers.yaml", f"[{ledger.name}].columns.[{column.name}]{key}", reason)

    if (column.type == "choice") != bool(column.choices):
        raise wrong("", "choice 列且只有 choice 列要写 choices")
    if column.within is not None and column.type != "date":
        raise wrong(".within", "只有 date 列可以写 within")
    if column.unless is None:
        return
    other = ledger.by_name.get(column.unless)
    if other is None:
        raise wrong(".unless", f"没有列 {column.unless}")
    if column.within is None or other.type != "date":
        raise wrong(".unless", "只用于写了 within 的列，并且要指向 date 列")


def _prove_waivers(registry: Registry) -> None:
    rules = {relation.id: relation for relation in registry.relations}
    for number, waiver in enumerate(registry.waivers, start=1):
        place, unit, rule, code = f"[{number}]", waiver.unit, waiver.rule, waiver.indicator
        _known("waivers.yaml", f"{place}.unit", unit, registry.unit, f"没有单位 {unit}")
        _known("waivers.yaml", f"{place}.rule", rule, rules, f"没有勾稽关系 {rule}")
        if code is not None:
            _known("waivers.yaml", f"{place}.indicator", code, registry.indicator, f"没有指标 {code}")
            if rules[rule] not in registry.touching(registry.indicator[code]):
                raise RegistryError(
                    "waivers.yaml", f"{place}.indicator", f"勾稽关系 {rule} 不涉及指标 {code}"
                )
    decided = ((w.unit, w.rule, w.indicator or "全部指标", w.until.isoformat()) for w in registry.waivers)
    unique("waivers.yaml", "", (" ".join(key) for key in decided))


def _known(file: str, key: str, name: str, known: Container[str], reason: str) -> None:
    if name not in known:
        raise RegistryError(file, key, reason)
