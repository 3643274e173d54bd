"""What the demonstration drops into the inbox: two months, with typical mistakes in the second."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from openpyxl.workbook import Workbook
from pydantic import BaseModel, ConfigDict

from flows.demo.draws import stream, weekday
from flows.demo.edits import edited
from flows.demo.faults import faults, find_fault, oddities
from flows.demo.fill import filled
from flows.demo.sample import SampleReport, sample_year
from schemas import Period, Registry, Unit
from schemas.template.layout import Layout, lay_out
from schemas.template.workbook import Earlier, draw
from validations.run import self_checks

SHANGHAI = ZoneInfo("Asia/Shanghai")
DrawTemplate = Callable[[Layout, Earlier], Workbook]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sending(Frozen):
    """One file: a right report, one with a fault or with oddities, or a stray text."""

    at: dt.datetime
    fault: str = ""
    rule: str = ""
    oddities: bool = False
    stray: str = ""
    text: str = ""


class Usual(Frozen):
    """When reports usually come: days of the following month, hours of the day."""

    first_day: int
    last_day: int
    hours: tuple[int, int]


class Scenario(Frozen):
    """All of ``scenario.yaml``."""

    quiet: Mapping[str, tuple[str, ...]]
    usual: Usual
    months: Mapping[str, Mapping[str, tuple[Sending, ...]]]


@dataclass(frozen=True, slots=True)
class Drop:
    """A file as it arrives in ``inbox/<folder>/``; ``arrival`` in Asia/Shanghai."""

    period: Period
    unit_code: str
    folder: str
    file: str
    arrival: dt.datetime
    content: bytes


@lru_cache(maxsize=1)
def scenario() -> Scenario:
    raw = yaml.safe_load(Path(__file__).with_name("scenario.yaml").read_text("utf-8"))
    return Scenario.model_validate(raw)


def drawn(layout: Layout, earlier: Earlier) -> Workbook:
    """The template as the office issues it, with its live self-checks."""
    return draw(layout, self_checks(layout.registry, layout), earlier)


def stage(registry: Registry, draw_template: DrawTemplate = drawn, seed: int = 2023) -> list[Drop]:
    """The drops in order of arrival.

    ``draw_template`` gives the template of a layout, with last month's figures in it.

    Raises ``KeyError`` where a report does not let a fault of the scenario be made.
    """
    play = scenario()
    periods = [Period.parse(text) for text in play.months]
    reports = sample_year(registry, registry.year, [p.month for p in periods], seed, play.quiet)
    drops = [
        drop
        for period in periods
        for unit in registry.units
        for drop in _of_unit(registry, unit, period, reports, draw_template, seed)
    ]
    return sorted(drops, key=lambda drop: (drop.arrival, drop.unit_code))


def earlier_figures(report: SampleReport | None) -> dict[tuple[str, str], float | str]:
    """Last month's totals, levels and states as the template's 上期数 shows them."""
    shown = ("ytd", "stock", "status")
    figures = {} if report is None else report.figures
    return {
        (code, "last_month"): value
        for (code, measure), value in figures.items()
        if measure in shown and isinstance(value, int | float | str)
    }


def _of_unit(
    registry: Registry,
    unit: Unit,
    period: Period,
    reports: Mapping[tuple[str, Period], SampleReport],
    draw_template: DrawTemplate,
    seed: int,
) -> Iterator[Drop]:
    play = scenario()
    report, before = reports[unit.code, period], reports.get((unit.code, period.previous))
    layout = lay_out(registry, unit, period)
    sendings = play.months[str(period)].get(unit.code)
    if sendings is None:
        sendings = (Sending(at=_usual_time(play.usual, unit, period, seed)),)
    sent = 0
    for sending in sendings:
        if sending.stray:
            content, file = sending.text.encode(), sending.stray
        else:
            shown = _sent(layout, report, before, sending, seed, again=sent > 0)
            template = draw_template(layout, earlier_figures(before))
            content, file = filled(template, layout, shown), f"{unit.short}_{period}.xlsx"
            sent += 1
        yield Drop(period, unit.code, unit.short, file, sending.at.replace(tzinfo=SHANGHAI), content)


def _sent(
    layout: Layout,
    report: SampleReport,
    before: SampleReport | None,
    sending: Sending,
    seed: int,
    *,
    again: bool,
) -> SampleReport:
    """The report as it is sent: with its mistakes, dated that day at the earliest, corrected or first."""
    if sending.fault:
        report = find_fault(faults(layout, report, seed, before), sending.fault, sending.rule).report
    if sending.oddities:
        for oddity in oddities(layout, report, seed):
            report = edited(report, oddity.edits)
    cover = dict(report.cover)
    cover["filled_on"] = sending.at.date()
    if again:
        choices = next(f.choices for f in layout.registry.form.cover if f.name == "edition")
        cover["edition"] = choices[-1]
    return SampleReport(
        report.unit,
        report.period,
        cover,
        report.figures,
        report.ledgers,
        report.progress,
        report.explanations,
    )


def _usual_time(usual: Usual, unit: Unit, period: Period, seed: int) -> dt.datetime:
    rng = stream(seed, unit.code, period, "arrival")
    first = period.following.start
    day = weekday(rng, first.replace(day=usual.first_day), first.replace(day=usual.last_day))
    return dt.datetime.combine(day, dt.time(rng.randrange(*usual.hours), rng.randrange(60)))
