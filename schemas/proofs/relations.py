"""Proves the keys of relations that mean the same in every kind.

Each kind proves all other keys itself, in its ``prove`` (``validations/kinds``): a new kind changes nothing
in this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.errors import RegistryError
from schemas.models import (
    MEASURES,
    STATUS_NOT_APPLICABLE,
    STATUSES,
    Column,
    Indicator,
    Kind,
    Ledger,
    Registry,
    Relation,
)

#: Keys that name one indicator, and the one that names several.
_ONE_INDICATOR = ("indicator", "whole", "part", "when", "then")
_MANY_INDICATORS = ("parts",)
#: Key that names measures -> keys that name the indicators which must have them; in a relation with
#: ``over``, the indicators of that kind must have them as well.
_MEASURE_OF: Mapping[str, tuple[str, ...]] = {
    "measures": ("whole", "part", "parts"),
    "whole_measures": ("whole",),
    "measure": ("indicator", "when", "then"),
    "against": ("indicator",),
    "then_measure": (),
}


def prove_relations(registry: Registry) -> None:
    """Raises :class:`RegistryError` for the first relation that names something unknown."""
    for relation in registry.relations:
        _prove_indicators(registry, relation)
        _prove_over(relation)
        _prove_measures(registry, relation)
        _prove_ledger(registry, relation)


def _prove_indicators(registry: Registry, relation: Relation) -> None:
    for key in _ONE_INDICATOR:
        if key in relation.params:
            indicator_named(registry, relation, key, relation.params[key])
    for key in _MANY_INDICATORS:
        for code in _list(relation, key):
            indicator_named(registry, relation, key, code)


def _prove_over(relation: Relation) -> None:
    over, status = relation.params.get("over"), relation.params.get("status")
    if over is not None and over not in set(Kind):
        raise wrong(relation, "over", f"没有这种指标：{over}")
    if status is not None and status not in (*STATUSES, STATUS_NOT_APPLICABLE):
        raise wrong(relation, "status", f"没有这个状态：{status}")


def _prove_measures(registry: Registry, relation: Relation) -> None:
    for key, owners in _MEASURE_OF.items():
        if key not in relation.params:
            continue
        measures = _list(relation, key) if key.endswith("measures") else [relation.params[key]]
        skipped = {"whole"} if key == "measures" and "whole_measures" in relation.params else set()
        for owner, kind in _kinds(registry, relation, [o for o in owners if o not in skipped]):
            for measure in measures:
                if measure not in MEASURES[kind]:
                    raise wrong(relation, key, f"{owner}没有 {measure} 这一数")


def _kinds(registry: Registry, relation: Relation, owners: Iterable[str]) -> list[tuple[str, Kind]]:
    """The kinds of indicator whose measures the relation compares, each with its title in messages."""
    over = relation.params.get("over")
    kinds = [] if over is None else [(f" {over} 类指标", Kind(over))]
    for owner in owners:
        value = relation.params.get(owner, ())
        codes = [value] if isinstance(value, str) else value
        kinds.extend((f"指标 {code} ", registry.indicator[code].kind) for code in codes)
    return kinds


def _prove_ledger(registry: Registry, relation: Relation) -> None:
    if "ledger" not in relation.params:
        for key in ("column", "columns", "where", "date"):
            if key in relation.params:
                raise wrong(relation, key, "要先写 ledger")
        return
    name = relation.params["ledger"]
    ledger = registry.ledger.get(name) if isinstance(name, str) else None
    if ledger is None:
        raise wrong(relation, "ledger", f"没有台账 {name}")
    _prove_columns(registry, relation, ledger)


def _prove_columns(registry: Registry, relation: Relation, ledger: Ledger) -> None:
    for key in ("column", "date"):
        if key in relation.params:
            column = _column(relation, ledger, key, relation.params[key])
            if key == "date" and column.type != "date":
                raise wrong(relation, key, f"列 {column.name} 不是 date 列")
    for name in _list(relation, "columns"):
        _column(relation, ledger, "columns", name)
    where = relation.params.get("where", {})
    if not isinstance(where, Mapping):
        raise wrong(relation, "where", "应为一组“键: 值”")
    for name, value in where.items():
        column = _column(relation, ledger, "where", name)
        allowed = registry.form.wording.yes_no if column.type == "yes_no" else column.choices
        if allowed and value not in allowed:
            raise wrong(relation, f"where.{name}", f"列中没有“{value}”，应为 {'、'.join(allowed)} 之一")


def indicator_named(registry: Registry, relation: Relation, key: str, code: object) -> Indicator:
    """The indicator that ``key`` names by its code. Raises :class:`RegistryError` if there is none."""
    if not isinstance(code, str):
        raise wrong(relation, key, f"应为文字（数字代码请加引号），现为“{code}”")
    if code not in registry.indicator:
        raise wrong(relation, key, f"没有指标 {code}")
    return registry.indicator[code]


def _column(relation: Relation, ledger: Ledger, key: str, name: object) -> Column:
    column = ledger.by_name.get(name) if isinstance(name, str) else None
    if column is None:
        raise wrong(relation, key, f"台账 {ledger.name} 没有列 {name}")
    return column


def _list(relation: Relation, key: str) -> list[Any]:
    value = relation.params.get(key, [])
    if not isinstance(value, list | tuple):
        raise wrong(relation, key, "应为列表")
    return list(value)


def wrong(relation: Relation, key: str, reason: str) -> RegistryError:
    """The error for a key of a relation; the caller raises it."""
    return RegistryError("relations.yaml", f"[{relation.id}].{key}", reason)
