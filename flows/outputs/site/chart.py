"""Geometry of the indicator charts: columns by month, drawn by a template as inline SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from validations.declaring.wording import number

#: In place of a value: the month is still to come, so that its absence is no gap.
LATER = math.nan


class Column(NamedTuple):
    """A month's column, in the chart's units.

    ``gap`` where a value is absent, ``later`` where it is still to come.
    """

    x: float
    y: float
    width: float
    height: float
    label: str  # the month
    value: str  # in words
    gap: bool
    later: bool = False


class Rung(NamedTuple):
    """A line of the scale."""

    y: float
    text: str


class Chart(NamedTuple):
    width: float
    height: float
    baseline: float
    columns: tuple[Column, ...]
    rungs: tuple[Rung, ...]
    scaled: bool  # whether there is anything above or below nought


_LEFT, _TOP, _BOTTOM = 58.0, 22.0, 26.0


def columns(
    values: Sequence[tuple[str, float | None]],
    *,
    width: float = 640,
    height: float = 220,
    axis: bool = True,
    low: float | None = None,
    high: float | None = None,
) -> Chart:
    """A column per (label, value); None leaves a gap that the template marks.

    ``low`` and ``high`` widen the scale, so that several charts can be compared; ``axis`` false
    gives a small one without a scale.
    """
    left, top, bottom = (_LEFT, _TOP, _BOTTOM) if axis else (0.0, 2.0, 2.0)
    known = [value for _, value in values if value is not None and not math.isnan(value)]
    most = max([0.0, *known, *([high] if high is not None else [])])
    least = min([0.0, *known, *([low] if low is not None else [])])
    most, least = _round_up(most), -_round_up(-least)
    span = (most - least) or 1.0
    plot = height - top - bottom

    def y_of(value: float) -> float:
        return round(top + (most - value) / span * plot, 2)

    step = (width - left) / max(len(values), 1)
    zero = y_of(0.0) if most > least else round(top + plot, 2)
    drawn = [
        _column(left + n * step, step, label, value, zero, y_of) for n, (label, value) in enumerate(values)
    ]
    marks = sorted({least, 0.0, (most + least) / 2, most}) if axis and most > least else []
    rungs = tuple(Rung(y_of(mark), number(mark)) for mark in marks)
    return Chart(width, height, zero, tuple(drawn), rungs, most > least)


def _column(
    left: float, step: float, label: str, value: float | None, zero: float, y_of: Callable[[float], float]
) -> Column:
    width = round(step * 0.56, 2)
    x = round(left + step * 0.22, 2)
    if value is None or math.isnan(value):
        return Column(x, zero, width, 0.0, label, "", gap=value is None, later=value is not None)
    end = y_of(value) if value else zero
    # Nought is a thin line on the axis: reported, and different from a gap.
    return Column(
        x, min(end, zero), width, max(round(abs(end - zero), 2), 1.2), label, number(value), gap=False
    )


def _round_up(value: float) -> float:
    """The next 1, 2, 2.5 or 5 times a power of ten."""
    if value <= 0:
        return 0.0
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0) if step * power >= value - 1e-12)
