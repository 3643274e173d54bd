"""The one door to Great Expectations: frames and expectations in, failed rows and plain JSON out.

Not thread-safe, as Great Expectations is not: one context, in one thread.
"""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: Frame column that numbers its rows; failures come back by it.
LINE = "line"
#: Severities of the registry in Great Expectations' own words.
SEVERITIES: Mapping[str, str] = {"error": "critical", "query": "warning", "note": "info"}

_CORE = {
    "required": "ExpectColumnValuesToNotBeNull",
    "between": "ExpectColumnValuesToBeBetween",
    "in_set": "ExpectColumnValuesToBeInSet",
    "unique": "ExpectCompoundColumnsToBeUnique",
}
_custom: dict[str, tuple[Callable[..., Any], Any]] = {}


@dataclass(frozen=True)
class Expected:
    """An expectation to be built.

    ``kind`` is a core one of ``_CORE``; any other takes its vectorised ``holds``. Rows in which a
    column of ``columns`` is missing are left out, except by ``required``.
    """

    key: str  # unique in its suite
    rule: str
    kind: str
    columns: tuple[str, ...]
    title: str
    severity: str
    options: Mapping[str, Any] = field(default_factory=dict)
    holds: Callable[..., Any] | None = None


@dataclass(frozen=True)
class Evaluated:
    """What a frame's run gave: failed line numbers by key, and the keys that could not be evaluated.

    ``result`` and ``suite`` are Great Expectations' own JSON, without run times and random ids.
    """

    failed: Mapping[str, np.ndarray]
    unevaluated: Mapping[str, str]  # key -> reason
    result: Mapping[str, Any]
    suite: Mapping[str, Any]


class Engine:
    """One ephemeral context. ``index`` columns identify a failing row to those who read the JSON."""

    def __init__(self) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        gx = _library("great_expectations")
        self._gx = gx
        base = _library("great_expectations.data_context.types.base")
        # without its own temporary folder for Data Docs, which nobody would remove
        stores = base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
        config = base.DataContextConfig(store_backend_defaults=stores)
        self._context = gx.get_context(mode="ephemeral", project_config=config)
        self._context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        self._source = self._context.data_sources.add_pandas("reports")

    def run(
        self, name: str, frame: pd.DataFrame, expected: Sequence[Expected], index: Sequence[str]
    ) -> Evaluated:
        """Validates ``frame`` (with its LINE column) against one suite; each key gets its answer."""
        suite = self._gx.ExpectationSuite(name=name, expectations=[_build(one) for one in expected])
        asset = self._source.add_dataframe_asset(name)
        batch = asset.add_batch_definition_whole_dataframe(name).get_batch({"dataframe": frame})
        result = batch.validate(
            suite,
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": [LINE, *index],
                "return_unexpected_index_query": False,
            },
        )
        told = {one.expectation_config.meta["key"]: one for one in result.results}
        failed, unevaluated = {}, {}
        for one in expected:
            lines, reason = _answer(told.get(one.key), len(frame))
            if reason:
                unevaluated[one.key] = reason
            else:
                failed[one.key] = lines
        return Evaluated(failed, unevaluated, _stable(result.to_json_dict()), _stable(suite.to_json_dict()))


def import_library() -> None:
    """Import Great Expectations now, for those who have seconds to spare; else it is on first use."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    _library("great_expectations")


def _library(module: str) -> Any:
    """Great Expectations, imported when first needed; it takes seconds, and its types are its own."""
    return importlib.import_module(module)


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


def _build(one: Expected) -> Any:
    common: dict[str, Any] = {
        "meta": {"key": one.key, "rule": one.rule, **_shown(one)},
        "notes": one.title,
        "severity": SEVERITIES[one.severity],
    }
    core = _library("great_expectations.expectations")
    if one.kind in ("required", "between", "in_set"):
        return getattr(core, _CORE[one.kind])(column=one.columns[0], **one.options, **common)
    common |= {"column_list": list(one.columns), "ignore_row_if": "any_value_is_missing"}
    if one.kind in _CORE:
        return getattr(core, _CORE[one.kind])(**common)
    if one.holds is None:
        raise ValueError(f"no condition for an expectation of kind {one.kind}")
    return _expectation(one.kind, one.holds)(options=dict(one.options), **common)


def _shown(one: Expected) -> dict[str, str]:
    return {"title": one.title, "severity": one.severity}


def _expectation(kind: str, holds: Callable[..., Any]) -> Any:
    """The expectation ``expect_<kind>_to_hold``; classes register themselves, so one per kind."""
    known = _custom.get(kind)
    if known is None or known[0] is not holds:
        _custom[kind] = known = (holds, _define(kind, holds))
    return known[1]


def _define(kind: str, holds: Callable[..., Any]) -> Any:
    base = _library("great_expectations.expectations.expectation")
    provider = _library("great_expectations.expectations.metrics.map_metric_provider")
    pandas_engine = _library("great_expectations.execution_engine").PandasExecutionEngine
    metric = f"multicolumn_values.{kind}"

    def _pandas(cls: Any, column_list: pd.DataFrame, options: Any = None, **_: Any) -> Any:
        return holds(column_list, **(options or {}))

    partial = _library(
        "great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial"
    ).multicolumn_condition_partial
    name = "".join(word.title() for word in kind.split("_"))
    type(
        f"{name}Metric",
        (provider.MulticolumnMapMetricProvider,),
        {
            "__module__": __name__,
            "condition_metric_name": metric,
            "condition_value_keys": ("options",),
            "_pandas": partial(engine=pandas_engine)(_pandas),
        },
    )
    return type(
        f"Expect{name}ToHold",
        (base.MulticolumnMapExpectation,),
        {
            "__module__": __name__,
            "__doc__": holds.__doc__ or f"The relation {kind} holds.",
            "__annotations__": {"options": dict[str, Any]},
            "options": {},
            "map_metric": metric,
            "success_keys": ("mostly", "options"),
            "args_keys": ("column_list",),
        },
    )


#: Run times and random identifiers: dropped, so that the same input gives the same bytes.
_VOLATILE = frozenset({"id", "run_id", "validation_time", "batch_markers", "active_batch_definition"})


def _stable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _stable(inner) for key, inner in value.items() if key not in _VOLATILE}
    if isinstance(value, list):
        return [_stable(inner) for inner in value]
    return value
