"""Great Expectations suites, built from lists of ``Expected`` and kept until the list changes."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

#: Severity in the registry -> severity in Great Expectations.
SEVERITIES: Mapping[str, str] = {"error": "critical", "query": "warning", "note": "info"}
#: Keys of random identifiers, which are dropped so that equal input gives equal bytes.
_VOLATILE = frozenset({"id"})


@dataclass(frozen=True)
class Expected:
    """One expectation to build.

    ``kind`` is a key of ``expectation_types.CORE``, or any other name together with a vectorised
    condition ``holds``. Rows in which one of ``columns`` is missing are left out, except by ``required``.
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
class Suite:
    """A built suite for the frames of one name.

    ``configurations`` are Great Expectations' expectation configurations for the batch ``batch_id``;
    ``written`` is their JSON by the expectation's key, ``document`` the JSON of the whole suite.
    """

    expected: tuple[Expected, ...]
    batch_id: str
    configurations: Sequence[Any]
    written: Mapping[str, Mapping[str, Any]]
    document: Mapping[str, Any]


#: Frame name -> the suite built last. Every month's reports are checked against the same suites.
_suites: dict[str, Suite] = {}


def suite_of(name: str, expected: Sequence[Expected]) -> Suite:
    """The suite ``name``, built anew only if ``expected`` differs from last time."""
    suite = _suites.get(name)
    if suite is None or suite.expected != tuple(expected):
        _suites[name] = suite = _build_suite(name, expected)
    for expectation in expected:  # another suite may have registered another type under the same name
        _type(expectation)
    return suite


def _build_suite(name: str, expected: Sequence[Expected]) -> Suite:
    gx = importlib.import_module("great_expectations")
    suite = gx.ExpectationSuite(name=name, expectations=[_build_expectation(each) for each in expected])
    document = stable(suite.to_json_dict())
    batch_id = f"reports-{name}"
    configurations = suite.expectation_configurations
    for configuration in configurations:
        configuration.kwargs["batch_id"] = batch_id
    written = {entry["meta"]["key"]: deepcopy(entry) for entry in document["expectations"]}
    for entry in written.values():
        entry["kwargs"]["batch_id"] = batch_id
    return Suite(tuple(expected), batch_id, configurations, written, document)


def _type(expected: Expected) -> Any:
    types = importlib.import_module("validations.expectations.expectation_types")
    return types.expectation_type(expected.kind, expected.holds)


def _build_expectation(expected: Expected) -> Any:
    common: dict[str, Any] = {
        "meta": {
            "key": expected.key,
            "rule": expected.rule,
            "title": expected.title,
            "severity": expected.severity,
        },
        "notes": expected.title,
        "severity": SEVERITIES[expected.severity],
    }
    types = importlib.import_module("validations.expectations.expectation_types")
    expectation_type = _type(expected)
    if "column" in expectation_type.__fields__:
        return expectation_type(column=expected.columns[0], **expected.options, **common)
    common |= {"column_list": list(expected.columns), "ignore_row_if": "any_value_is_missing"}
    if expected.kind in types.CORE:
        return expectation_type(**common)
    return expectation_type(options=dict(expected.options), **common)


def stable(value: Any) -> Any:
    """Plain JSON without random identifiers."""
    if isinstance(value, Mapping):
        return {key: stable(inner) for key, inner in value.items() if key not in _VOLATILE}
    if isinstance(value, list):
        return [stable(inner) for inner in value]
    return value
