"""An indicator: what it means, the phrase that it rests on, and its series by unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from flows.site import address, chart
from flows.site.model import SiteYear
from flows.site.render import page
from flows.tally import Tally, current_line, tally_of
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
    tallies = {period: tally_of(month) for period, month in sorted(year.months.items())}
    current = {period: _current(year, period) for period in tallies}
    entries = {entry.code: entry for entry in data_dictionary(year.registry)}
    rules = _rules_by_code(year)
    for indicator in year.registry.indicators:
        own = rules.get(indicator.code, [])
        yield _page(year, indicator, tallies, current, entries[indicator.code], own)


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
    tallies: Mapping[Period, Tally],
    current: Mapping[Period, Mapping[str, str]],
    entry: Entry,
    rules: list[str],
) -> tuple[str, bytes]:
    path = address.indicator(year.year, indicator.code)
    line = "month" if indicator.kind is Kind.FLOW else current_line(indicator)
    units = [u for u in year.registry.units if year.registry.reports(u, indicator)]
    # A ratio stands in no cell of its own.
    pages: Mapping[Period, Mapping[str, str]] = {} if indicator.kind is Kind.RATIO else current
    series = [_series(indicator, unit, line, tallies, pages) for unit in units]
    city = [(f"{p.month}月", tally.city(indicator, line)) for p, tally in tallies.items()]
    later = [(f"{n}月", chart.LATER) for n in range(1, 13) if Period(year.year, n) not in tallies]
    return path, page(
        "indicator",
        path,
        year=year,
        indicator=indicator,
        entry=entry,
        measure=MEASURE_TITLES.get(line, _RATE),
        periods=list(tallies),
        anchor=address.figure_anchor(indicator.code, line),
        series=_to_one_scale(series, indicator, tallies, line),
        city=[(label, "" if value is None else number(round(value, 2))) for label, value in city],
        chart=None if indicator.kind is Kind.MILESTONE else chart.columns(_by_month([*city, *later])),
        absent=[
            (p, [u.short for u in absent])
            for p, tally in tallies.items()
            if (absent := tally.absent(indicator, line))
        ],
        rules=[year.rule[one] for one in dict.fromkeys(rules)],
        most=MOST_CHARTS,
    )


def _by_month(values: list[tuple[str, float | None]]) -> list[tuple[str, float | None]]:
    return sorted(values, key=lambda pair: int(pair[0].removesuffix("月")))


def _series(
    indicator: Indicator,
    unit: Unit,
    line: str,
    tallies: Mapping[Period, Tally],
    pages: Mapping[Period, Mapping[str, str]],
) -> Series:
    points = []
    for period, tally in tallies.items():
        shown = tally.shown(unit, indicator, line)
        text = shown.display if shown.number is None else number(round(shown.number, 2))
        page = pages.get(period, {}).get(unit.code, "")
        points.append(Point(text, shown.number is None and not shown.text, page))
    return Series(unit, tuple(points), None)


def _to_one_scale(
    series: list[Series], indicator: Indicator, tallies: Mapping[Period, Tally], line: str
) -> list[Series]:
    """The units' small charts, all on one scale, so that they can be compared."""
    if indicator.kind is Kind.MILESTONE or len(series) > MOST_CHARTS:
        return series
    values = {
        one.unit.code: [
            (f"{p.month}月", tally.shown(one.unit, indicator, line).number) for p, tally in tallies.items()
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
