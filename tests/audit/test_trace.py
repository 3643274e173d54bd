"""What an auditor is told of a figure's origin: only what touches it, only the rows that it counts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from flows.audit.trace import trace
from flows.cli.trace import worded
from flows.reading.model import Counts, FigureCell, LedgerCell, LedgerRow, Reading
from flows.register import writes
from schemas import Registry
from tests.june_register import JUNE, submission
from validations.findings.finding import Finding

WEIDU = "411002"


def figure(code: str, measure: str, value: float | None, raw: str, state: str = "used") -> FigureCell:
    return FigureCell(code, measure, value, None, raw, state, "指标表", "E9")


def case(row: int, kind: str, filed_on: str, closed_on: str = "") -> LedgerRow:
    texts = {"case_no": f"{row}号", "case_type": kind, "filed_on": filed_on, "closed_on": closed_on}
    cells = {name: LedgerCell(None, text or None, text, "used", "A5") for name, text in texts.items()}
    return LedgerRow("cases", "执法案件台账", row, cells)


def reading(figures: list[FigureCell], ledgers: list[LedgerRow]) -> Reading:
    return Reading(
        file="f.xlsx", sha256="0" * 64, size=1, format="xlsx", mark=None, cover={}, figures=figures,
        ledgers=ledgers, progress=[], findings=[], counts=Counts(),
    )  # fmt: skip


def enter(
    engine: Engine,
    registry: Registry,
    figures: list[FigureCell],
    ledgers: list[LedgerRow] | None = None,
    found: list[Finding] | None = None,
) -> None:
    """魏都区's accepted report of June, every relation evaluated."""
    outcomes = [(relation.id, 1, 0, 0) for relation in registry.relations]
    with engine.begin() as connection:
        one = submission(registry, "魏都区", 1)
        writes.add_submission(connection, one, reading(figures, ledgers or []), found or [], outcomes)


def traced(engine: Engine, registry: Registry, code: str) -> dict[str, Any]:
    with engine.connect() as connection:
        return trace(connection, registry, JUNE, registry.unit[WEIDU], registry.indicator[code])


def test_only_relations_that_touch_the_figure_are_listed(engine: Engine, registry: Registry) -> None:
    """A ratio is named by none and of no kind that a relation holds over; a flow is under every flow's."""
    enter(engine, registry, [])
    assert traced(engine, registry, "3407")["rules"] == []
    rules = {rule["rule"] for rule in traced(engine, registry, "3102")["rules"]}
    assert {"total-3105", "ledger_count-3102", "carry_forward"} <= rules
    assert not rules & {"no_fall-stock", "ledger_count-3103", "unique_across_units-cases"}


def test_a_relation_that_fails_holds_for_none_of_the_figures_it_names(
    engine: Engine, registry: Registry
) -> None:
    """A finding stands at one cell; what holds over a kind fails only where it stands."""
    plain = Finding(
        code="part_of", severity="query", message="3109 大于 3105", action="请核对", indicator="3109"
    )
    broken = [replace(plain, rule="part_of-3109"), replace(plain, rule="carry_forward")]
    enter(engine, registry, [], found=broken)
    for code, holds in (("3109", (False, False)), ("3105", (False, True))):
        said = {rule["rule"]: rule["holds"] for rule in traced(engine, registry, code)["rules"]}
        assert (said["part_of-3109"], said["carry_forward"]) == holds


def test_a_cell_without_a_value_says_why_and_is_json(engine: Engine, registry: Registry) -> None:
    """Never nan: 不适用 and what could not be read are told as such."""
    enter(
        engine,
        registry,
        [
            figure("3102", "month", 7.0, "7"),
            figure("3102", "ytd", None, "约七件", "rejected"),
            figure("3102", "prior_ytd", None, "不适用", "not_applicable"),
        ],
    )
    told = traced(engine, registry, "3102")
    cells = {cell["measure"]: (cell["value"], cell["text"]) for cell in told["cells"]}
    assert cells == {"month": (7.0, None), "ytd": (None, None), "prior_ytd": (None, None)}
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    lines = worded(told).splitlines()
    assert lines[1:4] == [
        "  本月数 7　← 指标表!E9 原文“7”，照用",
        "  本年累计 未能采用　← 指标表!E9 原文“约七件”",
        "  上年同期累计 不适用　← 指标表!E9 原文“不适用”",
    ]


def test_the_rows_behind_a_figure_are_those_that_it_counts(engine: Engine, registry: Registry) -> None:
    """Of the trade mark cases of the ledger only those filed within the month; closed ones by their day."""
    rows = [
        case(5, "商标", "2023-02-11", "2023-06-03"),
        case(6, "商标", "2023-06-01"),
        case(7, "专利", "2023-06-02"),
        case(8, "商标", "", "2023-05-30"),
        case(9, "商标", "2023-06-30", "2023-06-30"),
    ]
    enter(engine, registry, [figure("3102", "month", 2.0, "2")], rows)
    assert [row["row"] for row in traced(engine, registry, "3102")["ledger"]] == [6, 9]
    assert [row["row"] for row in traced(engine, registry, "3106")["ledger"]] == [5, 9]
    shown = traced(engine, registry, "3102")["ledger"][0]
    assert (shown["sheet"], shown["raw"]["case_no"], shown["raw"]["penalty"]) == ("执法案件台账", "6号", "")
