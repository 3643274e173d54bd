"""What is told of the year's earlier months beside a month: the city's sums, and last month's values."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

from sqlalchemy import Connection

from flows.consolidation.month import MEASURE, PriorMonths
from flows.consolidation.status import require_known_indicators, require_known_units
from flows.register import queries
from schemas import Period, Registry


def prior_months(connection: Connection, registry: Registry, period: Period) -> PriorMonths:
    """Month by month: of a province's year all figures would not fit into memory.

    Raises :class:`schemas.RegistryError` where a unit or an indicator that counted is gone.
    """
    sums: dict[tuple[str, str, Period], float] = {}
    counted: dict[Period, int] = {}
    last: dict[tuple[str, str], dict[str, float]] = {}
    measures = list(MEASURE.values())
    for earlier in (Period(period.year, month) for month in range(1, period.month)):
        current = queries.current(connection, earlier)
        require_known_units(registry, current.values())
        units = {s.submission_id: code for code, s in current.items()}
        if not units:
            continue
        counted[earlier] = len(units)
        held: dict[tuple[str, str], list[Iterable[float]]] = {}
        for code, measure, value, times in queries.value_counts(connection, units, measures):
            held.setdefault((code, measure), []).append(itertools.repeat(value, times))
        require_known_indicators(registry, {code for code, _ in held})
        sums |= {(*key, earlier): math.fsum(itertools.chain(*values)) for key, values in held.items()}
        if earlier == period.previous:
            for submission_id, code, measure, value in queries.values(connection, units, measures):
                last.setdefault((code, measure), {})[units[submission_id]] = value
    return PriorMonths(sums, counted, last)
