"""An indicator: what it means, the phrase that it rests on, and its series by unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flows.consolidation.figure_table import ABSENT
from flows.consolidation.scoring import published
from flows.outputs.site import chart, html_rows, urls
from flows.outputs.site.model import Rule, SiteMonth, SiteYear
from flows.outputs.site.month_cache import line_of
from flows.outputs.site.render import page
from flows.outputs.site.shown import UnitSeries
from schemas import Indicator, Kind, Period
from schemas.dictionary import Entry, data_dictionary
from schemas.models import MEASURE_TITLES
from validations.declaring.wording import number

#: More charts than this cannot be compared by eye; the table below holds all units.
MOST_CHARTS = 24
_RATE = "本年累计比率"


def pages(year: SiteYear) -> Iterator[tuple[str, bytes]]:
    links = {period: _links(year, period) for period in sorted(year.months)}
    entries = {entry.code: entry for entry in data_dictionary(year.registry)}
    for indicator in year.registry.indicators:
        own = [year.rule[r.id] for r in year.registry.touching(indicator) if r.id in year.rule]
        yield _page(year, indicator, links, entries[indicator.code], own)


def _links(year: SiteYear, period: Period) -> dict[str, str]:
    """Unit code -> where an indicator's page finds the submission that counts, as HTML."""
    counting = ((code, status.submission_id) for code, status in year.months[period].units.items())
    root = urls.root_of(urls.indicator(year.year, year.registry.indicators[0].code))
    return {code: html_rows.html(root + urls.submission(one)) for code, one in counting if one in year.by_id}


def _page(
    year: SiteYear,
    indicator: Indicator,
    links: Mapping[Period, Mapping[str, str]],
    entry: Entry,
    rules: list[Rule],
) -> tuple[str, bytes]:
    path = urls.indicator(year.year, indicator.code)
    line = line_of(indicator)
    months = [year.months[period] for period in links]
    units = [u for u in year.registry.units if year.registry.reports(u, indicator)]
    # A ratio stands in no cell of its own.
    linked = indicator.kind is not Kind.RATIO
    shown = [(m.shown[indicator.code], links[m.period] if linked else {}) for m in months]
    anchor = urls.figure_anchor(indicator.code, line)
    series = [
        UnitSeries(unit, html_rows.series_cells(unit.code, year.position[unit.code], shown, anchor), None)
        for unit in units
    ]
    city = [(f"{month.period.month}月", month.city[indicator.code]) for month in months]
    later = [(f"{n}月", chart.LATER) for n in range(1, 13) if Period(year.year, n) not in links]
    return path, page(
        "indicator",
        path,
        year=year,
        indicator=indicator,
        entry=entry,
        measure=MEASURE_TITLES.get(line, _RATE),
        periods=list(links),
        series=_to_one_scale(year, series, indicator, months),
        city=[(label, "" if value is None else number(published(value))) for label, value in city],
        chart=None if indicator.kind is Kind.MILESTONE else chart.columns(_by_month([*city, *later])),
        absent=[(month.period, absent) for month in months if (absent := _absent(year, indicator, month))],
        rules=rules,
        most=MOST_CHARTS,
    )


def _by_month(values: list[tuple[str, float | None]]) -> list[tuple[str, float | None]]:
    return sorted(values, key=lambda pair: int(pair[0].removesuffix("月")))


def _absent(year: SiteYear, indicator: Indicator, month: SiteMonth) -> list[str]:
    """Units that should be in the city's value and are not."""
    units = year.position
    shown = month.shown[indicator.code]
    return [
        year.registry.unit[code].short for code, one in zip(units, shown, strict=True) if one.mark in ABSENT
    ]


def _to_one_scale(
    year: SiteYear, series: list[UnitSeries], indicator: Indicator, months: Sequence[SiteMonth]
) -> list[UnitSeries]:
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
