"""Runs Great Expectations: takes frames and expectations, returns failed rows and plain JSON.

All use of Great Expectations goes through this module. Not thread-safe, as Great Expectations is not.
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
#: Column that numbers a frame's rows, by which failed rows are returned.
LINE = "line"


@dataclass(frozen=True)
class Evaluated:
    """The result for one frame: failed LINE numbers by expectation key, and keys without a result.

    ``result`` and ``suite`` are Great Expectations' own JSON, without run times and random ids.
    """

    failed: Mapping[str, np.ndarray]
    unevaluated: Mapping[str, str]  # key -> reason
    result: Mapping[str, Any]
    suite: Mapping[str, Any]


class ExpectationEngine:
    """Great Expectations' validator and execution engine for pandas, new for each frame.

    It has no data context, because that would fingerprint every frame twice and collect assets from run
    to run, and nothing uses either.
    """

    def __init__(self) -> None:
        import_library()
        logging.getLogger("great_expectations").setLevel(logging.ERROR)

    def run(
        self, name: str, frame: pd.DataFrame, expected: Sequence[Expected], index: Sequence[str]
    ) -> Evaluated:
        """Validate ``frame``, which has a LINE column, against the suite of ``expected``.

        The columns of ``index`` identify a failed row in the JSON.
        """
        suite = suite_of(name, expected)
        results = _validated(suite, frame, [LINE, *index])
        failed, unevaluated = {}, {}
        for expectation in expected:
            key = expectation.key
            lines, reason = _failed_lines(results.get(key), len(frame))
            if reason:
                unevaluated[key] = reason
                _LOG.warning("%s was not evaluated on %s: %s", key, name, reason)
            else:
                failed[key] = lines
        return Evaluated(failed, unevaluated, _document(suite, results), suite.document)


def import_library() -> None:
    """Import Great Expectations, which takes seconds; otherwise the first run does."""
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
    return {result.expectation_config.meta["key"]: result for result in results}


def _failed_lines(result: Any, rows: int) -> tuple[Any, str]:
    """The failed lines, or the reason why they are not known. An empty result never counts as a pass."""
    import numpy as np

    if result is None:
        return None, "no result came back"
    if not result.result:
        reasons = [
            str(info["exception_message"])
            for info in result.exception_info.values()
            if isinstance(info, Mapping) and info.get("exception_message")
        ]
        return None, "; ".join(reasons) or "the result is empty"
    listed = result.result.get("unexpected_index_list")
    if result.result.get("element_count") != rows or (listed is None and result.result["unexpected_count"]):
        return None, "the result does not cover the frame"
    lines = np.array(sorted(int(row[LINE]) for row in listed or ()), dtype="int64")
    if len(lines) != result.result["unexpected_count"] or result.success != (len(lines) == 0):
        return None, "the result contradicts itself"
    return lines, ""


def _document(suite: Suite, results: Mapping[str, Any]) -> dict[str, Any]:
    """The run as JSON, in the form of Great Expectations' own validation of a suite."""
    gx = importlib.import_module("great_expectations")
    core = importlib.import_module("great_expectations.core.expectation_validation_result")
    statistics = importlib.import_module("great_expectations.validator.validation_statistics")
    counted = statistics.calc_validation_statistics(list(results.values()))._asdict()
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
    document["results"] = [_result_document(suite.written[key], result) for key, result in results.items()]
    return document


def _result_document(configuration: Mapping[str, Any], result: Any) -> dict[str, Any]:
    """One result as JSON. Its values are plain already; ``to_json_dict`` would copy long lists of rows."""
    if not result.result:
        return {**stable(result.to_json_dict()), "expectation_config": configuration}
    return {
        "success": result.success,
        "expectation_config": configuration,
        "result": result.result,
        "meta": result.meta,
        "exception_info": result.exception_info,
    }
