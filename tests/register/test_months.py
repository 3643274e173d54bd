"""What is asked of the register month by month: no more than is needed of the other months."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from sqlalchemy import Connection, Engine

import schemas
import validations.run
from flows.consolidation.merge import merge, standing
from flows.consolidation.month import MEASURE, PriorMonths
from flows.consolidation.prior_months import prior_months
from flows.correspondence import templates
from flows.correspondence.templates import TemplateJob, accepted_before, issue_all_templates, issue_job
from flows.register import frames, id_batches, queries, tables, writes
from flows.register.queries import Submission
from schemas import Kind, Period, Registry, RegistryError
from tests.outputs.site.registered import JUNE, MAY, add, registered
from validations.frames import EARLIER_COLUMNS
from validations.run import Outcome

APRIL = MAY.previous


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Engine:
    """As for the site, with April by two units."""
    engine = registered(tmp_path_factory.mktemp("months"), registry)
    counties = [unit for unit in registry.units if unit.type == "county"]
    with engine.begin() as connection:
        add(connection, registry, counties[0], APRIL, 1, total=0.1)
        add(connection, registry, counties[1], APRIL, 1, total=0.2)
        add(connection, registry, counties[2], APRIL, 1, total=9.0, result="returned")
    return engine


@pytest.mark.parametrize("period", [APRIL, MAY, JUNE, JUNE.following])
def test_who_stands_how_is_what_the_merged_month_says(register: Engine, period: Period) -> None:
    """Asked without the month's data, the answer is the same."""
    with register.connect() as connection:
        month, alone = merge(connection, period), standing(connection, period)
    assert (alone.units, alone.work_point_states) == (month.units, month.work_point_states)
    assert (alone.turnout, alone.registry) == (month.turnout, month.registry)


def test_of_earlier_months_there_are_sums_and_the_month_before(register: Engine) -> None:
    """Over the reports that count, of the year's own months, added without rounding in between."""
    with register.connect() as connection:
        prior = merge(connection, JUNE).prior
        april, may = (list(queries.current(connection, period).values()) for period in (APRIL, MAY))
        for period, counting in ((APRIL, april), (MAY, may)):
            for (code, measure), values in _values(connection, counting).items():
                assert prior.sums[code, measure, period] == math.fsum(values.values())
        last = _values(connection, may)
    assert prior.sums["3105", "month", APRIL] == math.fsum((0.1, 0.2))
    assert dict(prior.counted) == {APRIL: 2, MAY: 1}
    assert prior.last == last
    assert {measure for _, measure, _ in prior.sums} == set(MEASURE.values())


def test_nothing_is_told_of_them_where_it_is_not_asked(register: Engine) -> None:
    """January has none either."""
    with register.connect() as connection:
        assert merge(connection, JUNE, prior=False).prior == PriorMonths()
        assert merge(connection, Period(2023, 1)).prior == PriorMonths()


def test_a_held_correction_is_told_in_every_later_month_of_whichever_year(
    register: Engine, registry: Registry
) -> None:
    """January's office hears of a correction of December."""
    unit = next(unit for unit in registry.units if unit.type == "county")
    december = Period(2022, 12)
    with register.connect() as connection:
        add(connection, registry, unit, december, 1, total=5.0)
        add(connection, registry, unit, december, 2, total=7.0)
        writes.set_held(connection, [f"{december}-{unit.code}-02"])
        for period in (Period(2023, 1), JUNE):
            told = merge(connection, period).amendments
            ours = told[told["to_submission"] == f"{december}-{unit.code}-02"]
            assert set(ours["from_submission"]) == {f"{december}-{unit.code}-01"}
            assert ("3105", "month") in set(zip(ours["indicator"], ours["measure"], strict=True))
        connection.rollback()


