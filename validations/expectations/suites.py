"""Great Expectations' suites of what is expected of a frame, built once for as long as it stays the same."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

#: Severities of the registry in Great Expectations' own words.
SEVERITIES: Mapping[str, str] = {"error": "critical", "query": "warning", "note": "info"}
#: Random identifiers: dropped, so that the same input gives the same bytes.
_VOLATILE = frozenset({"id"})


@dataclass(frozen=True)
class Expected:
    """An expectation to be built.

    ``kind`` is a core one of ``validations.expectations.expectation_types``; any other takes its vectorised
    ``holds``. Rows in which a column of ``columns`` is missing are left out, except by ``required``.
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
    """A suite for the frames of one name.

    ``configurations`` are Great Expectations' own, for the batch ``batch_id``; ``written`` their JSON
    by the expectation's key; ``document`` the JSON of the suite.
    """

    expected: tuple[Expected, ...]
    batch_id: str
    configurations: Sequence[Any]
    written: Mapping[str, Mapping[str, Any]]
    document: Mapping[str, Any]


#: The last suite of each name: reports of one month after another are held against the same ones.
_suites: dict[str, Suite] = {}


def suite_of(name: str, expected: Sequence[Expected]) -> Suite:
    """The suite; the same one as before where nothing has changed since."""
    known = _suites.get(name)
    if known is None or known.expected != tuple(expected):
        _suites[name] = known = _suite(name, expected)
    for one in expected:  # types are registered by name, and another suite may have put its own there
        _type(one)
    return known


def _suite(name: str, expected: Sequence[Expected]) -> Suite:
    gx = importlib.import_module("great_expectations")
    suite = gx.ExpectationSuite(name=name, expectations=[_build(one) for one in expected])
    document = stable(suite.to_json_dict())
    batch_id = f"reports-{name}"
    configurations = suite.expectation_configurations
    for configuration in configurations:
        configuration.kwargs["batch_id"] = batch_id
    written = {one["meta"]["key"]: deepcopy(one) for one in document["expectations"]}
    for one in written.values():
        one["kwargs"]["batch_id"] = batch_id
    return Suite(tuple(expected), batch_id, configurations, written, document)


def _type(one: Expected) -> Any:
    types = importlib.import_module("validations.expectations.expectation_types")
    return types.expectation_type(one.kind, one.holds)


def _build(one: Expected) -> Any:
    common: dict[str, Any] = {
        "meta": {"key": one.key, "rule": one.rule, "title": one.title, "severity": one.severity},
        "notes": one.title,
        "severity": SEVERITIES[one.severity],
    }
    types = importlib.import_module("validations.expectations.expectation_types")
    made = _type(one)
    if "column" in made.__fields__:
        return made(column=one.columns[0], **one.options, **common)
    common |= {"column_list": list(one.columns), "ignore_row_if": "any_value_is_missing"}
    if one.kind in types.CORE:
        return made(**common)
    return made(options=dict(one.options), **common)


def stable(value: Any) -> Any:
    """Plain JSON without random identifiers."""
    if isinstance(value, Mapping):
        return {key: stable(inner) for key, inner in value.items() if key not in _VOLATILE}
    if isinstance(value, list):
        return [stable(inner) for inner in value]
    return value
