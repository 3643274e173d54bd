"""What the runs of Great Expectations promise: its own results, nothing kept, and no answer without one."""

from __future__ import annotations

import gc
import importlib
import json
from typing import Any

import great_expectations as gx
import numpy as np
import pandas as pd
import pytest
from great_expectations.constants import MAX_RESULT_RECORDS
from great_expectations.core.batch_manager import BatchManager
from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations import core, registry
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import MulticolumnMapMetricProvider
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)

from schemas import Registry
from tests.validations.conftest import Build, batch_of
from validations.expectations import suites
from validations.expectations.engine import LINE, Evaluated, ExpectationEngine, Expected
from validations.expectations.expectation_types import CORE
from validations.run import Outcome, validate

NAN = float("nan")
INDEX = ("submission_id",)
FRAME = pd.DataFrame(
    {
        LINE: range(6),
        "submission_id": [f"s{n}" for n in range(6)],
        "number": [1.0, -2.0, NAN, 4.5, -2.0, 0.0],
        "bound": [2.0, 2.0, 1.0, 4.0, NAN, 0.0],
        "text": pd.Series(["甲", None, "乙", "丙", "甲", "甲"], dtype=object),
    }
)


def at_most(values: pd.DataFrame) -> Any:
    return values["number"] <= values["bound"]


def _expected(kind: str, *columns: str, holds: Any = None, **options: Any) -> Expected:
    return Expected(f"{kind}/{columns[0]}", kind, kind, columns, "题目", "error", options, holds)


EXPECTED = [
    _expected("required", "number"),
    _expected("required", "text"),
    _expected("between", "number", min_value=0),
    _expected("in_set", "text", value_set=["甲", "乙"]),
    _expected("unique", "number", "text"),
    _expected("tested_at_most", "number", "bound", holds=at_most),
]


def _run(frame: pd.DataFrame, *expected: Expected, index: tuple[str, ...] = INDEX) -> Evaluated:
    return ExpectationEngine().run("tests.frame", frame, expected, index)


