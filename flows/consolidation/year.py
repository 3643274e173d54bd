"""What a year holds: its months as the year shows them, and every unit's newest accepted figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Connection

from flows.consolidation.figure_table import ShownFigure, build_figure_table
from flows.consolidation.merge import merge
from flows.consolidation.month import MEASURE, Month, UnitStatus
from flows.platform.context import RunContext
from flows.register import queries
from flows.register.results import UnitState
from schemas import Period, Registry


class NothingAcceptedError(Exception):
    """No report of the year is accepted; the message is for the office."""


class YearTurnout(NamedTuple):
    """Months with an accepted report, units counted, and units asked."""

    accepted: tuple[Period, ...]
    counted: int
    asked: int


@dataclass(frozen=True)
class MonthOfYear:
    """What the year shows of a month. ``submissions``: ``flows.consolidation.month.SUBMISSION_COLUMNS``.

    ``shown``: by indicator of MEASURE what each unit shows on that line, in the order of
    ``flows.consolidation.figure_table.units_by_type``; ``city``: as the month's own workbook has it.
    """

    period: Period
    units: Mapping[str, UnitStatus]
    submissions: pd.DataFrame
    shown: Mapping[str, tuple[ShownFigure, ...]]
    city: Mapping[str, float | None]


@dataclass(frozen=True)
class Year:
    """``months``: those of the year for which a report was sent, ascending.

    At least one of them holds an accepted report. ``latest``: unit code -> the last month of the
    unit's own that is accepted; units without one are not in it. ``composed``: the year to date as one
    month, every unit's figures of its own last accepted month. Its ``figures`` therefore may hold
    several periods; findings, rules, ledgers and progress are left empty, for they belong to single
    months.
    """

    registry: Registry
    months: tuple[MonthOfYear, ...]
    latest: Mapping[str, Period]
    composed: Month

    @property
    def number(self) -> int:
        return self.registry.year

    @property
    def last(self) -> Period:
        """The newest month with an accepted report."""
        return max(self.latest.values())

    @cached_property
    def of(self) -> Mapping[Period, MonthOfYear]:
        return {month.period: month for month in self.months}

    @cached_property
    def accepted(self) -> tuple[Period, ...]:
        """Months with an accepted report."""
        return tuple(m.period for m in self.months if any(s.counts for s in m.units.values()))

    @property
    def turnout(self) -> YearTurnout:
        """What is said of the year in one line."""
        return YearTurnout(self.accepted, len(self.latest), len(self.registry.units))

    @cached_property
    def behind(self) -> Mapping[str, Period]:
        """Units whose own last accepted month is not the year's."""
        return {code: period for code, period in self.latest.items() if period != self.last}


def year_of(months: Iterable[Month]) -> Year:
    """The year of ``months``, which are of one year, ascending.

    They may come one at a time: none is held after the next is asked for, so that a year needs little
    more than a month. Raises :class:`NothingAcceptedError` where none of them holds an accepted report,
    and ``ValueError`` for months out of order.
    """
    shown: list[MonthOfYear] = []
    latest: dict[str, Period] = {}
    composed: Month | None = None
    for month in months:
        if shown and month.period <= shown[-1].period:
            raise ValueError(f"{month.period} after {shown[-1].period}")
        shown.append(_of_year(month))
        counted = [code for code, status in month.units.items() if status.counts]
        if counted:
            figures = month.figures
            if composed is not None:
                before = composed.figures[~composed.figures["unit_code"].isin(counted)]
                figures = pd.concat([f for f in (before, figures) if len(f)], ignore_index=True)
            composed = _without_own(month, figures)
            latest |= dict.fromkeys(counted, month.period)
    if composed is None:
        raise NothingAcceptedError("没有已接收的报送")
    units = {unit.code: _to_date(unit.code, shown, latest) for unit in composed.registry.units}
    submissions = pd.concat([month.submissions for month in shown], ignore_index=True)
    whole = replace(composed, units=units, submissions=submissions)
    return Year(composed.registry, tuple(shown), latest, whole)


def _of_year(month: Month) -> MonthOfYear:
    tally = build_figure_table(month)
    followed = {i.code: (i, MEASURE[i.kind]) for i in month.registry.indicators if i.kind in MEASURE}
    return MonthOfYear(
        period=month.period,
        units=month.units,
        submissions=month.submissions,
        shown={code: tally.row(*line) for code, line in followed.items()},
        city={code: tally.city(*line) for code, line in followed.items()},
    )


def _without_own(month: Month, figures: pd.DataFrame) -> Month:
    """The month with these figures, and without what belongs to it alone."""
    return replace(
        month,
        figures=figures,
        # Copies: a part of a frame would hold all of it.
        progress=month.progress.iloc[:0].copy(),
        ledgers={name: rows.iloc[:0].copy() for name, rows in month.ledgers.items()},
        submissions=month.submissions.iloc[:0],
        findings=(),
        between=(),
        lifted=(),
        overtaken=(),
        unevaluated=(),
        rules=month.rules.iloc[:0],
        amendments=month.amendments.iloc[:0].copy(),
        superseded=month.superseded.iloc[:0].copy(),
        work_point_states={},
    )


def _to_date(code: str, months: Sequence[MonthOfYear], latest: Mapping[str, Period]) -> UnitStatus:
    """Lateness is a month's, not the year's: it is shown in the grid of months."""
    if code in latest:
        own = next(month for month in months if month.period == latest[code])
        return replace(own.units[code], late=False, returned_again=False, held=())
    sent = any(month.units[code].state == UnitState.RETURNED for month in months)
    return UnitStatus(code, UnitState.RETURNED if sent else UnitState.MISSING, False, "", "")


def merge_year(connection: Connection, year: int) -> Year:
    """The year as the register holds it.

    Raises :class:`NothingAcceptedError`, and :class:`schemas.RegistryError` when the year has no
    registry.
    """
    periods = [period for period in queries.periods(connection) if period.year == year]
    return year_of(merge(connection, period, prior=False) for period in periods)


def merged_year(context: RunContext, year: int) -> Year:
    """The year as it stands now; sealed months as they were sealed.

    Raises :class:`flows.consolidation.year.NothingAcceptedError`.
    """
    with context.engine.connect() as connection:
        return merge_year(connection, year)
