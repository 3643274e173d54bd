"""Seeded draws: each figure has a stream of its own, so that a new one moves no other."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterable, Mapping


def stream(*parts: object) -> random.Random:
    """A generator that depends on the parts alone, the same in every process."""
    return random.Random(":".join(str(part) for part in parts))  # noqa: S311 - samples, not secrets


def poisson(rng: random.Random, mean: float) -> int:
    """A small count around ``mean``; 0 for a mean of 0."""
    if mean <= 0:
        return 0
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def amount(rng: random.Random, low: float, high: float, step: float) -> float:
    """An amount between the bounds, small ones more often, a multiple of ``step``, two decimals."""
    drawn = math.exp(rng.uniform(math.log(low), math.log(high)))
    return round(max(step, round(drawn / step) * step), 2)


def weighted(rng: random.Random, weights: Mapping[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def weekday(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    """A day within the bounds, Monday to Friday where there is one."""
    days = [first + dt.timedelta(n) for n in range((last - first).days + 1)]
    return rng.choice([day for day in days if day.weekday() < 5] or days)


def money(values: Iterable[float]) -> float:
    """A sum of amounts of two decimals, exact to the cent."""
    return round(math.fsum(values), 2)
