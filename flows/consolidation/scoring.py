"""Scores of a month, from the methods, targets and weights of ``assessment.yaml``.

The notice (2023年许昌市知识产权工作要点) sets neither targets nor weights; every setting used
here therefore carries who set it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import pandas as pd

from flows.consolidation.figure_table import (
    FigureTable,
    Mark,
    ShownFigure,
    build_figure_table,
    current_line,
    index,
    scored_lines,
)
from flows.consolidation.month import Month
from flows.platform.memory import infrequent_gc
from schemas import Indicator, Kind, Registry, Unit
from schemas.assessment import SET_BY_DEFAULT, Assessment, Method
from schemas.models import STATUSES

#: Decimals of a published total; ranks follow what is published, so that equal totals share a rank.
TOTAL_DECIMALS = 2


class Score(NamedTuple):
    """0 to 100, or None with the reason (Chinese, as it stands in the cell)."""

    value: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """How an indicator is scored. ``target`` in the indicator's unit of measure."""

    method: str
    target: float | None
    points: Mapping[str, float]  # milestones: status -> score
    set_by: str


@dataclass(frozen=True, slots=True)
class Weight:
    value: float
    set_by: str


@dataclass(frozen=True, slots=True)
class UnitScores:
    """A unit's scores. ``rank`` is within its type; ``reason`` says why there is none."""

    indicators: Mapping[str, Score]
    work_points: Mapping[str, float | None]
    sections: Mapping[int, float | None]
    total: float | None
    rank: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Scores:
    """``table``: the figures that the scores are of. ``units`` by unit code; ``best`` by (indicator, unit
    type) where a method compares.
    """

    table: FigureTable = field(repr=False, compare=False)
    units: Mapping[str, UnitScores]
    settings: Mapping[str, Setting]
    weights: Mapping[str, Weight]
    best: Mapping[tuple[str, str], float]
    set_by: str
    note: str


@infrequent_gc()
def assess(month: Month) -> Scores:
    """Score every unit of the month. A unit without an accepted report has no score and no rank."""
    tally = build_figure_table(month)
    registry = month.registry
    settings = {i.code: setting_of(registry.assessment, i) for i in registry.indicators}
    weights = {p.code: weight_of(registry.assessment, p.code) for p in registry.work_points}
    best = _best(tally, settings)
    unranked = _by_unit(tally, settings, weights, best)
    return Scores(
        table=tally,
        units=_ranked(tally, unranked),
        settings=settings,
        weights=weights,
        best=best,
        set_by=registry.assessment.set_by,
        note=registry.assessment.note,
    )


def totals_if(scores: Scores, reports: Iterable[tuple[str, pd.DataFrame]]) -> list[float | None]:
    """The total of each (unit code, figures) if these were the unit's, all other units being as they are.

    ``figures``: ``flows.consolidation.month.DATASET_COLUMNS``, of the unit alone.
    """
    tally = scores.table
    rivals = _rivals(tally, scores.settings)
    totals = []
    for code, figures in reports:
        unit = tally.registry.unit[code]
        alone = FigureTable(tally.month, (unit,), index(figures))
        best: dict[tuple[str, str], float] = {}
        for (indicator, kind), leaders in rivals:
            if kind != unit.type:
                continue
            own = alone.shown(unit, indicator, current_line(indicator)).number
            numbers = [number for number, rival in leaders if rival != code]
            numbers += [] if own is None else [own]
            if numbers:
                chosen = _CHOOSE[scores.settings[indicator.code].method]
                best[indicator.code, kind] = chosen(numbers)
        totals.append(_by_unit(alone, scores.settings, scores.weights, best)[code].total)
    return totals


def _rivals(
    tally: FigureTable, settings: Mapping[str, Setting]
) -> list[tuple[tuple[Indicator, str], list[tuple[float, str]]]]:
    """Per indicator and unit type the best and the next best, as (value, unit code).

    One of the two is always another unit's.
    """
    found = []
    for indicator in tally.registry.indicators:
        chosen = _CHOOSE.get(settings[indicator.code].method)
        if chosen is None:
            continue
        by_type: dict[str, list[tuple[float, str]]] = {kind: [] for kind in tally.types}
        row = tally.row(indicator, current_line(indicator))
        for unit, shown in zip(tally.units, row, strict=True):
            if shown.number is not None:
                by_type[unit.type].append((shown.number, unit.code))
        for kind, numbers in by_type.items():
            found.append(((indicator, kind), sorted(numbers, reverse=chosen is max)[:2]))
    return found


