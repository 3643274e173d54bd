"""Plausible reports of every unit for some months of a year, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.demo.draws import stream, weekday
from flows.demo.narrative import progress_row
from flows.demo.rowcells import Row, Value
from flows.demo.unityear import UnitYear
from flows.demo.words import Words, words
from schemas import Period, Registry, Unit


@dataclass(frozen=True)
class SampleReport:
    """What a unit would type into the template of one month.

    ``figures`` by (code, measure), ``ledgers`` by name as rows of column -> value, ``progress`` by
    (work point, field), ``explanations`` by code. Amounts are in 万元. A value may be any text, as
    clerks type it; None leaves the cell blank.
    """

    unit: Unit
    period: Period
    cover: dict[str, Value]
    figures: dict[tuple[str, str], Value]
    ledgers: dict[str, list[Row]]
    progress: dict[tuple[str, str], str | None]
    explanations: dict[str, str] = field(default_factory=dict)


def sample_year(
    registry: Registry,
    year: int,
    months: Iterable[int],
    seed: int,
    quiet: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[tuple[str, Period], SampleReport]:
    """Reports by (unit code, period), in which every relation of the registry holds.

    January on is always generated, so that totals of the year agree whichever ``months`` are
    asked. ``quiet`` names work points by unit code under which nothing happens all year.
    """
    asked = sorted(set(months))
    reports: dict[tuple[str, Period], SampleReport] = {}
    for unit in registry.units:
        reports.update(
            sample_unit(registry, unit, year, asked, seed, tuple((quiet or {}).get(unit.code, ())))
        )
    return reports


def sample_unit(
    registry: Registry, unit: Unit, year: int, months: Iterable[int], seed: int, quiet: tuple[str, ...] = ()
) -> dict[tuple[str, Period], SampleReport]:
    """One unit's part of :func:`sample_year`; it does not depend on the other units."""
    asked = set(months)
    own_words = words()
    whole = UnitYear(registry, unit, year, seed, own_words, quiet)
    staff = _staff(own_words, stream(seed, unit.code, "staff"))
    indicators = registry.indicators_of(unit)
    reports: dict[tuple[str, Period], SampleReport] = {}
    for month in range(1, max(asked, default=0) + 1):
        period = Period(year, month)
        figures, rows = whole.month(period)
        if month not in asked:
            continue
        rng = stream(seed, unit.code, period, "progress")
        progress: dict[tuple[str, str], Any] = {}
        for point in registry.work_points_of(unit):
            row = progress_row(registry, own_words, point, indicators, figures, period, rng)
            progress |= {(point.code, name): text for name, text in row.items()}
        cover = _cover(registry, unit, period, staff, stream(seed, unit.code, period, "cover"))
        reports[unit.code, period] = SampleReport(unit, period, cover, figures, rows, progress)
    return reports


def _staff(own_words: Words, rng: random.Random) -> dict[str, Value]:
    def person() -> str:
        return rng.choice(own_words.people.surnames) + rng.choice(own_words.people.given)

    phone = own_words.phone.format(a=rng.randrange(210, 890), b=rng.randrange(10_000))
    return {"clerk": person(), "phone": phone, "reviewer": person(), "responsible": person()}


def _cover(
    registry: Registry, unit: Unit, period: Period, staff: Mapping[str, Value], rng: random.Random
) -> dict[str, Value]:
    """Filled in within the first days of the following month."""
    first = period.following.start
    edition = next(f.choices[0] for f in registry.form.cover if f.name == "edition")
    filled_on = weekday(rng, first, first + dt.timedelta(3))
    return {
        "unit": unit.name,
        "period": period.chinese,
        **staff,
        "filled_on": filled_on,
        "edition": edition,
    }
