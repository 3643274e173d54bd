"""Great Expectations' expectations of rows, with one metric each, for frames of pandas.

By itself an expectation of a column map asks for eight metrics, most of which filter the whole frame
anew: 10 ms an expectation on any frame, and copies of a large one. Here the rows are tested once, in
one metric, and the parent class makes its usual result of what came of it. The core kinds keep Great
Expectations' own types and arguments, so that a kept suite can be run without this project.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from validations.expectations.row_test import Tested, missing, tested

if TYPE_CHECKING:
    import pandas as pd

Holds = Callable[..., Any]

#: What the one metric is called behind the condition's own name.
_TESTED = "rows_tested"
#: Great Expectations lists no more values than these; of rows it lists all.
_MOST_VALUES = "MAX_RESULT_RECORDS"


def expectation_type(kind: str, holds: Holds | None = None) -> Any:
    """The expectation for ``kind``: a core one, or ``expect_<kind>_to_hold`` of the vectorised ``holds``.

    Raises ``ValueError`` for a kind that is no core one and has no condition.
    """
    if kind in CORE:
        return _core(kind)
    if holds is None:
        raise ValueError(f"no condition for an expectation of kind {kind}")
    known = _own.get(kind)
    if known is None or known[0] is not holds:
        _own[kind] = known = (holds, _define_own(kind, holds))
    return known[1]


#: Classes register themselves by name, so there is one per kind.
_own: dict[str, tuple[Holds, Any]] = {}


def _between(values: pd.DataFrame, *, min_value: float) -> Any:
    return values.iloc[:, 0] >= min_value


def _in_set(values: pd.DataFrame, *, value_set: Sequence[Any]) -> Any:
    return values.iloc[:, 0].isin(value_set)


def _unique(values: pd.DataFrame) -> Any:
    return ~values.duplicated(keep=False)


#: Kinds that Great Expectations has an expectation for: its class, and what it asserts of complete
#: rows (of all rows, where that is presence itself).
CORE: Mapping[str, tuple[str, Holds | None]] = {
    "required": ("ExpectColumnValuesToNotBeNull", None),
    "between": ("ExpectColumnValuesToBeBetween", _between),
    "in_set": ("ExpectColumnValuesToBeInSet", _in_set),
    "unique": ("ExpectCompoundColumnsToBeUnique", _unique),
}


@cache
def _core(kind: str) -> Any:
    name, holds = CORE[kind]
    parent = getattr(importlib.import_module("great_expectations.expectations.core"), name)
    own = {"map_metric": parent.map_metric}
    return _define(name, parent, holds, {"__doc__": parent.__doc__, **own})


def _define_own(kind: str, holds: Holds) -> Any:
    parent = importlib.import_module("great_expectations.expectations.expectation").MulticolumnMapExpectation
    own = {
        "__doc__": holds.__doc__ or f"The relation {kind} holds.",
        "__annotations__": {"options": dict[str, Any]},
        "options": {},
        "map_metric": f"multicolumn_values.{kind}",
        "success_keys": ("mostly", "options"),
        "args_keys": ("column_list",),
    }
    name = "".join(word.title() for word in kind.split("_"))
    return _define(f"Expect{name}ToHold", parent, holds, own)


def _define(name: str, parent: Any, holds: Holds | None, own: Mapping[str, Any]) -> Any:
    made = type(name, (_one_metric(), parent), {"__module__": __name__, **own})
    _define_metric(name, f"{own['map_metric']}.{_TESTED}", holds)
    return made


def _define_metric(name: str, metric: str, holds: Holds | None) -> None:
    provider = importlib.import_module("great_expectations.expectations.metrics.metric_provider")
    pandas_engine = importlib.import_module("great_expectations.execution_engine").PandasExecutionEngine

    def of_rows(
        cls: Any, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Any, **_: Any
    ) -> Tested:
        frame = execution_engine.get_domain_records({"batch_id": metric_domain_kwargs["batch_id"]})
        columns, index = metric_domain_kwargs["columns"], metric_value_kwargs["index"]
        if holds is None:
            return missing(frame, columns[0], index)
        options = metric_value_kwargs["options"]
        return tested(frame, columns, lambda values: holds(values, **options), index)

    type(
        f"{name}Rows",
        (provider.MetricProvider,),
        {
            "__module__": __name__,
            "metric_name": metric,
            "domain_keys": ("batch_id", "columns"),
            "value_keys": ("options", "index"),
            "_pandas": provider.metric_value(engine=pandas_engine)(of_rows),
        },
    )


@lru_cache(maxsize=1)
def _one_metric() -> Any:
    """What all types share: they ask for one metric, and the parent makes the result of it."""
    constants = importlib.import_module("great_expectations.constants")
    validator = importlib.import_module("great_expectations.validator.validator")
    metrics = importlib.import_module("great_expectations.validator.metric_configuration")
    configurations = importlib.import_module("great_expectations.expectations.expectation_configuration")

    class OneMetric:
        """``options`` of the condition are the arguments that are not Great Expectations' own."""

        configuration: Any
        map_metric: str

        def get_validation_dependencies(
            self, execution_engine: Any = None, runtime_configuration: Any = None, **_: Any
        ) -> Any:
            asked = configurations.parse_result_format(runtime_configuration["result_format"])
            given = dict(self.configuration.kwargs)
            batch = given.pop("batch_id")
            columns = given.pop("column_list", None) or [given.pop("column")]
            given.pop("ignore_row_if", None)
            metric = metrics.MetricConfiguration(
                metric_name=f"{self.map_metric}.{_TESTED}",
                metric_domain_kwargs={"batch_id": batch, "columns": columns},
                metric_value_kwargs={
                    "options": given.get("options", given),
                    "index": asked["unexpected_index_column_names"],
                },
            )
            return validator.ValidationDependencies({_TESTED: metric}, asked)

        def _validate(
            self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None
        ) -> Any:
            found: Tested = metrics[_TESTED]
            kwargs = self.configuration.kwargs
            first = found.listed[: getattr(constants, _MOST_VALUES)]
            if "column" in kwargs:
                values: list[Any] = [row[kwargs["column"]] for row in first]
            else:
                values = [{name: row[name] for name in kwargs["column_list"]} for row in first]
            made = {
                "table.row_count": found.rows,
                "column_values.nonnull.unexpected_count": found.rows - found.complete,
                f"{self.map_metric}.filtered_row_count": found.complete,
                f"{self.map_metric}.unexpected_count": len(found.failed),
                f"{self.map_metric}.unexpected_values": values,
                f"{self.map_metric}.unexpected_index_list": found.listed,
            }
            return super()._validate(made, runtime_configuration, execution_engine)  # type: ignore[misc]

    return OneMetric
