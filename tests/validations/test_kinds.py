"""Each relation kind's condition, its own parameters, and its words."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas import Kind, Registry, RegistryError, Relation
from validations.declaring.relation import CITY, REPORT
from validations.declaring.wording import IndicatorNames
from validations.expectations.engine import ExpectationEngine, Expected
from validations.findings.finding import finding_types
from validations.kinds import checks_of, kind_of, kinds

NAN = float("nan")
#: kind, options, columns, rows of operands, what is expected of each row.
TRUTH: list[tuple[str, dict[str, Any], list[str], list[tuple[Any, ...]], list[bool]]] = [
    ("total", {"tolerance": 1e-9}, ["w", "a", "b"], [(5, 2, 3), (5, 2, 2), (0, 0, 0)], [True, False, True]),
    ("total", {"tolerance": 0.005}, ["w", "a", "b"], [(0.3, 0.1, 0.2), (0.31, 0.1, 0.2)], [True, False]),
    ("part_of", {"tolerance": 1e-9}, ["p", "w"], [(2, 2), (3, 2), (0, 2)], [True, False, True]),
    (
        "carry_forward",
        {},
        ["ytd", "month", "last_month", "tolerance"],
        [(8, 3, 5, 1e-9), (8, 3, 6, 1e-9), (0.3, 0.1, 0.2, 0.005), (3, 3, 0, 1e-9)],
        [True, False, True, True],
    ),
    ("month_within_year", {}, ["month", "ytd", "tolerance"], [(3, 3, 1e-9), (4, 3, 1e-9)], [True, False]),
    (
        "prior_year_agrees",
        {},
        ["prior_ytd", "year_before", "tolerance"],
        [(7, 7, 1e-9), (7, 8, 1e-9)],
        [True, False],
    ),
    (
        "steady",
        {"factor": 3.0, "floor": 30.0},
        ["ytd", "prior_ytd"],
        [(90, 30), (91, 30), (10, 31), (29, 0), (30, 0), (0, 0)],
        [True, False, False, True, False, True],
    ),
    ("no_fall", {}, ["stock", "last_month"], [(5, 5), (4, 5), (6, 5)], [True, False, True]),
    (
        "no_fall",
        {"order": ["未启动", "推进中", "已完成"]},
        ["status", "last_month"],
        [("推进中", "未启动"), ("推进中", "已完成"), ("已完成", "已完成")],
        [True, False, True],
    ),
    ("implies", {}, ["when", "then"], [(0, 0), (1, 0), (1, 1), (0, 1)], [True, False, True, True]),
    (
        "implies",
        {"status": "已完成"},
        ["status", "given"],
        [("已完成", 0.0), ("已完成", 1.0), ("推进中", 0.0)],
        [False, True, True],
    ),
    ("ledger_count", {"tolerance": 1e-9}, ["f", "a"], [(3, 3), (3, 4)], [True, False]),
    ("ledger_sum", {"tolerance": 0.005}, ["f", "a"], [(3.1, 3.1), (3.1, 3.11)], [True, False]),
    ("ledger_distinct", {"tolerance": 1e-9}, ["f", "a"], [(2, 2), (3, 2)], [True, False]),
    (
        "unique_across_units",
        {},
        ["no", "unit_code"],
        [("A", "1"), ("A", "1"), ("B", "1"), ("B", "2")],
        [True, True, False, False],
    ),
]


@pytest.mark.parametrize(("kind", "options", "columns", "rows", "expected"), TRUTH)
def test_condition_by_hand(
    kind: str, options: dict[str, Any], columns: list[str], rows: list[tuple[Any, ...]], expected: list[bool]
) -> None:
    """A kind's condition gives row by row what a person would say."""
    assert list(kinds()[kind].holds(pd.DataFrame(rows, columns=columns), **options)) == expected


def test_every_kind_has_a_truth_table_and_a_wording(registry: Registry) -> None:
    """No kind is untested, unworded or unused."""
    assert {row[0] for row in TRUTH} == set(kinds())
    assert set(kinds()) <= set(finding_types())
    assert {relation.kind for relation in registry.relations} == set(kinds())
    assert all(kind.name == name for name, kind in kinds().items())