def setting_of(assessment: Assessment, indicator: Indicator) -> Setting:
    """The indicator's own method, else its direction's, else its kind's."""
    own = assessment.methods.get(indicator.code)
    method = own or _default(assessment, indicator)
    points = method.points or assessment.defaults[Kind.MILESTONE].points or {}
    return Setting(
        method=method.method,
        target=method.target,
        points={status: float(points.get(status, 0)) for status in STATUSES},
        set_by=SET_BY_DEFAULT if own is None else assessment.set_by,
    )


def _default(assessment: Assessment, indicator: Indicator) -> Method:
    if indicator.kind is not Kind.MILESTONE and indicator.direction in assessment.defaults:
        return assessment.defaults[indicator.direction]
    return assessment.defaults[indicator.kind]


def weight_of(assessment: Assessment, work_point: str) -> Weight:
    if work_point in assessment.weights:
        return Weight(assessment.weights[work_point], assessment.set_by)
    return Weight(1.0, SET_BY_DEFAULT)


def published(value: float, decimals: int = TOTAL_DECIMALS) -> float:
    """Rounded half away from zero, as spreadsheet programs show it (on 15 significant digits).

    Whatever is printed outside the workbook is rounded by this, so that it reads as it does there.
    """
    step = Decimal(1).scaleb(-decimals)
    # Adding zero: what is rounded to nothing has no sign.
    return float(Decimal(f"{value:.15g}").quantize(step, rounding=ROUND_HALF_UP)) + 0.0


def mean(pairs: Iterable[tuple[float | None, float]]) -> float | None:
    """The weighted mean of what has a value; None where nothing has, or all weigh nothing."""
    kept = [(value, weight) for value, weight in pairs if value is not None]
    whole = math.fsum(weight for _, weight in kept)
    return None if whole == 0 else math.fsum(v * w for v, w in kept) / whole


#: What a method compares with.
_CHOOSE: Mapping[str, Callable[[Iterable[float]], float]] = {"relative": max, "fewer": min}


def _best(tally: FigureTable, settings: Mapping[str, Setting]) -> dict[tuple[str, str], float]:
    found = {}
    for indicator in tally.registry.indicators:
        chosen = _CHOOSE.get(settings[indicator.code].method)
        if chosen is None:
            continue
        line = current_line(indicator)
        for kind in tally.types:
            row = (tally.shown(unit, indicator, line) for unit in tally.units_of(kind))
            numbers = [shown.number for shown in row if shown.number is not None]
            if numbers:
                found[indicator.code, kind] = chosen(numbers)
    return found


def _by_unit(
    tally: FigureTable,
    settings: Mapping[str, Setting],
    weights: Mapping[str, Weight],
    best: Mapping[tuple[str, str], float],
) -> dict[str, UnitScores]:
    """Unit code -> its scores without a rank. Every indicator is scored for all units at once."""
    indicators = tally.registry.indicators
    rows = [(i.code, _scores(tally, i, settings[i.code], best)) for i in indicators]
    return {
        unit.code: _unit_scores(tally, unit, {code: row[n] for code, row in rows}, weights)
        for n, unit in enumerate(tally.units)
    }


def _unit_scores(
    tally: FigureTable, unit: Unit, indicators: Mapping[str, Score], weights: Mapping[str, Weight]
) -> UnitScores:
    registry = tally.registry
    points = {p.code: mean(_scored(registry, p.code, indicators)) for p in registry.work_points}
    sections = {
        s.number: mean(
            (points[p.code], weights[p.code].value) for p in registry.work_points if p.section == s.number
        )
        for s in registry.sections
    }
    total = mean((points[code], weights[code].value) for code in points)
    absence = tally.absence(unit)
    return UnitScores(
        indicators=indicators,
        work_points=points,
        sections=sections,
        total=None if total is None else published(total),
        rank=None,
        reason="" if absence is None else str(absence),
    )


