"""The sample reports: plausible, consistent, the same for the same seed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from stdnum.cn import uscc

from flows.demo.sample import SampleReport, sample_year
from schemas import Period, Registry
from schemas.models import Column, Kind
from tests.demo.conftest import SEED, YEAR, Reports
from tests.demo.relations_by_hand import CHECKS, broken

WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def test_every_relation_kind_of_the_registry_is_verified_here(registry: Registry) -> None:
    """A new relation kind has to be added to the check by hand."""
    assert {r.kind for r in registry.relations} - {"unique_across_units"} == set(CHECKS)


@pytest.mark.parametrize("kind", sorted(CHECKS))
@pytest.mark.parametrize("seed", [SEED, 1, 2023])
def test_relations_hold_in_every_report_of_the_year(
    registry: Registry, reports: Reports, kind: str, seed: int
) -> None:
    """All units, all twelve months, every relation of the kind, each evaluated at least once."""
    year = reports if seed == SEED else _another(registry, seed)
    evaluated = 0
    wrong = []
    for (unit, period), report in year.items():
        before = year.get((unit, period.previous))
        for relation in registry.relations_of(report.unit):
            if relation.kind == kind:
                evaluated += 1
                wrong += [
                    (relation.id, unit, str(period), at) for at in broken(registry, report, before, relation)
                ]
    assert evaluated
    assert wrong == []


_years: dict[int, Reports] = {}


def _another(registry: Registry, seed: int) -> Reports:
    if seed not in _years:
        _years[seed] = sample_year(registry, YEAR, range(1, 13), seed)
    return _years[seed]


def test_every_unit_reports_all_it_must_and_nothing_else(registry: Registry, reports: Reports) -> None:
    """Figures, ledgers and narratives are those of the unit's own indicators."""
    for report in reports.values():
        own = registry.indicators_of(report.unit)
        assert set(report.figures) == {(i.code, m) for i in own for m in i.measures}
        assert list(report.ledgers) == [ledger.name for ledger in registry.ledgers_of(report.unit)]
        points = {p.code for p in registry.work_points_of(report.unit)}
        assert set(report.progress) == {
            (p, f) for p in points for f in ("status", "progress", "problems", "evidence")
        }
        assert all(report.progress.values())
        assert report.explanations == {}


def test_figures_are_whole_counts_or_amounts_of_two_decimals(registry: Registry, reports: Reports) -> None:
    """Nothing negative, nothing missing, no amount finer than a cent of 万元."""
    for report in reports.values():
        for (code, measure), value in report.figures.items():
            indicator = registry.indicator[code]
            if indicator.kind is Kind.MILESTONE:
                continue
            assert isinstance(value, float if indicator.is_amount else int), (code, measure)
            assert value >= 0
            assert round(value, 2) == value


def test_ledger_rows_are_valid_by_their_columns(registry: Registry, reports: Reports) -> None:
    """Required columns filled, choices known, dates in the period, check characters right."""
    for report in reports.values():
        for name, rows in report.ledgers.items():
            ledger = registry.ledger[name]
            for row in rows:
                assert list(row) == list(ledger.by_name)
                for column in ledger.columns:
                    value = row[column.name]
                    if value is None:
                        assert not column.required, (name, column.name)
                    else:
                        assert is_valid(column, row, value, report.period), (name, column.name, value)


def is_valid(column: Column, row: dict[str, Any], value: Any, period: Period) -> bool:
    """Whether the value is one that the column's type allows."""
    free = column.within == "until_end" or (column.unless is not None and row[column.unless] is not None)
    tests: dict[str, Callable[[], bool]] = {
        "choice": lambda: value in column.choices,
        "yes_no": lambda: value in ("是", "否"),
        "uscc": lambda: uscc.is_valid(value),
        "patent": lambda: value[-1] == patent_check(value.removeprefix("ZL").split(".")[0]),
        "amount": lambda: value > 0 and round(value, 2) == value,
        "count": lambda: isinstance(value, int) and value > 0,
        "text": lambda: value.strip() == value != "" and "{" not in value,
        "date": lambda: (dt.date(2000, 1, 1) if free else period.start) <= value <= period.end,
    }
    return tests[column.type]()


def patent_check(digits: str) -> str:
    return "0123456789X"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


