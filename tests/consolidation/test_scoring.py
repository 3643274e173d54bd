"""Scores: what each method gives, what stays out, and who is ranked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.consolidation.figure_table import build_figure_table
from flows.consolidation.month import Month
from flows.consolidation.scoring import Scores, Setting, assess, by_value, growth, mean, published
from schemas import Registry
from schemas.assessment import Assessment, Method
from tests.outputs.workbook.months import make_month


def setting(method: str, target: float | None = None) -> Setting:
    return Setting(method, target, {}, "默认")


@pytest.mark.parametrize(
    ("method", "target", "value", "best", "down", "score"),
    [
        ("target", 50.0, 25.0, None, False, 50.0),
        ("target", 50.0, 80.0, None, False, 100.0),
        ("target", 50.0, 0.0, None, False, 0.0),
        ("target", 10.0, 8.0, None, True, 100.0),
        ("target", 10.0, 20.0, None, True, 50.0),
        ("relative", None, 3.0, 12.0, False, 25.0),
        ("relative", None, 12.0, 12.0, False, 100.0),
        ("relative", None, -4.0, 12.0, False, 0.0),
        ("relative", None, 0.0, 0.0, False, None),
        ("relative", None, -3.0, -1.0, False, None),
        ("fewer", None, 4.0, 2.0, True, 50.0),
        ("fewer", None, 2.0, 2.0, True, 100.0),
        ("fewer", None, 0.0, 0.0, True, 100.0),
        ("fewer", None, 3.0, 0.0, True, 25.0),
        ("relative", None, 3.0, None, False, None),
    ],
)
def test_methods_over_a_number(
    method: str, target: float | None, value: float, best: float | None, down: bool, score: float | None
) -> None:
    """Each method's rule, with its care for zeros."""
    assert by_value(setting(method, target), value, best, fewer_is_better=down).value == score


@pytest.mark.parametrize(
    ("current", "prior", "score"), [(5, 10, 50), (20, 10, 100), (3, 0, 100), (0, 0, None), (0, 4, 0)]
)
def test_growth_over_last_year(current: float, prior: float, score: float | None) -> None:
    """Last year's level is worth 100; nothing over nothing is not scored."""
    assert growth(current, prior).value == score


def test_a_weighted_mean_leaves_out_what_has_no_score() -> None:
    """The denominator holds only the weights of what was scored."""
    assert mean([(80.0, 1), (None, 5), (20.0, 3)]) == 35.0
    assert mean([(None, 1)]) is None
    assert mean([(50.0, 0)]) is None


@pytest.mark.parametrize(
    ("value", "shown"), [(87.125, 87.13), (0.005, 0.01), (66.664999, 66.66), (100.0, 100.0), (-0.125, -0.13)]
)
def test_totals_are_rounded_half_up(value: float, shown: float) -> None:
    """As Excel and WPS round, not to the even digit."""
    assert published(value) == shown


def test_units_without_an_accepted_report_have_neither_score_nor_rank(month: Month) -> None:
    """Missing and returned are told apart, and are no zero."""
    scores = assess(month).units
    assert (scores["411024"].total, scores["411024"].rank, scores["411024"].reason) == (None, None, "未报送")
    assert (scores["411025"].total, scores["411025"].rank, scores["411025"].reason) == (None, None, "被退回")


def test_what_a_unit_does_not_report_is_outside_its_denominator(month: Month) -> None:
    """The centre is scored only on the work points that name it."""
    centre = assess(month).units["4110Z1"]
    own = {p.code for p in month.registry.work_points_of(month.registry.unit["4110Z1"])}
    assert {code for code, score in centre.work_points.items() if score is not None} <= own
    assert centre.sections[2] is None
    assert centre.indicators["4201"].reason == "—"


def test_defaults_and_settings_each_say_who_set_them(month: Month) -> None:
    """The notice sets nothing: 默认 everywhere, until the office sets something."""
    scores = assess(month)
    assert {w.set_by for w in scores.weights.values()} | {s.set_by for s in scores.settings.values()} == {
        "默认"
    }
    changed = assess(with_assessment(month, weights={"3.1": 2.0}, methods={"4201": target_of(5000.0)}))
    assert changed.weights["3.1"].set_by == changed.settings["4201"].set_by == "市局设定"
    assert changed.weights["3.2"].set_by == changed.settings["4202"].set_by == "默认"