def _scored(
    registry: Registry, work_point: str, scores: Mapping[str, Score]
) -> Iterable[tuple[float | None, float]]:
    return ((scores[i.code].value, 1.0) for i in registry.indicators_under[work_point])


def _scores(
    tally: FigureTable, indicator: Indicator, setting: Setting, best: Mapping[tuple[str, str], float]
) -> list[Score]:
    """An indicator's score of each unit of the tally."""
    row = tally.row(indicator, current_line(indicator))
    if setting.method == "growth":
        code, now, before = scored_lines(tally.registry, indicator)
        base = tally.registry.indicator[code]
        return list(map(_growth, row, tally.row(base, now), tally.row(base, before)))
    bests = {kind: best.get((indicator.code, kind)) for kind in tally.types}
    down = indicator.direction == "down"
    return [
        _score(shown, setting, bests[unit.type], fewer_is_better=down)
        for unit, shown in zip(tally.units, row, strict=True)
    ]


def _score(shown: ShownFigure, setting: Setting, best: float | None, *, fewer_is_better: bool) -> Score:
    if shown.mark is not Mark.VALUE:
        return _UNTOLD[shown.mark]
    if setting.method == "milestone":
        return Score(setting.points[shown.text])
    if shown.number is None or setting.method == "none":
        return Score(None, UNSCORED)
    return by_value(setting, shown.number, best, fewer_is_better=fewer_is_better)


#: Of what there is no figure.
_UNTOLD: Mapping[Mark, Score] = {mark: Score(None, str(mark)) for mark in Mark}


#: Reasons for which a reported figure is not scored.
UNSCORED = "不计分"
NO_COMPARISON = "同类均不大于0"


def by_value(setting: Setting, value: float, best: float | None, *, fewer_is_better: bool) -> Score:
    """Score a number by target, or against the best of its type."""
    if setting.method == "target" and setting.target is not None:
        if fewer_is_better:
            return _FULL if value <= setting.target else _bounded(100 * setting.target / value)
        return _bounded(100 * value / setting.target)
    if best is None:
        return Score(None, UNSCORED)
    if setting.method == "fewer":
        return _fewer(value, best)
    return _bounded(100 * value / best) if best > 0 else Score(None, NO_COMPARISON)


def _fewer(value: float, best: float) -> Score:
    if value <= best:
        return _FULL
    return _bounded(100 * best / value) if best > 0 else _bounded(100 / (1 + value))


def _growth(shown: ShownFigure, current: ShownFigure, prior: ShownFigure) -> Score:
    if current.number is not None and prior.number is not None:
        return growth(current.number, prior.number)
    without = current if current.number is None else prior
    return _UNTOLD[shown.mark if shown.mark is Mark.OUTSIDE else without.mark]


def growth(current: float, prior: float) -> Score:
    """100 for at least last year's level, in proportion below it."""
    if prior > 0:
        return _bounded(100 * current / prior)
    return _FULL if current > 0 else Score(None, str(Mark.NO_BASE))


def _bounded(value: float) -> Score:
    return _FULL if value >= _FULL_MARKS else Score(max(0.0, value))


_FULL_MARKS = 100.0
#: One for all that have it: of a province's scores it is every other.
_FULL = Score(_FULL_MARKS)


def _ranked(tally: FigureTable, scores: Mapping[str, UnitScores]) -> dict[str, UnitScores]:
    ranked = {}
    totals = {
        kind: sorted(t for u in tally.units_of(kind) if (t := scores[u.code].total) is not None)
        for kind in tally.types
    }
    for unit in tally.units:
        own, others = scores[unit.code], totals[unit.type]
        ahead = 0 if own.total is None else len(others) - bisect_right(others, own.total)
        ranked[unit.code] = UnitScores(
            own.indicators,
            own.work_points,
            own.sections,
            own.total,
            None if own.total is None else ahead + 1,
            own.reason,
        )
    return ranked