def test_an_organisation_code_has_its_own_check_character(reports: Reports) -> None:
    """Positions 9 to 17 of a credit code are an organisation code of GB 11714."""
    codes = {row["uscc"] for r in reports.values() for row in r.ledgers.get("pledges", [])}
    assert len(codes) > 50
    for code in codes:
        total = sum(int(c, 36) * w for c, w in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
        assert code[16] == {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def test_a_ledger_key_stands_once_in_a_report(registry: Registry, reports: Reports) -> None:
    """Keys are unique within a unit's month."""
    for report in reports.values():
        for name, rows in report.ledgers.items():
            keys = Counter(tuple(row[c] for c in registry.ledger[name].key) for row in rows)
            assert [key for key, count in keys.items() if count > 1] == []


def test_a_key_that_comes_again_is_the_same_row_listed_or_now_closed(
    registry: Registry, reports: Reports
) -> None:
    """Across months only standing lists, and cases that are closed later, repeat a key."""
    seen: dict[tuple[object, ...], dict[str, object]] = {}
    again = 0
    for (unit, _), report in sorted(reports.items()):
        for name, rows in report.ledgers.items():
            closing = {c.unless for c in registry.ledger[name].columns if c.unless}
            for row in rows:
                key = (unit, name, *(row[c] for c in registry.ledger[name].key))
                if key in seen:
                    again += bool(closing)
                    assert row == seen[key] or (
                        all(seen[key][c] is None for c in closing) and all(row[c] for c in closing)
                    )
                seen[key] = row
    assert again > 0


def test_no_two_units_claim_one_number(registry: Registry, reports: Reports) -> None:
    """What unique_across_units asks, over the whole year."""
    for relation in registry.relations:
        if relation.kind == "unique_across_units":
            owners: dict[tuple[object, ...], set[str]] = {}
            for (unit, _), report in reports.items():
                for row in report.ledgers.get(relation.params["ledger"], []):
                    owners.setdefault(tuple(row[c] for c in relation.params["columns"]), set()).add(unit)
            assert owners
            assert all(len(units) == 1 for units in owners.values())


def test_a_completed_milestone_has_number_and_date_until_the_year_ends(reports: Reports) -> None:
    """Number and date are there when it is done, and only then; the date is not in the future."""
    done = 0
    for report in reports.values():
        for (code, measure), status in report.figures.items():
            if measure == "status":
                number, day = report.figures[code, "document"], report.figures[code, "completed_on"]
                assert (status == "已完成") == (number is not None) == (day is not None)
                done += day is not None
                assert day is None or day <= report.period.end
    assert done > 50


def test_ledgers_fit_the_rows_that_a_template_is_issued_with(registry: Registry, reports: Reports) -> None:
    """A year of growing lists stays within the template's blank rows."""
    longest = max(len(rows) for r in reports.values() for rows in r.ledgers.values())
    assert 10 < longest <= registry.form.ledger_rows


def test_the_same_seed_gives_the_same_reports(registry: Registry, reports: Reports) -> None:
    """Months asked alone equal those of the whole year; another seed differs."""
    may = sample_year(registry, YEAR, [5], SEED)
    assert may == {key: report for key, report in reports.items() if key[1].month == 5}
    assert sample_year(registry, YEAR, [5], SEED + 1) != may


def test_a_quiet_work_point_holds_zeros_and_no_rows(registry: Registry) -> None:
    """Under a quiet work point every figure is 0 and its ledger is empty."""
    report = sample_year(registry, YEAR, [6], SEED, {"4110F3": ("4.5",)})["4110F3", Period(YEAR, 6)]
    quiet = {key: v for key, v in report.figures.items() if key[0].startswith("45")}
    assert quiet
    assert set(quiet.values()) == {0}
    assert report.ledgers["insurance"] == []


def test_narratives_speak_of_the_figures(june: SampleReport) -> None:
    """A work point's progress names the month's figures, without broken quotes or double words."""
    assert f"本月商标案件立案{june.figures['3102', 'month']}件" in june.progress["3.1", "progress"]
    for (_, field), text in june.progress.items():
        assert text is not None
        assert "、其中" not in text
        assert field == "status" or text.endswith("。")
        depth = [text[: n + 1].count("“") - text[: n + 1].count("”") for n in range(len(text))]
        assert set(depth) <= {0, 1}
