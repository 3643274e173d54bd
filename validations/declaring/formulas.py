"""Pieces of the template's live self-checks: only functions that Excel 2010, WPS and LibreOffice share."""

from __future__ import annotations

import datetime as dt

from schemas.models import Indicator
from schemas.template.checks import BROKEN, HOLDS, OPEN
from schemas.template.layout import Layout


class Refs:
    """Operands of checks as absolute references into one unit's report.

    ``indicator`` is the row's own for checks over every flow, stock or milestone.
    """

    def __init__(self, layout: Layout, indicator: str = "") -> None:
        self.layout = layout
        self.indicator = indicator

    def __call__(self, column: str) -> str:
        """``3105.month``, ``ytd``, ``last_month``, ``narrative`` -> a reference with its sheet."""
        if column in ("last_month", "year_before"):
            return self.layout.reference_ref(self.indicator, column)
        if column == "narrative":
            point = self.own.work_point
            return self.layout.ref("progress", self.layout.progress[point, "progress"])
        code, _, measure = column.rpartition(".")
        return self.layout.figure_ref(code or self.indicator, measure)

    def rows(self, ledger: str, column: str) -> str:
        """All input cells of a ledger's column."""
        return self.layout.ledger_range(ledger, column)

    @property
    def january(self) -> bool:
        return self.layout.period.month == 1

    @property
    def own(self) -> Indicator:
        """The row's own indicator."""
        return self.layout.registry.indicator[self.indicator]

    @property
    def period_bounds(self) -> tuple[str, str]:
        return date(self.layout.period.start), date(self.layout.period.end)


def decide(given: str, holds: str) -> str:
    """A whole formula: open until ``given``, then holds or broken."""
    return f'=IF({given},IF({holds},"{HOLDS}","{BROKEN}"),"{OPEN}")'


def numbers(*refs: str) -> str:
    """Whether every one of the cells holds a number."""
    return f"COUNT({','.join(refs)})={len(refs)}"


def equal(left: str, right: str, within: float) -> str:
    return f"ABS({left}-({right}))<={literal(within)}"


def literal(value: float) -> str:
    """A number without an exponent, which not every program reads alike."""
    return f"{value:.9f}".rstrip("0").rstrip(".")


def date(day: dt.date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"


def text(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def every(*conditions: str) -> str:
    return f"AND({','.join(conditions)})"
