"""Words of findings: names of figures, numbers as text, clauses of the notice."""

from __future__ import annotations

import math
from dataclasses import dataclass

from schemas.models import MEASURE_TITLES, Registry

#: Column of the frames that holds an earlier month's figure -> its title.
_EARLIER = {"last_month": "上月已接收的", "year_before": "上年同月已接收的"}


@dataclass(frozen=True)
class IndicatorNames:
    """Names of operands; ``indicator`` is the row's own in a frame of indicators."""

    registry: Registry
    indicator: str = ""

    def of(self, column: str) -> str:
        """``3105.month`` -> ``3105 立案合计的本月数``; ``month`` alone -> ``本月数``."""
        code, _, measure = column.rpartition(".")
        title = MEASURE_TITLES.get(measure, measure)
        return f"{self.figure(code)}的{title}" if code else title

    def full(self, measure: str) -> str:
        """A measure of the row's indicator, with the indicator where it is known."""
        return self.of(f"{self.indicator}.{measure}" if self.indicator else measure)

    def held(self, which: str, measure: str) -> str:
        """The name of the figure accepted for an earlier month."""
        return _EARLIER[which] + MEASURE_TITLES[measure]

    def figure(self, code: str) -> str:
        """An indicator's code and name."""
        indicator = self.registry.indicator[code]
        return f"{code} {indicator.name}"


def number(value: object) -> str:
    """A number without trailing zeros and without exponent; 空 where it is missing."""
    if not isinstance(value, int | float) or math.isnan(value):
        return as_text(value) or "空"
    return f"{round(float(value), 6):f}".rstrip("0").rstrip(".") if value else "0"


def as_text(value: object) -> str:
    """A frame's value as text; empty where it is missing."""
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else str(value)


def clause(registry: Registry, work_point: str) -> str:
    """The number of a work point in the notice: ``要点三(1)``."""
    point = registry.work_point.get(work_point)
    if point is None:
        return "工作要点"
    section = next(s for s in registry.sections if s.number == point.section)
    return f"要点{section.numeral}({point.item})"