def test_a_target_in_the_settings_changes_the_score_and_no_code(month: Month) -> None:
    """min(1, year to date / target) * 100."""
    ytd = (
        build_figure_table(month)
        .shown(month.registry.unit["411002"], month.registry.indicator["4201"], "ytd")
        .number
    )
    assert ytd
    changed = assess(with_assessment(month, methods={"4201": target_of(ytd * 4)}))
    assert changed.units["411002"].indicators["4201"].value == pytest.approx(25)


def test_milestones_score_by_status_and_not_applicable_stays_out(month: Month) -> None:
    """不适用 is in no denominator."""
    tally, scores = build_figure_table(month), assess(month)
    seen = set()
    for unit in tally.counted:
        for indicator in month.registry.indicators_of(unit):
            if indicator.kind == "milestone":
                shown = tally.shown(unit, indicator, "status")
                score = scores.units[unit.code].indicators[indicator.code]
                seen.add((shown.display, score.value))
    assert seen == {("已完成", 100.0), ("推进中", 50.0), ("未启动", 0.0), ("不适用", None)}


def test_the_citys_ratio_is_a_ratio_of_sums(month: Month) -> None:
    """Never a sum and never a mean of ratios."""
    tally, registry = build_figure_table(month), month.registry
    over, under = tally.added("3406", "ytd"), tally.added("3405", "ytd")
    assert over
    assert under
    assert tally.city(registry.indicator["3407"], "rate") == pytest.approx(100 * over / under)


def test_a_growth_over_nothing_has_no_base(registry: Registry) -> None:
    """A prior year of zero is shown as such and not divided by."""
    month = make_month(registry, 5)
    figures = month.figures.copy()
    figures.loc[(figures["indicator"] == "4201") & (figures["measure"] == "prior_ytd"), "value"] = 0.0
    month = replaced(month, figures=figures)
    tally = build_figure_table(month)
    assert tally.city(registry.indicator["4208"], "rate") is None
    assert {tally.shown(u, registry.indicator["4208"], "rate").display for u in tally.units_of("county")} == {
        "无基数"
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), gone=st.sets(st.sampled_from(["411002", "411081", "4110F1", "4110Z1"])))
def test_scores_stay_within_bounds_and_ranks_agree_with_totals(
    registry: Registry, seed: int, gone: set[str]
) -> None:
    """0 to 100 everywhere; a higher total never ranks behind a lower one of its type."""
    month = make_month(registry, seed, missing=gone)
    scores = assess(month)
    for own in scores.units.values():
        values = [s.value for s in own.indicators.values()] + [
            *own.work_points.values(),
            *own.sections.values(),
        ]
        assert all(0 <= v <= 100 for v in [*values, own.total] if v is not None)
    for kind in build_figure_table(month).types:
        ranked = [
            s
            for u in build_figure_table(month).units_of(kind)
            if (s := scores.units[u.code]).rank is not None
        ]
        for one in ranked:
            assert one.rank == 1 + sum(float(o.total or 0) > float(one.total or 0) for o in ranked)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(month: Month, seed: int) -> None:
    """Shuffling the figures changes no score."""
    shuffled = month.figures.sample(frac=1, random_state=seed).reset_index(drop=True)
    assert compared(assess(replaced(month, figures=shuffled))) == compared(assess(month))


def compared(scores: Scores) -> dict[str, tuple[object, ...]]:
    return {code: (s.total, s.rank, dict(s.work_points)) for code, s in scores.units.items()}


def replaced(month: Month, **changes: pd.DataFrame | Registry) -> Month:
    fields: dict[str, Any] = dict(changes)
    return replace(month, **fields)


def with_assessment(
    month: Month, weights: dict[str, float] | None = None, methods: dict[str, Method] | None = None
) -> Month:
    own = month.registry.assessment
    changed = Assessment(
        set_by="市局设定", note="试算", defaults=own.defaults, methods=methods or {}, weights=weights or {}
    )
    return replaced(month, registry=month.registry.model_copy(update={"assessment": changed}))


def target_of(target: float) -> Method:
    return Method(method="target", target=target)
