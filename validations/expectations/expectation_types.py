"""Expectation types for Great Expectations that need one metric each, for pandas frames.

An expectation over a column or over several columns computes eight metrics by default, most of which
filter the whole frame again: 10 ms an expectation on any frame, and copies of a large one. The types
defined in this module test the rows once, in one metric, and hand the parent class the metrics from which
it builds its usual result. The core kinds keep Great Expectations' class names and arguments, so that a
stored suite can be run without this project.

Private interface: ``OneMetric._validate`` overrides ``ColumnMapExpectation._validate`` and
``MulticolumnMapExpectation._validate``, and calls it with those metrics under the names that it reads.
Great Expectations has no public way to build a result from metrics that were computed otherwise.
Written for and tested with the series 1.24.x; pyproject.toml caps the dependency there (``<1.25``). Before
the cap is raised, compare that method's signature and the metric names that it reads, and run
``tests/validations/test_expectations.py``.
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

#: Suffix of the metric's name, after that of the expectation's ``map_metric``.
_TESTED = "rows_tested"
#: Name of the constant that limits how many failing values a result lists; failing rows are all listed.
_MOST_VALUES = "MAX_RESULT_RECORDS"


def expectation_type(kind: str, holds: Holds | None = None) -> Any:
    """The expectation for ``kind``: a core one, or ``expect_<kind>_to_hold`` of the vectorised ``holds``.

    Raises ``ValueError`` for a kind that is not a core one and has no ``holds``.
    """
    if kind in CORE:
        return _core_type(kind)
    if holds is None:
        raise ValueError(f"no condition for an expectation of kind {kind}")
    defined = _relation_types.get(kind)
    if defined is None or defined[0] is not holds:
        _relation_types[kind] = defined = (holds, _define_relation_type(kind, holds))
    return defined[1]


#: Kind -> its condition and the class made of it. Great Expectations registers classes by name, one per kind.
_relation_types: dict[str, tuple[Holds, Any]] = {}


def _between(values: pd.DataFrame, *, min_value: float) -> Any:
    return values.iloc[:, 0] >= min_value


def _in_set(values: pd.DataFrame, *, value_set: Sequence[Any]) -> Any:
    return values.iloc[:, 0].isin(value_set)


def _unique(values: pd.DataFrame) -> Any:
    return ~values.duplicated(keep=False)


#: Kinds that Great Expectations has an expectation for: its class, and the condition over complete rows;
#: ``None`` for ``required``, which fails the rows in which the column is missing.
CORE: Mapping[str, tuple[str, Holds | None]] = {
    "required": ("ExpectColumnValuesToNotBeNull", None),
    "between": ("ExpectColumnValuesToBeBetween", _between),
    "in_set": ("ExpectColumnValuesToBeInSet", _in_set),
    "unique": ("ExpectCompoundColumnsToBeUnique", _unique),
}


@cache
def _core_type(kind: str) -> Any:
    name, holds = CORE[kind]
    parent = getattr(importlib.import_module("great_expectations.expectations.core"), name)
    attributes = {"__doc__": parent.__doc__, "map_metric": parent.map_metric}
    return _define_type(name, parent, holds, attributes)


def _define_relation_type(kind: str, holds: Holds) -> Any:
    parent = importlib.import_module("great_expectations.expectations.expectation").MulticolumnMapExpectation
    attributes = {
        "__doc__": holds.__doc__ or f"The relation {kind} holds.",
        "__annotations__": {"options": dict[str, Any]},
        "options": {},
        "map_metric": f"multicolumn_values.{kind}",
        "success_keys": ("mostly", "options"),
        "args_keys": ("column_list",),
    }
    name = "".join(word.title() for word in kind.split("_"))
    return _define_type(f"Expect{name}ToHold", parent, holds, attributes)


def _define_type(name: str, parent: Any, holds: Holds | None, attributes: Mapping[str, Any]) -> Any:
    expectation = type(name, (_one_metric(), parent), {"__module__": __name__, **attributes})
    _define_metric(name, f"{attributes['map_metric']}.{_TESTED}", holds)
    return expectation


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
    """The mixin of all types. Made at first use, because Great Expectations takes seconds to import."""
    constants = importlib.import_module("great_expectations.constants")
    validator = importlib.import_module("great_expectations.validator.validator")
    metrics = importlib.import_module("great_expectations.validator.metric_configuration")
    configurations = importlib.import_module("great_expectations.expectations.expectation_configuration")

    class OneMetric:
        """Requests one metric, from which the parent class builds the result.

        The condition's options are the expectation's argument ``options``; of a core kind, all arguments
        but batch, columns and ``ignore_row_if``.
        """

        configuration: Any
        map_metric: str

        def get_validation_dependencies(
            self, execution_engine: Any = None, runtime_configuration: Any = None, **_: Any
        ) -> Any:
            result_format = configurations.parse_result_format(runtime_configuration["result_format"])
            arguments = dict(self.configuration.kwargs)
            batch = arguments.pop("batch_id")
            columns = arguments.pop("column_list", None) or [arguments.pop("column")]
            arguments.pop("ignore_row_if", None)
            metric = metrics.MetricConfiguration(
                metric_name=f"{self.map_metric}.{_TESTED}",
                metric_domain_kwargs={"batch_id": batch, "columns": columns},
                metric_value_kwargs={
                    "options": arguments.get("options", arguments),
                    "index": result_format["unexpected_index_column_names"],
                },
            )
            return validator.ValidationDependencies({_TESTED: metric}, result_format)

        def _validate(
            self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None
        ) -> Any:
            """Overrides a private method of Great Expectations 1.24.x: see the module's docstring."""
            result: Tested = metrics[_TESTED]
            kwargs = self.configuration.kwargs
            first = result.listed[: getattr(constants, _MOST_VALUES)]
            if "column" in kwargs:
                values: list[Any] = [row[kwargs["column"]] for row in first]
            else:
                values = [{name: row[name] for name in kwargs["column_list"]} for row in first]
            parent_metrics = {
                "table.row_count": result.rows,
                "column_values.nonnull.unexpected_count": result.rows - result.complete,
                f"{self.map_metric}.filtered_row_count": result.complete,
                f"{self.map_metric}.unexpected_count": len(result.failed),
                f"{self.map_metric}.unexpected_values": values,
                f"{self.map_metric}.unexpected_index_list": result.listed,
            }
            return super()._validate(parent_metrics, runtime_configuration, execution_engine)  # type: ignore[misc]

    return OneMetric
