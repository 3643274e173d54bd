"""The relation kinds: each is a module of this package, named as the kind and discovered by its file name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import lru_cache

from schemas.models import Registry, Relation
from schemas.proofs.relations import wrong
from validations.declaring.relation import Check, RelationKind


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, RelationKind]:
    """Every kind by name. Each module of this package defines ``KIND``, an instance of its kind."""
    by_name: dict[str, RelationKind] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        kind: RelationKind = importlib.import_module(f"{__name__}.{module.name}").KIND
        by_name[module.name] = kind
    return by_name


def kind_of(relation: Relation) -> RelationKind:
    """The kind of the relation. Raises :class:`schemas.RegistryError` where no module defines it."""
    kind = kinds().get(relation.kind)
    if kind is None:
        raise wrong(relation, "kind", f"没有这种勾稽关系：{relation.kind}")
    return kind


def checks_of(registry: Registry) -> tuple[Check, ...]:
    """Every check of every relation, in the registry's order.

    Raises :class:`schemas.RegistryError` naming a relation's key that its kind cannot use.
    """
    checks: list[Check] = []
    for relation in registry.relations:
        kind = kind_of(relation)
        kind.prove(relation, registry)
        checks.extend(kind.checks(relation, registry))
    return tuple(checks)
