"""The one door to Great Expectations: frames and expectations in, failed rows and plain JSON out.

Not thread-safe, as Great Expectations is not: in one thread of one process.
"""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from validations.expectations.suites import Expected, Suite, stable, suite_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["LINE", "Evaluated", "ExpectationEngine", "Expected", "import_library"]

_LOG = logging.getLogger(__name__)
#: Frame column that numbers its rows; failures come back by it.
LINE = "line"


@dataclass(frozen=True)
class Evaluated:
    """What a frame's run gave: failed line numbers by key, and the keys that could not be evaluated.

    ``result`` and ``suite`` are Great Expectations' own JSON, without run times and random ids.
    """

    failed: Mapping[str, np.ndarray]
    unevaluated: Mapping[str, str]  # key -> reason
    result: Mapping[str, Any]
    suite: Mapping[str, Any]


class ExpectationEngine:
    """Great Expectations' validator and execution engine for pandas, new for each frame.

    There is no data context: its batches would take a fingerprint of every frame twice, its assets
    would gather from run to run, and nobody asks for either.
    """

    def __init__(self) -> None:
        import_library()
        logging.getLogger("great_expectations").setLevel(logging.ERROR)

    def run(
        self, name: str, frame: pd.DataFrame, expected: Sequence[Expected], index: Sequence[str]
    ) -> Evaluated:
        """Validates ``frame`` (with its LINE column) against one suite; each key gets its answer.

        ``index`` columns identify a failing row to those who read the JSON.
        """
        suite = suite_of(name, expected)
        told = _validated(suite, frame, [LINE, *index])
        failed, unevaluated = {}, {}
        for one in expected:
            lines, reason = _answer(told.get(one.key), len(frame))
            if reason:
                unevaluated[one.key] = reason
                _LOG.warning("%s was not evaluated on %s: %s", one.key, name, reason)
            else:
                failed[one.key] = lines
        return Evaluated(failed, unevaluated, _document(suite, told), suite.document)


def import_library() -> None:
    """Import Great Expectations now, for those who have seconds to spare; else it is on first use."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    importlib.import_module("great_expectations")


def _validated(suite: Suite, frame: pd.DataFrame, index: Sequence[str]) -> dict[str, Any]:
    """Great Expectations' result of each expectation, by key."""
    execution = importlib.import_module("great_expectations.execution_engine").PandasExecutionEngine()
    execution.load_batch_data(suite.batch_id, frame)
    validator = importlib.import_module("great_expectations.validator.validator").Validator(execution)
    validator.metrics_calculator.show_progress_bars = False
    results = validator.graph_validate(
        configurations=list(suite.configurations),
        runtime_configuration={
            "result_format": {
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(index),
                "return_unexpected_index_query": False,
            }
        },
    )
    return {one.expectation_config.meta["key"]: one for one in results}


def _answer(told: Any, rows: int) -> tuple[Any, str]:
    """The failing lines, or why there is no answer. An empty result is no answer, never a pass."""
    import numpy as np

    if told is None:
        return None, "no result came back"
    if not told.result:
        reasons = [
            str(info["exception_message"])
            for info in told.exception_info.values()
            if isinstance(info, Mapping) and info.get("exception_message")
        ]
        return None, "; ".join(reasons) or "the result is empty"
    listed = told.result.get("unexpected_index_list")
    if told.result.get("element_count") != rows or (listed is None and told.result["unexpected_count"]):
        return None, "the result does not cover the frame"
    lines = np.array(sorted(int(row[LINE]) for row in listed or ()), dtype="int64")
    if len(lines) != told.result["unexpected_count"] or told.success != (len(lines) == 0):
        return None, "the result contradicts itself"
    return lines, ""


def _document(suite: Suite, told: Mapping[str, Any]) -> dict[str, Any]:
    """Great Expectations' JSON of the run, as its own validation of a suite gives it."""
    gx = importlib.import_module("great_expectations")
    core = importlib.import_module("great_expectations.core.expectation_validation_result")
    statistics = importlib.import_module("great_expectations.validator.validation_statistics")
    counted = statistics.calc_validation_statistics(list(told.values()))._asdict()
    run = core.ExpectationSuiteValidationResult(
        success=counted.pop("success"),
        results=[],
        suite_name=suite.document["name"],
        statistics=counted,
        meta={
            "great_expectations_version": gx.__version__,
            "batch_spec": {"batch_data": "PandasDataFrame"},
        },
    )
    document: dict[str, Any] = stable(run.to_json_dict())
    document["results"] = [_written(suite.written[key], one) for key, one in told.items()]
    return document


def _written(configuration: Mapping[str, Any], told: Any) -> dict[str, Any]:
    """The JSON of one result. What it tells is plain already, and all that it lists need not be copied."""
    if not told.result:
        return {**stable(told.to_json_dict()), "expectation_config": configuration}
    return {
        "success": told.success,
        "expectation_config": configuration,
        "result": told.result,
        "meta": told.meta,
        "exception_info": told.exception_info,
    }
