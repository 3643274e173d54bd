"""One fault gives one finding, at the cell that a person would point at."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from schemas import Period, Registry
from tests.validations.conftest import Build, batch_of
from tests.validations.faults import FAULTS, Fault
from validations.findings.finding import Finding
from validations.kinds import kinds
from validations.run import Outcome, validate


class Judged:
    """All faults, each in the report of another county or month, judged in one run."""

    def __init__(self, build: Build, registry: Registry) -> None:
        self.expected = {}
        reports = []
        counties = [unit for unit in registry.units if unit.type == "county"]
        places = product((2023, 2020), range(2, 13), counties)  # no month's earlier ones are another's
        for n, (fault, (year, month, county)) in enumerate(zip(FAULTS, places, strict=False)):
            report = build(fault.unit or county, Period(year, month), seed=n)
            self.expected[fault.name] = (fault.code, *fault.break_it(report))
            reports.append(report)
        self.ids = {fault.name: r.submission_id for fault, r in zip(FAULTS, reports, strict=True)}
        self.outcome: Outcome = validate(batch_of(*reports), registry)

    def of(self, fault: Fault) -> list[Finding]:
        return [one for one in self.outcome.findings if one.submission_id == self.ids[fault.name]]


@pytest.fixture(scope="module")
def judged(build: Build, registry: Registry) -> Judged:
    return Judged(build, registry)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_found_once_at_its_cell(judged: Judged, fault: Fault) -> None:
    """Each fault has exactly one finding, with the code and the cell expected."""
    found = [(one.code, one.sheet, one.cell) for one in judged.of(fault)]
    assert found == [judged.expected[fault.name]]


def test_at_least_fifty_faults_of_every_kind(judged: Judged) -> None:
    """The faults number fifty and more, and between them break every kind that one report can show."""
    assert len(FAULTS) >= 50
    rules = {rule for one in judged.outcome.findings for rule in (one.rule, *one.also)}
    broken = {rule.split("-")[0] for rule in rules}
    assert set(kinds()) - broken == {"unique_across_units"}


def test_every_finding_tells_where_what_and_what_to_do(judged: Judged) -> None:
    """Findings carry submission, unit, period, file, rule, work point and finished sentences."""
    for one in judged.outcome.findings:
        assert one.submission_id
        assert one.unit_code
        assert one.period[:5] in ("2023-", "2020-")
        assert one.file.endswith(".xlsx")
        assert one.rule
        assert one.message.endswith("。")
        assert one.action.endswith("。")
        assert "{" not in one.message + one.action
        assert "要点" in one.message


@pytest.mark.parametrize(("month", "queries"), [(1, 0), (2, 1)])
def test_milestones_begin_anew_with_the_year(
    build: Build, registry: Registry, month: int, queries: int
) -> None:
    """What was done under last year's notice need not be done under this one's: not in January."""
    report = build("魏都区", Period(2023, month))
    milestones = [i.code for i in report.layout.indicators if i.kind == "milestone"]
    report.last_month.update(dict.fromkeys(milestones, "已完成"))
    for code in milestones:
        report.figures[code, "status"] = "未启动"
    findings = validate(batch_of(report), registry).findings
    assert [one.rule for one in findings] == ["no_fall-milestone"] * queries * len(milestones)


def test_unbroken_reports_give_no_finding(build: Build, registry: Registry) -> None:
    """A consistent report of every unit, in June and in January, has no finding at all."""
    june = [build(unit, seed=n) for n, unit in enumerate(registry.units)]
    january = [build(unit, Period(2023, 1), seed=n) for n, unit in enumerate(registry.units)]
    outcome = validate(batch_of(*june, *january), registry)
    assert outcome.findings == []
    assert outcome.unevaluated == []
    counts = Counter(outcome.rules["failed"])
    assert set(counts) == {0}
