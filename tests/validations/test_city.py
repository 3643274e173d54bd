"""What only the city can see."""

from __future__ import annotations

from schemas import Registry
from tests.validations.conftest import Build, batch_of
from validations.run import validate_city


def test_number_claimed_by_two_units_is_a_query_to_both(build: Build, registry: Registry) -> None:
    """Each unit gets the finding at its own cell, naming the other unit."""
    one, other, third = build("魏都区"), build("禹州市"), build("鄢陵县")
    other.ledgers["cases"][2]["case_no"] = one.ledgers["cases"][0]["case_no"]
    outcome = validate_city(batch_of(one, other, third).ledgers, registry)
    found = [(f.submission_id, f.severity, f.rule, f.sheet, f.cell) for f in outcome.findings]
    assert found == [
        (one.submission_id, "query", "unique_across_units-cases", "执法案件台账", "A5"),
        (other.submission_id, "query", "unique_across_units-cases", "执法案件台账", "A7"),
    ]
    assert [("禹州" in f.message, "魏都" in f.message) for f in outcome.findings] == [
        (True, False),
        (False, True),
    ]
    counts = outcome.rules.groupby("rule")[["evaluated", "failed"]].sum()
    assert counts.loc["unique_across_units-cases", "failed"] == 2


def test_transfer_is_the_same_only_by_patent_and_day(build: Build, registry: Registry) -> None:
    """Two units may transfer one patent on different days."""
    one, other = build("魏都区"), build("禹州市")
    mine, theirs = one.ledgers["transfers"][0], other.ledgers["transfers"][0]
    theirs["patent_no"] = mine["patent_no"]
    mine["signed_on"], theirs["signed_on"] = "2023-06-01", "2023-06-02"
    assert validate_city(batch_of(one, other).ledgers, registry).findings == []
    theirs["signed_on"] = mine["signed_on"]
    found = validate_city(batch_of(one, other).ledgers, registry).findings
    assert [f.rule for f in found] == ["unique_across_units-transfers"] * 2


def test_numbers_written_differently_are_one_number(build: Build, registry: Registry) -> None:
    """Each unit is shown the number as it typed it itself."""
    one, other = build("魏都区"), build("禹州市")
    one.ledgers["pledges"][0]["register_no"] = "Y2023980020022"
    other.ledgers["pledges"][1]["register_no"] = "Y2023 980020022"
    found = validate_city(batch_of(one, other).ledgers, registry).findings
    assert [(f.rule, f.cell, f.value) for f in found] == [
        ("unique_across_units-pledges", "A5", "Y2023980020022"),
        ("unique_across_units-pledges", "A6", "Y2023 980020022"),
    ]


def test_no_ledgers_no_findings(build: Build, registry: Registry) -> None:
    """A month without rows has nothing to compare."""
    report = build()
    report.ledgers = {}
    outcome = validate_city(batch_of(report).ledgers, registry)
    assert (outcome.findings, len(outcome.rules), outcome.unevaluated) == ([], 0, [])
