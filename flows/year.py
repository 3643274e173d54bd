"""What a year holds: its months as merged, and every unit's newest accepted figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Connection

from flows.merge import merge
from flows.month import Month, UnitStatus
from flows.register import store
from schemas import Period, Registry


class NothingAcceptedError(Exception):
    """No report of the year is accepted; the message is for the office."""


class YearTurnout(NamedTuple):
    """Months with an accepted report, units counted, and units asked."""

    accepted: tuple[Period, ...]
    counted: int
    asked: int


@dataclass(frozen=True)
class Year:
    """``months``: those of the year for which a report was sent, ascending.

    At least one of them holds an accepted report. ``latest``: unit code -> the last month of the
    unit's own that is accepted; units without one are not in it.
    """

    registry: Registry
    months: tuple[Month, ...]
    latest: Mapping[str, Period]

    @property
    def number(self) -> int:
        return self.registry.year

    @property
    def last(self) -> Period:
        """The newest month with an accepted report."""
        return max(self.latest.values())

    @cached_property
    def of(self) -> Mapping[Period, Month]:
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

    @cached_property
    def composed(self) -> Month:
        """The year to date as one month: every unit's figures of its own last accepted month.

        Its ``figures`` therefore may hold several periods; findings, rules, ledgers and
        progress are left empty, for they belong to single months.
        """
        last = self.of[self.last]
        figures = [month.figures[self._counting(month)] for month in self.months]
        return replace(
            last,
            units={unit.code: self._status(unit.code) for unit in self.registry.units},
            figures=pd.concat([f for f in figures if len(f)], ignore_index=True),
            progress=last.progress.iloc[:0],
            ledgers={name: rows.iloc[:0] for name, rows in last.ledgers.items()},
            submissions=pd.concat([m.submissions for m in self.months], ignore_index=True),
            findings=(),
            rules=last.rules.iloc[:0],
            amendments=last.amendments.iloc[:0],
            work_point_states={},
        )

    def _counting(self, month: Month) -> pd.Series[bool]:
        own = [code for code, period in self.latest.items() if period == month.period]
        return month.figures["unit_code"].isin(own)

    def _status(self, code: str) -> UnitStatus:
        """Lateness is a month's, not the year's: it is shown in the grid of months."""
        if code in self.latest:
            return replace(self.of[self.latest[code]].units[code], late=False, returned_again=False)
        sent = any(month.units[code].state == "returned" for month in self.months)
        return UnitStatus(code, "returned" if sent else "missing", False, "", "")


def year_of(months: Sequence[Month]) -> Year:
    """The year of ``months``, which are of one year.

    Raises :class:`NothingAcceptedError` where none of them holds an accepted report.
    """
    ordered = tuple(sorted(months, key=lambda m: m.period))
    latest = {code: m.period for m in ordered for code, status in m.units.items() if status.counts}
    if not latest:
        raise NothingAcceptedError("没有已接收的报送")
    return Year(ordered[-1].registry, ordered, latest)


def merge_year(connection: Connection, year: int) -> Year:
    """The year as the register holds it.

    Raises :class:`NothingAcceptedError`, and :class:`schemas.RegistryError` when the year has no
    registry.
    """
    periods = [period for period in store.periods(connection) if period.year == year]
    return year_of([merge(connection, period, prior=False) for period in periods])