def test_expectation_leaves_rows_with_a_missing_operand_alone() -> None:
    """A row in which any operand is missing is neither passed nor failed."""
    frame = pd.DataFrame({"line": range(3), "w": [5.0, 5.0, NAN], "a": [5.0, NAN, 1.0], "b": [1.0, 1.0, 1.0]})
    total = Expected(
        "k", "r", "total", ("w", "a", "b"), "t", "error", {"tolerance": 1e-9}, kinds()["total"].holds
    )
    evaluated = ExpectationEngine().run("missing", frame, [total], ())
    assert list(evaluated.failed["k"]) == [0]
    assert evaluated.result["results"][0]["result"]["missing_count"] == 2


def test_every_relation_gives_checks_titles_and_spots(registry: Registry) -> None:
    """Each relation of the registry yields checks with unique keys, a title and a place to look."""
    checks = checks_of(registry)
    assert {check.relation.id for check in checks} == {relation.id for relation in registry.relations}
    assert len({check.key for check in checks}) == len(checks)
    for check in checks:
        assert kind_of(check.relation).title(check, IndicatorNames(registry))
        assert check.spots
        assert check.frame in (REPORT, *Kind) or check.frame.startswith(CITY)


WRONG = [
    ("total-3105", {"parts": ["3102"]}, "parts"),
    ("total-3105", {"parts": ["3102", "9999"]}, "parts"),
    ("total-3105", {"whole": "9999"}, "whole"),
    ("total-3105", {"measures": []}, "measures"),
    ("total-3105", {"measures": ["stock"]}, "measures"),
    ("total-3105", {"colour": "red"}, "colour"),
    ("part_of-2202", {"whole_measures": ["stock", "prior_stock"]}, "whole_measures"),
    ("part_of-1203", {"part": "9999"}, "part"),
    ("carry_forward", {"over": "stock"}, "over"),
    ("no_fall-stock", {"over": "flow"}, "over"),
    ("month_within_year", {"over": "ratio"}, "over"),
    ("prior_year_agrees", {"over": "milestone"}, "over"),
    ("steady-flow", {"against": "prior_stock"}, "against"),
    ("steady-flow", {"factor": 0.5}, "factor"),
    ("steady-flow", {"floor": "many"}, "floor"),
    ("steady-flow", {"factor": float("nan")}, "factor"),
    ("steady-flow", {"floor": float("inf")}, "floor"),
    ("implies-4204-4201", {"measure": "stock"}, "measure"),
    ("implies-4204-4201", {"status": "已完成"}, "kind"),
    ("implies-completed", {"status": "快了"}, "status"),
    ("implies-completed", {"then_measure": "month"}, "then_measure"),
    ("ledger_count-3102", {"ledger": "unknown"}, "ledger"),
    ("ledger_count-3102", {"date": "case_type"}, "date"),
    ("ledger_count-3102", {"where": {"colour": "red"}}, "where.colour"),
    ("ledger_count-3102", {"measure": "stock"}, "measure"),
    ("ledger_sum-3107", {"column": "party"}, "column"),
    ("ledger_distinct-4205", {"where": {"pledge_type": "专利"}}, "where"),
    ("unique_across_units-cases", {"columns": ["colour"]}, "columns"),
    ("unique_across_units-cases", {"columns": []}, "columns"),
    ("unique_across_units-cases", {"ledger": "unknown"}, "ledger"),
]


@pytest.mark.parametrize(("identity", "change", "key"), WRONG)
def test_kind_refuses_parameters_it_cannot_use(
    registry: Registry, identity: str, change: dict[str, Any], key: str
) -> None:
    """A wrong parameter is the office's mistake: file, relation, key and reason are named."""
    relation = next(r for r in registry.relations if r.id == identity)
    wrong = Relation.model_validate(relation.model_dump() | change)
    with pytest.raises(RegistryError) as caught:
        checks_of(registry.model_copy(update={"relations": (wrong,)}))
    assert (caught.value.file, caught.value.key) == ("relations.yaml", f"[{identity}].{key}")
    assert caught.value.reason


def test_unknown_kind_and_missing_key_are_named(registry: Registry) -> None:
    """A relation of a kind without a file, or without a needed key, is refused by name."""
    for fields, key in (({"kind": "magic"}, "kind"), ({"kind": "total", "whole": "3105"}, "measures")):
        relation = Relation.model_validate({"id": "x", "severity": "error"} | fields)
        with pytest.raises(RegistryError) as caught:
            checks_of(registry.model_copy(update={"relations": (relation,)}))
        assert caught.value.key == f"[x].{key}"
