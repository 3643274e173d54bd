"""The template issued to one unit for one month, with what the register holds of earlier months."""

from __future__ import annotations

from sqlalchemy import Connection

from flows.register import store
from schemas import Kind, Period, Registry, Unit
from schemas.template.layout import lay_out
from schemas.template.workbook import issue
from validations.run import self_checks

#: The one figure of a kind that is carried from month to month.
_CARRIED = {Kind.FLOW: "ytd", Kind.STOCK: "stock", Kind.MILESTONE: "status"}


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
    own = store.earlier(connection, [period.previous, period.year_before], [unit.code])
    for row in own.to_dict("records"):
        indicator = registry.indicator.get(row["indicator"])
        if indicator is None or _CARRIED.get(indicator.kind) != row["measure"]:
            continue
        value = row["text"] if indicator.kind is Kind.MILESTONE else row["value"]
        # NaN is the one value that differs from itself: a blank figure leaves nothing to print.
        if value is not None and value == value:  # noqa: PLR0124
            held[indicator.code, months[row["period"]]] = value
    return held


def next_period(connection: Connection, registry: Registry, unit: Unit) -> Period:
    """The year's first month without an accepted report of the unit; December when all are in."""
    accepted = {s.period for s in store.submissions(connection, units=[unit.code]) if s.accepted}
    months = [Period(registry.year, month) for month in range(1, 13)]
    return next((p for p in months if str(p) not in accepted), months[-1])
