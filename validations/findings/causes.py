"""Groups broken relations by their likeliest cause, so that a wrong figure gives one finding, not several.

A wrong figure breaks every relation that it takes part in. A smallest set of places that hits
every broken relation names the likeliest wrong cells; greedy choice comes near enough to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from validations.declaring.relation import Spot
from validations.findings.finding import SEVERITY_ORDER, Finding


@dataclass(frozen=True)
class Broken:
    """A broken relation, with the places in the report that may be wrong; the likeliest comes first."""

    spots: tuple[Spot, ...]
    title: str  # what the relation asserts
    found: Finding  # of this relation alone, without a cell


@dataclass(frozen=True)
class Cause:
    """A place and the broken relations that it explains.

    The finding takes its sentences from ``main`` and names the relations of ``others``.
    """

    spot: Spot
    main: Broken
    others: tuple[Broken, ...]


def causes(broken: Sequence[Broken]) -> list[Cause]:
    """The causes of ``broken``: errors first, each with every less severe relation that its place explains.

    Open, explained and waived relations are never grouped together, so that each status stays visible.
    """
    result: list[Cause] = []
    for status in ("open", "explained", "waived"):
        rest = [relation for relation in broken if relation.found.status == status]
        for severity in SEVERITY_ORDER:
            while leading := [relation for relation in rest if relation.found.severity == severity]:
                spot = _likeliest(leading, rest)
                hit = [relation for relation in rest if spot in relation.spots]
                rest = [relation for relation in rest if spot not in relation.spots]
                result.append(_cause(spot, hit))
    return result


def _likeliest(leading: Sequence[Broken], rest: Sequence[Broken]) -> Spot:
    """The place in most of ``leading``; of equals, in most of ``rest``, then first in most."""
    candidates = list(dict.fromkeys(spot for relation in leading for spot in relation.spots))

    def weight(spot: Spot) -> tuple[int, int, int]:
        return (
            sum(spot in relation.spots for relation in leading),
            sum(spot in relation.spots for relation in rest),
            sum(spot == relation.spots[0] for relation in rest),
        )

    return max(candidates, key=weight)


def _cause(spot: Spot, hit: Sequence[Broken]) -> Cause:
    order = sorted(
        hit, key=lambda relation: (SEVERITY_ORDER[relation.found.severity], relation.spots[0] != spot)
    )
    return Cause(spot, order[0], tuple(order[1:]))
