"""Which types of ledger row a unit's relations count: what the sample reports must bring forth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas import Registry, Unit
from schemas.models import Ledger, Relation


@dataclass(frozen=True)
class Root:
    """A type of row: the values it must have, and whether it stays in the list for good.

    ``code`` is the indicator whose usual level applies; empty where the ledger's own does.
    """

    ledger: Ledger
    where: Mapping[str, str]
    code: str
    persists: bool

    @property
    def name(self) -> str:
        return "/".join((self.ledger.name, *self.where.values()))


def aggregates_of(registry: Registry, unit: Unit) -> list[Relation]:
    """The unit's relations that derive a figure from a ledger's rows."""
    own = {indicator.code for indicator in registry.indicators_of(unit)}
    return [r for r in registry.counting if registry.codes_in(r) <= own]


def roots(registry: Registry, unit: Unit) -> list[Root]:
    """The least demanding row types among the unit's aggregates.

    A relation whose ``where`` only narrows another's is met by some of that one's rows, one that
    asks for a yes or no by chance: neither is a root.
    """
    return [
        root
        for ledger in registry.ledgers_of(unit)
        for root in _roots_of(ledger, [r for r in aggregates_of(registry, unit) if _reads(r, ledger)])
    ]


def _reads(relation: Relation, ledger: Ledger) -> bool:
    where = relation.params.get("where", {})
    return relation.params["ledger"] == ledger.name and all(
        ledger.by_name[name].type == "choice" for name in where
    )


def _roots_of(ledger: Ledger, relations: list[Relation]) -> list[Root]:
    by_where: dict[frozenset[tuple[str, str]], list[Relation]] = {}
    for relation in relations:
        by_where.setdefault(frozenset(relation.params.get("where", {}).items()), []).append(relation)
    return [
        Root(
            ledger=ledger,
            where=dict(same[0].params.get("where", {})),
            code=same[0].params["indicator"] if where else "",
            persists=any(relation.params.get("measure") == "stock" for relation in same),
        )
        for where, same in by_where.items()
        if not any(other < where for other in by_where)
    ]
