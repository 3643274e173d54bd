"""Builds the Excel formulas of the template's live self-checks.

Only functions that Excel 2010, WPS and LibreOffice share.
"""

from __future__ import annotations

import datetime as dt

from schemas.models import Indicator
from schemas.template.checks import BROKEN, HOLDS, OPEN
from schemas.template.layout import Layout


class Refs:
    """Translates a check's operands to absolute cell references in one unit's report.

    ``indicator`` is the code of the indicator in question, for checks over every flow, stock or milestone.
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
        """The indicator in question, for checks over every flow, stock or milestone."""
        return self.layout.registry.indicator[self.indicator]

    @property
    def period_bounds(self) -> tuple[str, str]:
        return date(self.layout.period.start), date(self.layout.period.end)


def decide(complete: str, holds: str) -> str:
    """A whole formula: OPEN until the condition ``complete`` is true, then HOLDS or BROKEN."""
    return f'=IF({complete},IF({holds},"{HOLDS}","{BROKEN}"),"{OPEN}")'


def numbers(*refs: str) -> str:
    """A condition: every cell holds a number."""
    return f"COUNT({','.join(refs)})={len(refs)}"


def equal(left: str, right: str, within: float) -> str:
    """A condition: both sides differ by no more than ``within``."""
    return f"ABS({left}-({right}))<={literal(within)}"


def literal(value: float) -> str:
    """A number in a formula, without an exponent: programs read exponents differently."""
    return f"{value:.9f}".rstrip("0").rstrip(".")


def date(day: dt.date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"


def text(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def every(*conditions: str) -> str:
    return f"AND({','.join(conditions)})"
