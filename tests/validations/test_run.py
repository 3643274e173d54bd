"""What a run promises: presence, severities, waivers, one cause a line, and the truth about itself."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from schemas import Registry
from schemas.assessment import Waiver
from tests.validations.conftest import Build, Report, batch_of, brief
from validations.findings.finding import Finding
from validations.kinds import kinds
from validations.run import Batch, Outcome, rule_register, validate


def _empty(report: Report) -> Report:
    report.figures = dict.fromkeys(report.figures)
    report.ledgers = {}
    report.progress = dict.fromkeys(report.progress)
    return report


def _of(outcome: Outcome, report: Report) -> list[Finding]:
    return [one for one in outcome.findings if one.submission_id == report.submission_id]


class TestPresence:
    def test_empty_report_is_one_finding(self, build: Build, registry: Registry) -> None:
        """A report in which nothing was filled in gets a single finding, whatever its rows."""
        report = _empty(build())
        found = validate(batch_of(report), registry).findings
        assert brief(found) == [("", "", "empty_report")]

    def test_absent_sheet_is_one_finding(self, build: Build, registry: Registry) -> None:
        """All rows of 指标表 gone is one finding, unless reading has said so already."""
        report = build("知识产权保护科")
        report.absent = {indicator.code for indicator in report.layout.indicators}
        report.ledgers["events"] = []
        batch = batch_of(report)
        assert brief(validate(batch, registry).findings) == [("指标表", "", "missing_sheet")]
        told = replace(batch, unread=frozenset({(report.submission_id, "指标表")}))
        assert validate(told, registry).findings == []

    def test_ledger_that_reading_missed_is_not_compared(self, build: Build, registry: Registry) -> None:
        """Figures are not held against a ledger whose sheet reading has reported as missing."""
        report = build()
        report.ledgers["insurance"] = []
        batch = batch_of(report)
        assert [one.sheet for one in validate(batch, registry).findings] == ["知识产权保险台账"]
        told = replace(batch, unread=frozenset({(report.submission_id, "知识产权保险台账")}))
        assert validate(told, registry).findings == []

    def test_not_applicable_counts_as_no_value(self, build: Build, registry: Registry) -> None:
        """不适用 satisfies presence, and relations over it are not evaluated."""
        report = build()
        for measure in ("month", "ytd", "prior_ytd"):
            report.figures["3105", measure] = "不适用"
            report.states["3105", measure] = "not_applicable"
        report.figures["1103", "status"] = "不适用"
        report.states["1103", "status"] = "not_applicable"
        outcome = validate(batch_of(report), registry)
        assert outcome.findings == []
        rules = outcome.rules.set_index("rule")
        assert rules.loc["total-3105", ["evaluated", "not_evaluated"]].tolist() == [0, 3]

    @pytest.mark.parametrize(
        ("absent", "asked"),
        [
            (("month",), ["month"]),
            (("ytd",), ["ytd"]),
            (("month", "ytd"), ["month"]),
            (("prior_ytd",), []),
            (("month", "ytd", "prior_ytd"), []),
        ],
    )
    def test_not_applicable_beside_a_number_is_queried(
        self, build: Build, registry: Registry, absent: tuple[str, ...], asked: list[str]
    ) -> None:
        """不适用 in part of a row leaves relations open, so the clerk says why; last year may be so."""
        report = build()
        for measure in absent:
            report.figures["5202", measure] = "不适用"
            report.states["5202", measure] = "not_applicable"
        found = validate(batch_of(report), registry).findings
        places = [(one.cell, one.code, one.severity, one.status) for one in found]
        query = ("partly_not_applicable", "query", "open")
        assert places == [(report.layout.figures["5202", measure], *query) for measure in asked]
        report.figures["5202", "explanation"] = "本月起由市局统一填报"
        assert [one.status for one in validate(batch_of(report), registry).findings] == ["explained"] * len(
            asked
        )

    def test_not_applicable_stock_beside_last_years_is_queried(
        self, build: Build, registry: Registry
    ) -> None:
        """A stock that was a number a year ago does not end without a word."""
        report = build()
        report.figures["2201", "stock"] = "不适用"
        report.states["2201", "stock"] = "not_applicable"
        found = validate(batch_of(report), registry).findings
        assert [(one.code, one.cell) for one in found] == [
            ("partly_not_applicable", report.layout.figures["2201", "stock"])
        ]

    def test_part_that_is_not_applicable_adds_nothing_to_the_total(
        self, build: Build, registry: Registry
    ) -> None:
        """A whole is held against its other parts."""
        report = build()
        for measure in ("month", "ytd", "prior_ytd"):
            report.figures["3104", measure] = "不适用"
            report.states["3104", measure] = "not_applicable"
        found = [one for one in validate(batch_of(report), registry).findings if "total-3105" in one.rule]
        assert [one.cell for one in found] == [
            report.layout.figures["3105", measure] for measure in ("month", "ytd", "prior_ytd")
        ]
        for measure in ("month", "ytd", "prior_ytd"):
            parts = [report.figures[code, measure] for code in ("3102", "3103")]
            report.figures["3105", measure] = round(sum(parts), 2)
        assert not [one for one in validate(batch_of(report), registry).findings if "total" in one.rule]

    def test_rejected_cell_has_no_second_finding(self, build: Build, registry: Registry) -> None:
        """What reading rejected is neither missing nor compared."""
        report = build()
        report.figures["3102", "month"] = "约30"
        report.states["3102", "month"] = "rejected"
        assert validate(batch_of(report), registry).findings == []

    def test_blank_row_names_all_its_inputs(self, build: Build, registry: Registry) -> None:
        """A row left blank is one line that names every input; a single gap names its own."""
        report = build()
        report.figures |= dict.fromkeys([("5502", "month"), ("5502", "ytd"), ("5502", "prior_ytd")])
        report.figures["5503", "ytd"] = report.figures["5503", "prior_ytd"] = None
        messages = [one.message for one in validate(batch_of(report), registry).findings]
        assert messages == [
            "5502 代理行业检查的本月数、本年累计、上年同期累计没有填写（要点五(5)）。",
            "5503 代理违法查处的本年累计没有填写（要点五(5)）。",
            "5503 代理违法查处的上年同期累计没有填写（要点五(5)）。",
        ]


class TestSettling:
    def test_query_is_open_until_explained(self, build: Build, registry: Registry) -> None:
        """A query returns the report; with its 核实说明 filled in it goes on, explanation and all."""
        silent, told = build("魏都区"), build("禹州市")
        for report in (silent, told):
            report.figures["2104", "stock"] = 2
        told.figures["2104", "explanation"] = "一家被撤销"
        outcome = validate(batch_of(silent, told), registry)
        (one,), (other,) = _of(outcome, silent), _of(outcome, told)
        assert (one.severity, one.status, one.returns) == ("query", "open", True)
        assert "核实说明" in one.action
        assert (other.status, other.explanation, other.returns) == ("explained", "一家被撤销", False)

    def test_explanation_does_not_excuse_an_error(self, build: Build, registry: Registry) -> None:
        """An error returns the report, whatever its row explains."""
        report = build()
        report.figures["1201", "ytd"] += 1
        report.figures["1201", "explanation"] = "就是这样"
        (one,) = validate(batch_of(report), registry).findings
        assert (one.code, one.status, one.returns) == ("carry_forward", "open", True)

    def test_query_declared_over_an_error_kind_asks_for_an_explanation(
        self, build: Build, registry: Registry
    ) -> None:
        """A part_of that is only a query tells the clerk to explain."""
        report = build()
        report.last_month["4104"] += 30
        report.year_before.pop("4104")
        report.figures["4104", "ytd"] += 30
        report.figures["4104", "prior_ytd"] += 20
        (one,) = validate(batch_of(report), registry).findings
        assert (one.rule, one.severity) == ("part_of-4104", "query")
        assert "核实说明" in one.action

    def test_trial_relation_only_informs(self, build: Build, registry: Registry) -> None:
        """A relation on trial is a note, however severe it is declared."""
        relations = tuple(
            r.model_copy(update={"trial": True}) if r.id == "carry_forward" else r for r in registry.relations
        )
        report = build()
        report.figures["1201", "ytd"] += 1
        report.year_before.pop("1201")
        trying = registry.model_copy(update={"relations": relations})
        (one,) = validate(batch_of(report), trying).findings
        assert (one.code, one.severity, one.returns) == ("carry_forward", "note", False)

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({}, "waived"),
            ({"indicator": "1201"}, "waived"),
            ({"indicator": "1202"}, "open"),
            ({"unit": "411081"}, "open"),
            ({"rule": "total-3105"}, "open"),
            ({"until": dt.date(2023, 6, 29)}, "open"),
        ],
    )
    def test_waiver_applies_to_its_unit_rule_indicator_and_time(
        self, build: Build, registry: Registry, change: dict[str, Any], status: str
    ) -> None:
        """A waiver is shown with reason, who and until, and only where it applies."""
        fields = {"unit": "411002", "rule": "carry_forward", "reason": "口径调整", "who": "张三"}
        waiver = Waiver.model_validate(fields | {"until": dt.date(2023, 6, 30)} | change)
        report = build()
        report.figures["1201", "ytd"] += 1
        waiving = registry.model_copy(update={"waivers": (waiver,)})
        (one,) = validate(batch_of(report), waiving).findings
        assert one.status == status
        assert one.returns == (status == "open")
        assert (one.waiver == "口径调整（张三，至 2023-06-30）") == (status == "waived")

    def test_waived_finding_takes_no_open_one_along(self, build: Build, registry: Registry) -> None:
        """What is waived explains nothing else: an open error at the same cell stays open."""
        fields = {"unit": "411002", "rule": "carry_forward", "reason": "口径调整", "who": "张三"}
        waiver = Waiver.model_validate(fields | {"until": dt.date(2023, 12, 31)})
        report = build()
        report.figures["3105", "ytd"] += 1
        waiving = registry.model_copy(update={"waivers": (waiver,)})
        found = validate(batch_of(report), waiving).findings
        assert {(one.code, one.status) for one in found} == {("total", "open"), ("carry_forward", "waived")}


class TestCauses:
    def test_one_wrong_cell_is_one_line_with_all_its_rules(self, build: Build, registry: Registry) -> None:
        """A wrong part breaks three relations; they are one finding that names the others."""
        report = build()
        report.figures["3102", "month"] += 1
        (one,) = validate(batch_of(report), registry).findings
        assert one.rule == "ledger_count-3102"
        assert set(one.also) == {"total-3105", "carry_forward"}
        assert "同一处还使以下关系不符" in one.message

    def test_two_wrong_cells_are_two_lines(self, build: Build, registry: Registry) -> None:
        """Faults that have nothing in common are told apart, most serious first."""
        report = build()
        report.figures["2104", "stock"] = 2
        report.figures["3102", "month"] += 1
        report.figures["4202", "ytd"] += 1
        found = validate(batch_of(report), registry).findings
        assert [(one.severity, one.cell) for one in found] == [
            ("error", report.layout.figures["3102", "month"]),
            ("error", report.layout.figures["4202", "ytd"]),
            ("query", report.layout.figures["2104", "stock"]),
        ]


class TestTruth:
    def test_expectation_that_raises_is_a_finding_and_no_pass(
        self, build: Build, registry: Registry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What could not be evaluated is named, noted for the office, and never counted as passed."""

        def fails(values: pd.DataFrame, **_: Any) -> Any:
            raise KeyError("a fault of ours")

        monkeypatch.setattr(kinds()["carry_forward"], "holds", fails)
        report = build()
        report.figures["1201", "ytd"] += 1
        outcome = validate(batch_of(report), registry)
        assert outcome.unevaluated == ["carry_forward/ytd"]
        notices = [one for one in outcome.findings if one.code == "not_evaluated"]
        assert [(one.severity, one.submission_id) for one in notices] == [("note", "")]
        row = outcome.rules.set_index("rule").loc["carry_forward"]
        assert (row["evaluated"], row["failed"]) == (0, 0)
        assert row["not_evaluated"] > 0

    def test_missing_column_is_not_a_pass(
        self, build: Build, registry: Registry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An operand that is in no frame leaves its relation unevaluated."""
        from validations import validate_reports

        whole = validate_reports.line_frame
        monkeypatch.setattr(validate_reports, "line_frame", lambda *a: whole(*a).drop(columns="tolerance"))
        outcome = validate(batch_of(build()), registry)
        assert set(outcome.unevaluated) == {
            "carry_forward/ytd",
            "month_within_year/month",
            "prior_year_agrees/prior_ytd",
        }

    def test_nothing_accepted_before_is_not_a_pass(self, build: Build, registry: Registry) -> None:
        """Where no earlier month was accepted, its relations count as not evaluated."""
        report = build()
        report.last_month, report.year_before = {}, {}
        rules = validate(batch_of(report), registry).rules.set_index("rule")
        for rule in ("carry_forward", "prior_year_agrees", "no_fall-stock", "no_fall-milestone"):
            assert rules.loc[rule, "evaluated"] == 0
            assert rules.loc[rule, "not_evaluated"] > 0

    def test_same_input_gives_the_same_json(self, build: Build, registry: Registry) -> None:
        """Results and suites are plain JSON without run times, the same in every run."""
        report = build()
        report.figures["1201", "ytd"] += 1
        batch = batch_of(report)
        one, two = (validate(batch, registry) for _ in range(2))
        for first, second in ((one.results, two.results), (one.suites, two.suites)):
            assert json.dumps(first, ensure_ascii=False) == json.dumps(second, ensure_ascii=False)
        assert one.findings == two.findings
        told = json.dumps(one.results["relations.flow"], ensure_ascii=False)
        assert report.submission_id in told

    def test_every_rule_is_in_the_register(self, build: Build, registry: Registry) -> None:
        """Rules that were counted or found are all registered, once, with a title in Chinese."""
        rows = rule_register(registry)
        names = [row.id for row in rows]
        assert len(set(names)) == len(names)
        outcome = validate(batch_of(build()), registry)
        assert set(outcome.rules["rule"]) <= set(names)
        assert {relation.id for relation in registry.relations} <= set(names)
        assert all(any("一" <= letter <= "鿿" for letter in row.title) for row in rows)


def test_empty_batch_gives_an_empty_outcome(build: Build, registry: Registry) -> None:
    """No submissions, no findings, and no complaint."""
    batch = batch_of(build())
    nothing = Batch(
        submissions=batch.submissions.iloc[:0],
        figures=batch.figures.iloc[:0],
        progress=batch.progress.iloc[:0],
        ledgers={name: frame.iloc[:0] for name, frame in batch.ledgers.items()},
        earlier=batch.earlier.iloc[:0],
    )
    outcome = validate(nothing, registry)
    assert outcome.findings == []
    assert list(outcome.rules.columns) == ["submission_id", "rule", "evaluated", "failed", "not_evaluated"]
    assert len(outcome.rules) == 0


def test_order_of_rows_does_not_matter(build: Build, registry: Registry) -> None:
    """Frames in another order give the same findings."""
    report = build()
    report.figures["3102", "month"] += 1
    batch = batch_of(report)
    order = np.random.default_rng(1).permutation(len(batch.figures))
    shuffled = replace(batch, figures=batch.figures.iloc[order])
    assert validate(shuffled, registry).findings == validate(batch, registry).findings
