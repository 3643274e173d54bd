"""The template issued to one unit for one month, with what the register holds of earlier months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

import schemas
from flows.platform.processes import process_pool, worthwhile_processes
from flows.register import frames, queries
from flows.register.database import open_register
from schemas import Kind, Period, Registry, Unit
from schemas.template.layout import lay_out
from schemas.template.workbook import issue
from validations.relations.compared_months import CARRIED
from validations.run import self_checks

#: From so many templates on, processes pay for their start of a second or two: each takes half a second.
MANY = 8


@dataclass(frozen=True)
class TemplateJob:
    """A template to be issued. ``period``: None for the unit's next month to report."""

    database: str = field(repr=False)  # it may hold a password
    year: int
    unit_code: str
    period: Period | None = None


def issue_all_templates(
    wanted: Sequence[TemplateJob], workers: int | None = None
) -> Iterator[tuple[Period, bytes]]:
    """The month and the content of each template, in order; many are made in processes.

    Raises ``concurrent.futures.process.BrokenProcessPool`` where one of these ends before its time.
    """
    count = worthwhile_processes(len(wanted), MANY, workers)
    if count < 2:
        yield from map(issue_job, wanted)
        return
    with process_pool(count) as pool:
        try:
            yield from pool.map(issue_job, wanted, chunksize=2)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def issue_job(one: TemplateJob) -> tuple[Period, bytes]:
    """The month and the content of the template, from the register as it is now."""
    registry = schemas.load(one.year)
    unit = registry.unit[one.unit_code]
    engine = open_register(one.database)
    try:
        with engine.connect() as connection:
            period = one.period or next_period(connection, registry, unit)
            return period, issue_for(connection, registry, unit, period)
    finally:
        engine.dispose()


def issue_for(connection: Connection, registry: Registry, unit: Unit, period: Period) -> bytes:
    """The template as .xlsx bytes; the same register gives the same bytes."""
    layout = lay_out(registry, unit, period)
    return issue(layout, self_checks(registry, layout), accepted_before(connection, registry, unit, period))


def accepted_before(
    connection: Connection, registry: Registry, unit: Unit, period: Period
) -> dict[tuple[str, str], float | str]:
    """(indicator code, last_month | year_before) -> the figure accepted then."""
    months = {str(period.previous): "last_month", str(period.year_before): "year_before"}
    held: dict[tuple[str, str], float | str] = {}
    own = frames.earlier_figures(connection, [period.previous, period.year_before], [unit.code])
    for row in own.to_dict("records"):
        indicator = registry.indicator.get(row["indicator"])
        if indicator is None or CARRIED.get(indicator.kind) != row["measure"]:
            continue
        which = months[row["period"]]
        if indicator.kind is Kind.MILESTONE and which == "last_month" and period.month == 1:
            continue  # it was another year's notice that asked for it
        value = row["text"] if indicator.kind is Kind.MILESTONE else row["value"]
        # NaN is the one value that differs from itself: a blank figure leaves nothing to print.
        if value is not None and value == value:  # noqa: PLR0124
            held[indicator.code, which] = value
    return held


def next_period(connection: Connection, registry: Registry, unit: Unit) -> Period:
    """The year's first month without an accepted report of the unit; December when all are in."""
    accepted = {s.period for s in queries.submissions(connection, units=[unit.code]) if s.accepted}
    months = [Period(registry.year, month) for month in range(1, 13)]
    return next((p for p in months if str(p) not in accepted), months[-1])