def _own_way(frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The same expectations as Great Expectations evaluates them by itself: key -> its JSON."""

    class TestedAtMost(MulticolumnMapMetricProvider):
        condition_metric_name = "multicolumn_values.plainly_at_most"

        @multicolumn_condition_partial(engine=PandasExecutionEngine)
        def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> Any:  # noqa: N805
            return at_most(column_list)

    class ExpectPlainlyAtMost(MulticolumnMapExpectation):
        map_metric = "multicolumn_values.plainly_at_most"

    for name, _ in CORE.values():
        own = getattr(core, name)
        monkeypatch.setitem(registry._registered_expectations, own.expectation_type, own)
    built = []
    for one in EXPECTED:
        own = ExpectPlainlyAtMost if one.holds else getattr(core, CORE[one.kind][0])
        several = {"column_list": list(one.columns), "ignore_row_if": "any_value_is_missing"}
        domain = several if len(one.columns) > 1 else {"column": one.columns[0]}
        built.append(own(**domain, **one.options, meta={"key": one.key}))
    stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    context = gx.get_context(
        mode="ephemeral", project_config=DataContextConfig(store_backend_defaults=stores)
    )
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("plain").add_dataframe_asset("plain")
    batch = asset.add_batch_definition_whole_dataframe("plain").get_batch({"dataframe": frame})
    asked = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": [LINE, *INDEX],
        "return_unexpected_index_query": False,
    }
    result = batch.validate(gx.ExpectationSuite(name="plain", expectations=built), result_format=asked)
    return {one["expectation_config"]["meta"]["key"]: one for one in result.to_json_dict()["results"]}


@pytest.mark.parametrize("frame", [FRAME, FRAME.iloc[[0]], FRAME.iloc[[2]]], ids=["six", "right", "missing"])
def test_results_are_those_of_great_expectations(
    frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Success, counts, percentages, values and rows are what it finds with its own eight metrics."""
    frame = frame.assign(**{LINE: range(len(frame))}).reset_index(drop=True)
    ours = {one["expectation_config"]["meta"]["key"]: one for one in _run(frame, *EXPECTED).result["results"]}
    plain = _own_way(frame, monkeypatch)
    assert set(ours) == set(plain)
    for key, theirs in plain.items():
        result = theirs["result"]
        if key.startswith("required"):  # it counts each NaN as a value of its own
            missing = sum(entry["count"] for entry in result["partial_unexpected_counts"])
            result["partial_unexpected_counts"] = [{"value": None, "count": missing}] if missing else []
        assert json.loads(json.dumps(ours[key]["result"])) == json.loads(json.dumps(result)), key
        assert ours[key]["success"] == theirs["success"]
        assert ours[key]["exception_info"] == theirs["exception_info"]


def test_suite_can_be_run_without_this_project() -> None:
    """Core kinds keep Great Expectations' own types and arguments in the kept JSON."""
    suite = _run(FRAME, *EXPECTED).suite
    types = [one["type"] for one in suite["expectations"]]
    assert types[:5] == [
        "expect_column_values_to_not_be_null",
        "expect_column_values_to_not_be_null",
        "expect_column_values_to_be_between",
        "expect_column_values_to_be_in_set",
        "expect_compound_columns_to_be_unique",
    ]
    assert [one["kwargs"] for one in suite["expectations"]][2:4] == [
        {"column": "number", "min_value": 0},
        {"column": "text", "value_set": ["甲", "乙"]},
    ]


def test_every_failing_line_is_reported() -> None:
    """However many rows fail, each is named; only the bare values are cut, as its own way cuts them."""
    size = 5 * MAX_RESULT_RECORDS
    frame = pd.DataFrame({LINE: range(size), "submission_id": "s", "number": -1.0, "bound": -2.0})
    found = _run(frame, _expected("between", "number", min_value=0), EXPECTED[-1])
    for key, one in zip(found.failed, found.result["results"], strict=True):
        assert found.failed[key].tolist() == list(range(size))
        assert [row[LINE] for row in one["result"]["unexpected_index_list"]] == list(range(size))
        assert len(one["result"]["unexpected_list"]) == MAX_RESULT_RECORDS


def test_json_is_plain() -> None:
    """No scalar of NumPy and no NaN: strict JSON, as it was found."""
    json.dumps(_run(FRAME, *EXPECTED).result, allow_nan=False)


def _answers_numbers(values: pd.DataFrame) -> Any:
    return values["number"]


def _answers_too_few(values: pd.DataFrame) -> Any:
    return at_most(values).iloc[1:]


def _answers_nothing_at_times(values: pd.DataFrame) -> Any:
    return at_most(values).astype(object).where(values["bound"] > 1, None)


@pytest.mark.parametrize(
    ("one", "index"),
    [
        (_expected("required", "gone"), INDEX),
        (_expected("between", "gone", min_value=0), INDEX),
        (_expected("between", "text", min_value=0), INDEX),
        (_expected("between", "number", min_value=0), ("gone",)),
        (_expected("in_set", "gone", value_set=["甲"]), INDEX),
        (_expected("unique", "number", "gone"), INDEX),
        (_expected("tested_column", "number", "gone", holds=at_most), INDEX),
        (_expected("tested_type", "number", "text", holds=lambda v: v["number"] <= v["text"]), INDEX),
        (_expected("tested_number", "number", "bound", holds=_answers_numbers), INDEX),
        (_expected("tested_few", "number", "bound", holds=_answers_too_few), INDEX),
        (_expected("tested_none", "number", "bound", holds=_answers_nothing_at_times), INDEX),
    ],
    ids=lambda one: f"{one.kind}-{'-'.join(one.columns)}" if isinstance(one, Expected) else "-".join(one),
)
def test_without_an_answer_nothing_has_passed(one: Expected, index: tuple[str, ...]) -> None:
    """A missing column, a wrong type, a condition that says neither yes nor no: not evaluated, with a reason.

    What stands beside it in the suite has its answer all the same.
    """
    good = Expected("good", "good", "required", ("bound",), "题目", "error")
    found = _run(FRAME, one, good, index=index)
    assert one.key not in found.failed
    assert found.unevaluated[one.key]
    told = {entry["expectation_config"]["meta"]["key"]: entry for entry in found.result["results"]}
    assert told[one.key]["success"] is False
    assert told[one.key]["result"] == {}
    if index == INDEX:
        assert found.failed["good"].tolist() == [4]


def _kept() -> dict[str, int]:
    gc.collect()
    held = gc.get_objects()
    return {
        "frames": sum(isinstance(one, pd.DataFrame) for one in held),
        "engines": sum(isinstance(one, PandasExecutionEngine | BatchManager) for one in held),
        "suites": sum(isinstance(one, gx.ExpectationSuite) for one in held),
        "types": len(registry._registered_expectations),
        "metrics": len(registry._registered_metrics),
        "ours": len(suites._suites),
    }


def test_runs_leave_nothing_behind() -> None:
    """Fifty runs hold no more frames, engines, suites or registered names than one."""
    _run(FRAME, *EXPECTED)
    before = _kept()
    for n in range(50):
        _run(FRAME.assign(number=float(n)), *EXPECTED)
    assert _kept() == before


def test_changed_condition_is_the_one_that_is_used() -> None:
    """A suite is built anew when what is expected changes, and back again."""

    def refuses(values: pd.DataFrame) -> Any:
        return np.zeros(len(values), dtype=bool)

    usual = EXPECTED[-1]
    changed = _expected("tested_at_most", "number", "bound", holds=refuses)
    counts = [len(_run(FRAME, one).failed[usual.key]) for one in (usual, changed, usual)]
    assert counts == [1, 4, 1]
    assert len(ExpectationEngine().run("tests.other", FRAME, [changed], INDEX).failed[usual.key]) == 4
    assert len(_run(FRAME, usual).failed[usual.key]) == 1


def test_a_run_knows_nothing_of_the_one_before(build: Build, registry: Registry) -> None:
    """In one process after another report, or first of all: the same findings, tallies and JSON."""
    one, other = build("魏都区"), build("知识产权保护科")
    one.figures["1201", "ytd"] += 1
    other.progress = dict.fromkeys(other.progress)

    def told(outcome: Outcome) -> str:
        parts = [found.as_dict() for found in outcome.findings], outcome.rules.to_dict("list")
        return json.dumps([*parts, outcome.results, outcome.suites], ensure_ascii=False)

    suites._suites.clear()
    first = told(validate(batch_of(one), registry))
    between = told(validate(batch_of(other), registry))
    assert told(validate(batch_of(one), registry)) == first
    suites._suites.clear()
    assert told(validate(batch_of(other), registry)) == between


def test_import_is_light() -> None:
    """Great Expectations and pandas are imported by the first run, not with the module."""
    for name in ("validations.expectations.engine", "validations.expectations.suites"):
        module = importlib.import_module(name)
        assert not {"pd", "np", "gx", "pandas"} & set(vars(module))
