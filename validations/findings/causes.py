"""One cause, one line: the fewest places that explain all broken relations of a report.

A wrong figure breaks every relation that it takes part in. A smallest set of places that hits
every broken relation names the likeliest wrong cells; greedy choice is near enough, and plain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from validations.declaring.relation import Spot
from validations.findings.finding import SEVERITY_ORDER, Finding


@dataclass(frozen=True)
class Broken:
    """A broken relation: the places that may be wrong, the first where a person would look first."""

    spots: tuple[Spot, ...]
    title: str  # what the relation asserts
    found: Finding  # as if it stood alone, not yet placed at a cell


@dataclass(frozen=True)
class Cause:
    """A place and what it explains; ``main`` words the finding, ``others`` are named in it."""

    spot: Spot
    main: Broken
    others: tuple[Broken, ...]


def causes(broken: Sequence[Broken]) -> list[Cause]:
    """Errors are explained first, and take along whatever else their places explain.

    What was waived or explained is kept apart from what is open: it must stay visible by itself.
    """
    found: list[Cause] = []
    for status in ("open", "explained", "waived"):
        rest = [one for one in broken if one.found.status == status]
        for severity in SEVERITY_ORDER:
            while leading := [one for one in rest if one.found.severity == severity]:
                spot = _likeliest(leading, rest)
                hit = [one for one in rest if spot in one.spots]
                rest = [one for one in rest if spot not in one.spots]
                found.append(_cause(spot, hit))
    return found


def _likeliest(leading: Sequence[Broken], rest: Sequence[Broken]) -> Spot:
    """The place in most of the leading relations, then in most of the others, then pointed at most."""
    candidates = list(dict.fromkeys(spot for one in leading for spot in one.spots))

    def weight(spot: Spot) -> tuple[int, int, int]:
        return (
            sum(spot in one.spots for one in leading),
            sum(spot in one.spots for one in rest),
            sum(spot == one.spots[0] for one in rest),
        )

    return max(candidates, key=weight)


def _cause(spot: Spot, hit: Sequence[Broken]) -> Cause:
    order = sorted(hit, key=lambda one: (SEVERITY_ORDER[one.found.severity], one.spots[0] != spot))
    return Cause(spot, order[0], tuple(order[1:]))