@pytest.mark.parametrize("period", [APRIL, MAY])
def test_a_unit_that_has_reported_can_not_be_taken_out(
    register: Engine, registry: Registry, period: Period, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its figures would be gone from the city's sums, of the month itself and of those told beside it."""
    gone = next(unit for unit in registry.units if unit.type == "county")
    less = registry.model_copy(update={"units": tuple(u for u in registry.units if u != gone)})
    monkeypatch.setattr(schemas, "load", lambda _year: less)
    with register.connect() as connection:
        for ask in (merge, standing):
            with pytest.raises(RegistryError, match=rf"units\.yaml.*{gone.code}.*不能删去"):
                ask(connection, period)
        with pytest.raises(RegistryError, match=gone.code):
            prior_months(connection, less, period.following)


def test_an_indicator_that_was_reported_can_not_be_taken_out_within_the_year(
    register: Engine, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was accepted is never left out without a word."""
    less = registry.model_copy(
        update={"indicators": tuple(one for one in registry.indicators if one.code != "3105")}
    )
    monkeypatch.setattr(schemas, "load", lambda _year: less)
    with register.connect() as connection:
        for ask in (merge, standing):
            with pytest.raises(RegistryError, match=r"2023/indicators\.yaml.*3105.*年内不能删去"):
                ask(connection, APRIL)
        with pytest.raises(RegistryError, match="3105"):
            prior_months(connection, less, MAY)


def test_a_check_between_units_that_gave_no_answer_is_told(
    register: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for those of a report, so that the run does not pass for clean."""
    rules = pd.DataFrame(columns=["submission_id", "rule", "evaluated", "failed", "not_evaluated"])
    nothing = Outcome([], rules, unevaluated=["city/cases"])
    monkeypatch.setattr(validations.run, "validate_city", lambda _l, _r: nothing)
    with register.connect() as connection:
        assert merge(connection, JUNE).unevaluated == ("city/cases",)


def test_earlier_figures_are_those_of_the_units_that_are_asked_for(
    register: Engine, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In as many questions as it takes."""
    counties = [unit.code for unit in registry.units if unit.type == "county"]
    with register.connect() as connection:
        one = frames.earlier_figures(connection, [APRIL, MAY], counties[:1])
        monkeypatch.setattr(id_batches, "_CHUNK", 1)
        both = frames.earlier_figures(connection, [APRIL, MAY], counties[:2])
        none = frames.earlier_figures(connection, [APRIL, MAY], [])
    assert tuple(one.columns) == tuple(both.columns) == tuple(none.columns) == EARLIER_COLUMNS
    assert set(one["unit_code"]) == {counties[0]}
    assert set(zip(both["unit_code"], both["period"], strict=True)) == {
        (counties[0], str(APRIL)), (counties[0], str(MAY)), (counties[1], str(APRIL)),
    }  # fmt: skip
    assert len(none) == 0


def test_a_template_tells_its_own_unit_what_was_accepted(register: Engine, registry: Registry) -> None:
    """And nobody else's."""
    counties = [unit for unit in registry.units if unit.type == "county"]
    with register.connect() as connection:
        for unit, expected in zip(counties, (2.0, 2.0, None), strict=False):
            held = accepted_before(connection, registry, unit, MAY)
            assert held.get(("3106", "last_month")) == expected


def test_in_january_a_template_tells_nothing_of_the_old_notices_milestones(
    register: Engine, registry: Registry
) -> None:
    """December's levels go on; its milestones were another notice's."""
    january, unit = Period(2023, 1), registry.unit_by_name["魏都区"]
    kinds = {i.code: i.kind for i in registry.indicators}
    with register.connect() as connection:
        add(connection, registry, unit, january.previous, 1)
        held = accepted_before(connection, registry, unit, january)
        later = accepted_before(connection, registry, unit, MAY)
        connection.rollback()
    assert {kinds[code] for code, which in held if which == "last_month"} == {Kind.FLOW, Kind.STOCK}
    assert {kinds[code] for code, _ in later} == {Kind.FLOW, Kind.STOCK, Kind.MILESTONE}


def test_many_templates_are_those_made_one_by_one(
    register: Engine, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In order, each for its unit's own next month, in processes of their own or here."""
    monkeypatch.setattr(templates, "MANY", 2)
    database = register.url.render_as_string(hide_password=False)
    wanted = [TemplateJob(database, 2023, unit.code) for unit in registry.units[:3]]
    wanted += [TemplateJob(database, 2023, unit.code, APRIL) for unit in registry.units[-2:]]
    single = list(map(issue_job, wanted))
    assert (
        list(issue_all_templates(wanted, workers=2)) == single == list(issue_all_templates(wanted, workers=1))
    )
    assert [period for period, _ in single][3:] == [APRIL] * 2
    assert len({period for period, _ in single}) > 1


def _values(connection: Connection, counting: list[Submission]) -> dict[tuple[str, str], dict[str, float]]:
    """(indicator, measure) -> unit code -> value, from all columns of the figures."""
    unit = {s.submission_id: s.unit_code for s in counting}
    rows = frames.frame(connection, tables.figures, unit)
    rows = rows[rows["measure"].isin(list(MEASURE.values())) & rows["value"].notna()]
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows.itertuples():
        found.setdefault((row.indicator, row.measure), {})[unit[row.submission_id]] = row.value
    return found
