"""How findings name figures, numbers and clauses."""

from __future__ import annotations

import math
from dataclasses import dataclass

from schemas.models import MEASURE_TITLES, Registry

#: What the frames add to a row's own measures.
_ADDED = {"last_month": "上月已接收的", "year_before": "上年同月已接收的"}


@dataclass(frozen=True)
class IndicatorNames:
    """Names of operands; ``indicator`` is the row's own in a frame of indicators."""

    registry: Registry
    indicator: str = ""

    def of(self, column: str) -> str:
        """``3105.month`` -> ``3105 立案合计的本月数``; a row's own measure -> its title alone."""
        code, _, measure = column.rpartition(".")
        title = MEASURE_TITLES.get(measure, measure)
        return f"{self.figure(code)}的{title}" if code else title

    def full(self, measure: str) -> str:
        """The row's own measure with its indicator, where the row is known."""
        return self.of(f"{self.indicator}.{measure}" if self.indicator else measure)

    def held(self, which: str, measure: str) -> str:
        """An accepted figure of an earlier month."""
        return _ADDED[which] + MEASURE_TITLES[measure]

    def figure(self, code: str) -> str:
        indicator = self.registry.indicator[code]
        return f"{code} {indicator.name}"


def number(value: object) -> str:
    """A figure as people write it: no trailing zeros, no exponent."""
    if not isinstance(value, int | float) or math.isnan(value):
        return as_text(value) or "空"
    return f"{round(float(value), 6):f}".rstrip("0").rstrip(".") if value else "0"


def as_text(value: object) -> str:
    """A frame's cell as text; what is missing is empty."""
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else str(value)


def clause(registry: Registry, work_point: str) -> str:
    """``要点三(1)``: the notice's own numbering of a work point."""
    point = registry.work_point.get(work_point)
    if point is None:
        return "工作要点"
    section = next(s for s in registry.sections if s.number == point.section)
    return f"要点{section.numeral}({point.item})"
