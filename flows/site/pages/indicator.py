"""An indicator: what it means, the phrase that it rests on, and its series by unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from flows.site import address, chart
from flows.site.model import SiteMonth, SiteYear
from flows.site.months import line_of
from flows.site.render import page
from flows.tally import ABSENT, Shown, units_by_type
from schemas import Indicator, Kind, Period, Unit
from schemas.dictionary import Entry, data_dictionary
from schemas.models import MEASURE_TITLES
from validations.wording import number

#: More charts than this cannot be compared by eye; the table below holds all units.
MOST_CHARTS = 24
_RATE = "本年累计比率"


class Point(NamedTuple):
    """A unit in a month: its value in words or why there is none, and the page on which it stands."""

    text: str
    mark: bool  # a word in place of a value
    page: str


class Series(NamedTuple):
    unit: Unit
    points: tuple[Point, ...]
    chart: chart.Chart | None


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    current = {period: _current(year, period) for period in sorted(year.months)}
    entries = {entry.code: entry for entry in data_dictionary(year.registry)}
    rules = _rules_by_code(year)
    for indicator in year.registry.indicators:
        own = rules.get(indicator.code, [])
        yield _page(year, indicator, current, entries[indicator.code], own)


def _current(year: SiteYear, period: Period) -> dict[str, str]:
    """Unit code -> the page of the submission that counts."""
    counting = ((code, status.submission_id) for code, status in year.months[period].units.items())
    return {code: address.submission(one) for code, one in counting if one in year.by_id}


def _rules_by_code(year: SiteYear) -> dict[str, list[str]]:
    """Indicator code -> the rules whose declaration names it, or that hold over its kind."""
    registry = year.registry
    found: dict[str, list[str]] = {}
    for relation in registry.relations:
        if relation.id not in year.rule:
            continue
        over = relation.params.get("over")
        codes = [i.code for i in registry.indicators if i.kind == over] if over else []
        for code in [*codes, *sorted(registry.codes_in(relation))]:
            found.setdefault(code, []).append(relation.id)
    return found


def _page(
    year: SiteYear,
    indicator: Indicator,
    current: Mapping[Period, Mapping[str, str]],
    entry: Entry,
    rules: list[str],
) -> tuple[str, bytes]:
    path = address.indicator(year.year, indicator.code)
    line = line_of(indicator)
    months = [year.months[period] for period in current]
    units = [u for u in year.registry.units if year.registry.reports(u, indicator)]
    # A ratio stands in no cell of its own.
    linked = indicator.kind is not Kind.RATIO
    rows = [(m.shown[indicator.code], current[m.period] if linked else {}) for m in months]
    series = [_series(unit, year.position[unit.code], rows) for unit in units]
    city = [(f"{month.period.month}月", month.city[indicator.code]) for month in months]
    later = [(f"{n}月", chart.LATER) for n in range(1, 13) if Period(year.year, n) not in current]
    return path, page(
        "indicator",
        path,
        year=year,
        indicator=indicator,
        entry=entry,
        measure=MEASURE_TITLES.get(line, _RATE),
        periods=list(current),
        anchor=address.figure_anchor(indicator.code, line),
        series=_to_one_scale(year, series, indicator, months),
        city=[(label, "" if value is None else number(round(value, 2))) for label, value in city],
        chart=None if indicator.kind is Kind.MILESTONE else chart.columns(_by_month([*city, *later])),
        absent=[(month.period, absent) for month in months if (absent := _absent(year, indicator, month))],
        rules=[year.rule[one] for one in dict.fromkeys(rules)],
        most=MOST_CHARTS,
    )


def _by_month(values: list[tuple[str, float | None]]) -> list[tuple[str, float | None]]:
    return sorted(values, key=lambda pair: int(pair[0].removesuffix("月")))


def _absent(year: SiteYear, indicator: Indicator, month: SiteMonth) -> list[str]:
    """Units that should be in the city's value and are not."""
    units = units_by_type(year.registry)
    shown = month.shown[indicator.code]
    return [unit.short for unit, one in zip(units, shown, strict=True) if one.mark in ABSENT]


def _series(unit: Unit, position: int, rows: Sequence[tuple[Sequence[Shown], Mapping[str, str]]]) -> Series:
    """``rows``: for each month what all units show, and the page of each."""
    points = []
    for row, pages in rows:
        shown = row[position]
        text = shown.display if shown.number is None else _rounded(shown.number)
        points.append(Point(text, shown.number is None and not shown.text, pages.get(unit.code, "")))
    return Series(unit, tuple(points), None)


@lru_cache(maxsize=1 << 15)
def _rounded(value: float) -> str:
    """Of a province's hundred thousand values in a month most are alike."""
    return number(round(value, 2))


def _to_one_scale(
    year: SiteYear, series: list[Series], indicator: Indicator, months: Sequence[SiteMonth]
) -> list[Series]:
    """The units' small charts, all on one scale, so that they can be compared."""
    if indicator.kind is Kind.MILESTONE or len(series) > MOST_CHARTS:
        return series
    values = {
        one.unit.code: [
            (f"{month.period.month}月", month.shown[indicator.code][year.position[one.unit.code]].number)
            for month in months
        ]
        for one in series
    }
    known = [v for row in values.values() for _, v in row if v is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return [
        one._replace(
            chart=chart.columns(values[one.unit.code], width=132, height=44, axis=False, low=low, high=high)
        )
        for one in series
    ]
