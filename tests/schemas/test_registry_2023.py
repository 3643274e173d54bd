"""The registry of 2023 is whole, used and documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas import Kind, Registry

TYPES = {"C": "county", "B": "branch", "D": "department", "Z": "center"}
YUZHOU = "411081"


def catalogue() -> list[tuple[str, str, str, str, str]]:
    lines = Path(__file__).with_name("catalogue_2023.txt").read_text("utf-8").splitlines()
    rows = [[part.strip() for part in line.split("|")] for line in lines if not line.startswith("#")]
    return [(code, name, unit, kind, who) for code, name, unit, kind, who in rows]


CATALOGUE = catalogue()


def test_holds_every_indicator_of_the_catalogue_in_its_order(registry: Registry) -> None:
    """Removing, renaming, adding or moving any indicator is seen."""
    assert [(i.code, i.name, i.unit, i.kind.value) for i in registry.indicators] == [
        (code, name, unit, kind) for code, name, unit, kind, _ in CATALOGUE
    ]


@pytest.mark.parametrize(("code", "who"), [(code, who) for code, *_, who in CATALOGUE if who])
def test_asks_the_reporters_of_the_catalogue(registry: Registry, code: str, who: str) -> None:
    """An indicator is reported by the types of unit, or the one place, that the catalogue names."""
    expected = {YUZHOU} if who == "YZ" else {TYPES[letter] for letter in who}
    assert set(registry.indicator[code].reported_by) == expected


def test_there_are_22_work_points_in_five_sections(registry: Registry) -> None:
    """3 + 4 + 5 + 5 + 5 numbered items."""
    sizes = [sum(p.section == s.number for p in registry.work_points) for s in registry.sections]
    assert sizes == [3, 4, 5, 5, 5]


def test_the_units_are_the_addressees_of_the_notice(registry: Registry) -> None:
    """Six counties, three branches, two departments and the center."""
    types = [unit.type for unit in registry.units]
    assert {t: types.count(t) for t in types} == {"county": 6, "branch": 3, "department": 2, "center": 1}


def test_every_ratio_is_reported_by_those_who_report_its_parts(registry: Registry) -> None:
    """A unit sees a ratio exactly when it reports both numbers behind it."""
    for ratio in (i for i in registry.indicators if i.ratio is not None):
        parts = [registry.indicator[c] for c in ratio.ratio.model_dump().values() if c]  # type: ignore[union-attr]
        for unit in registry.units:
            assert registry.reports(unit, ratio) == all(registry.reports(unit, part) for part in parts)


def test_every_indicator_is_reported_by_some_unit(registry: Registry) -> None:
    """No indicator waits for a figure that nobody is asked for."""
    asked = {i.code for unit in registry.units for i in registry.indicators_of(unit)}
    assert asked == set(registry.indicator)


def test_every_ledger_is_used(registry: Registry) -> None:
    """A ledger stands behind a figure of the report, and its key distinguishes rows."""
    behind = {
        r.params["ledger"] for r in registry.relations if "indicator" in r.params and "ledger" in r.params
    }
    assert behind == set(registry.ledger)


def test_every_choice_that_sorts_rows_is_counted_somewhere(registry: Registry) -> None:
    """Where relations tell rows apart by a choice, each choice but a stage of handling has its figure."""
    counted: dict[tuple[str, str], set[str]] = {}
    for relation in registry.relations:
        for column, value in relation.params.get("where", {}).items():
            counted.setdefault((relation.params["ledger"], column), set()).add(value)
    missing = {
        (ledger, column): set(choices) - values
        for (ledger, column), values in counted.items()
        if (choices := registry.ledger[ledger].by_name[column].choices) and set(choices) - values
    }
    assert missing == {
        ("aid", "result"): {"调解不成", "办理中", "已办结"},
        ("cultivation", "level"): {"市级"},
    }


def test_every_relation_says_what_it_asserts(registry: Registry) -> None:
    """The rule register has a sentence for every relation, and no two are the same."""
    notes = [relation.note for relation in registry.relations]
    assert all(notes)
    assert len(set(notes)) == len(notes)


def test_every_definition_is_a_finished_sentence(registry: Registry) -> None:
    """Nothing is left to be written, and no two indicators are defined alike."""
    definitions = [indicator.definition for indicator in registry.indicators]
    assert all(len(text) >= 20 and text.endswith("。") and "TODO" not in text for text in definitions)
    assert len(set(definitions)) == len(definitions)


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (Kind.FLOW, "本月"),
        (Kind.STOCK, "期末"),
        (Kind.MILESTONE, "已完成指"),
        (Kind.RATIO, "由系统计算，不需填报"),
    ],
)
def test_every_definition_says_when(registry: Registry, kind: Kind, word: str) -> None:
    """Flows are of the month, stocks at its end, milestones say what completion is."""
    assert [i.code for i in registry.indicators if i.kind is kind and word not in i.definition] == []


def test_every_milestone_asks_for_a_document_or_a_date(registry: Registry) -> None:
    """What completes a milestone can be looked up."""
    milestones = [i for i in registry.indicators if i.kind is Kind.MILESTONE]
    assert all(re.search(r"填.*(文号|通知).*日期", i.definition) for i in milestones)


def test_every_amount_is_defined_in_its_unit(registry: Registry) -> None:
    """万元, two decimals."""
    amounts = [i for i in registry.indicators if i.is_amount]
    assert len(amounts) == 10
    assert all("单位为万元" in i.definition for i in amounts)


def test_definitions_name_only_existing_indicators_and_ledgers(registry: Registry) -> None:
    """A definition that points elsewhere points at something."""
    titles = {ledger.title for ledger in registry.ledgers}
    for indicator in registry.indicators:
        named = re.findall(r"(?<!\d)[1-5][1-6]\d\d(?![\d年])", indicator.definition)
        assert set(named) <= set(registry.indicator), indicator.code
        assert set(re.findall(r"与([^，。]*?台账)", indicator.definition)) <= titles, indicator.code


def test_definitions_name_the_ledger_that_is_held_against_the_figure(registry: Registry) -> None:
    """The clerk learns from the definition which ledger must agree."""
    for relation in registry.relations:
        if relation.kind.startswith("ledger_"):
            indicator = registry.indicator[relation.params["indicator"]]
            ledger = registry.ledger[relation.params["ledger"]]
            assert ledger.title in indicator.definition, relation.id


def test_directions_are_those_of_the_notice(registry: Registry) -> None:
    """持续提升 for pledges and adopted articles; non-normal applications the fewer the better."""
    directed = {i.code: i.direction for i in registry.indicators if i.direction != "none"}
    assert directed == {"2105": "down", "4201": "up", "4208": "up", "5204": "up", "5205": "up"}


def test_about_ten_figures_lead(registry: Registry) -> None:
    """The city's headline figures are few, and all of them numbers that add up."""
    leading = [i for i in registry.indicators if i.headline]
    assert 8 <= len(leading) <= 12
    assert {i.kind for i in leading} <= {Kind.FLOW, Kind.STOCK}
    assert {i.work_point[0] for i in leading} == {"2", "3", "4", "5"}


def test_only_yuzhou_reports_what_the_notice_gives_it(registry: Registry) -> None:
    """钧瓷, the medicinal herbs, the rapid-rights center and the pilot county belong to 禹州市 alone."""
    own = {i.code for i in registry.indicators if i.reported_by == (YUZHOU,)}
    assert own == {"3205", "3206", "3301", "3302", "5101"}
    assert not own & {i.code for i in registry.indicators_of(registry.unit_by_name["魏都区"])}
    assert own <= {i.code for i in registry.indicators_of(registry.unit_by_name["禹州"])}


def test_no_target_and_no_weight_is_invented(registry: Registry) -> None:
    """The notice sets none, so the registry as issued holds none."""
    assert registry.assessment.set_by == "默认"
    assert not registry.assessment.weights
    assert not registry.assessment.methods
