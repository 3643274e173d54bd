"""Makes findings of failed field checks, and keeps which values relations may not use because of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from schemas.models import MEASURE_TITLES, MEASURES, STATUS_NOT_APPLICABLE, STATUSES, Ledger, Registry
from validations.declaring.wording import as_text, clause, number
from validations.expectations.row_test import rows_at
from validations.fields.checks import FIGURE_FRAMES, REQUIRED_MEASURES, FieldCheck, compared
from validations.fields.frames import LONG_AGO
from validations.findings.attribution import Sender, settle_finding, word_finding
from validations.findings.finding import Finding
from validations.frames import LEDGER_COLUMNS
from validations.grid import Grid


@dataclass
class UnusableCells:
    """Values with a finding of their own: a relation over them would only repeat it."""

    figures: dict[str, np.ndarray] = field(default_factory=dict)  # measure -> grid of bool
    ledgers: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)  # -> by line of its frame
    without: dict[str, np.ndarray] = field(default_factory=dict)  # ledger -> submissions without its sheet

    def figure(self, grid: Grid, measure: str) -> np.ndarray:
        return self.figures.setdefault(measure, np.zeros(grid.shape, dtype=bool))

    def ledger(self, name: str, column: str, rows: int) -> np.ndarray:
        return self.ledgers.setdefault((name, column), np.zeros(rows, dtype=bool))


#: Stands for a ledger column's name where a whole row is unusable because its key is repeated.
REPEATED = ""


def figure_findings(
    grid: Grid, check: FieldCheck, frame: pd.DataFrame, failed: np.ndarray, who: Sequence[Sender]
) -> Iterator[Finding]:
    """Findings of a check on figures, other than presence."""
    for row in rows_at(frame, failed, ("submission", "indicator", check.target, *check.columns)):
        indicator = grid.registry.indicator[row["indicator"]]
        place = grid.place(row["submission"], indicator.code, check.target)
        words = {
            "what": f"{indicator.code} {indicator.name}的{MEASURE_TITLES[check.target]}",
            "value": place.raw or number(row[check.target]),
            "expected": _expected(check, row),
            "clause": clause(grid.registry, indicator.work_point),
        }
        explanation = grid.explanation(row["submission"], indicator.code)
        sender = who[row["submission"]]
        found = _placed(grid.registry, check, words, sender, place.sheet, place.cell, indicator.code)
        yield settle_finding(found, grid.registry, explanation=explanation)


def presence_findings(
    grid: Grid,
    missing: Mapping[str, np.ndarray],
    rules: Mapping[tuple[str, str], str],
    who: Sequence[Sender],
    unread: frozenset[str],
) -> Iterator[Finding]:
    """One finding for each missing input, or for a row or sheet that is missing as a whole.

    Args:
        missing: measure -> grid of booleans, the required inputs that are missing.
        rules: (kind, measure) -> id of the check.
        unread: submissions whose sheet reading has reported as missing or incomplete.
    """
    registry = grid.registry
    sheet = registry.form.sheets["figures"].title
    incomplete = np.zeros(grid.shape, dtype=bool)
    for measure in missing:
        incomplete |= missing[measure]
    absent = grid.required.copy()
    for measures in MEASURES.values():
        for measure in measures:
            absent &= grid.at[measure] < 0
    for s in map(int, np.nonzero(incomplete.any(axis=1))[0]):
        if (absent | ~grid.required)[s].all():
            if who[s].submission_id in unread:
                continue
            words = {"sheet": sheet, "count": int(grid.required[s].sum()), "value": "空", "expected": "填写"}
            yield settle_finding(
                who[s].attribute(word_finding("missing_sheet", words, rule="missing_sheet", sheet=sheet)),
                registry,
            )
            continue
        for i in np.nonzero(incomplete[s])[0]:
            yield from _of_row(grid, missing, rules, who[s], (s, int(i)), bool(absent[s, i]))


def _of_row(
    grid: Grid,
    missing: Mapping[str, np.ndarray],
    rules: Mapping[tuple[str, str], str],
    sender: Sender,
    at: tuple[int, int],
    absent: bool,
) -> Iterator[Finding]:
    registry, indicator = grid.registry, grid.registry.indicators[at[1]]
    required = REQUIRED_MEASURES[indicator.kind]
    empty = [measure for measure in required if missing[measure][at]]
    whole_row = len(empty) == len(required) and all(
        grid.state(at, m) == "missing" for m in indicator.measures
    )
    groups = [empty] if absent or whole_row else [[measure] for measure in empty]
    for group in groups:
        place = grid.place(at[0], indicator.code, group[0])
        titles = "、".join(MEASURE_TITLES[measure] for measure in group)
        words = {
            "figure": f"{indicator.code} {indicator.name}",
            "what": titles,
            "clause": clause(registry, indicator.work_point),
            "sheet": place.sheet,
            "value": "空",
            "expected": "、".join([*STATUSES, STATUS_NOT_APPLICABLE]) if group[0] == "status" else "数字",
        }
        found = word_finding(
            "missing_row" if absent else "missing_value",
            words,
            rule=rules[indicator.kind, group[0]],
            sheet=place.sheet,
            cell=place.cell,
            indicator=indicator.code,
            work_point=indicator.work_point,
        )
        yield settle_finding(sender.attribute(found), registry)


def ledger_findings(
    registry: Registry,
    ledger: Ledger,
    check: FieldCheck,
    frame: pd.DataFrame,
    failed: np.ndarray,
    who: Mapping[str, Sender],
) -> Iterator[Finding]:
    """Findings of a check on a ledger's column, each at its cell. ``who`` is by submission id."""
    column = ledger.by_name[check.target]
    codes = registry.codes_behind(ledger)
    cells = [f"{name}.{part}" for name in (column.name, *ledger.key) for part in ("raw", "cell")]
    keys = (*ledger.key, *map(compared, ledger.key))
    rows = rows_at(frame, failed, (*LEDGER_COLUMNS, column.name, *keys, *cells, *check.columns))
    first_rows = _first_rows(ledger, rows) if check.kind == "unique" else {}
    for row in rows:
        cell = as_text(row[f"{column.name}.cell"])
        sender = who[row["submission_id"]]
        if check.kind == "required" and not cell:
            continue  # the column is absent, which reading has reported once
        if check.kind == "unique" and first_rows[_key(ledger, row)] == row["row"]:
            continue
        words = {
            "what": f"《{ledger.title}》第{row['row']}行的{column.title}",
            "value": _read(ledger, check, row),
            "expected": _expected(check, row),
            "clause": _clauses(registry, codes),
            "first": first_rows.get(_key(ledger, row), ""),
        }
        yield _placed(registry, check, words, sender, str(row["sheet"]), cell, codes[0] if codes else "")


def _placed(
    registry: Registry,
    check: FieldCheck,
    words: Mapping[str, Any],
    sender: Sender,
    sheet: str,
    cell: str,
    indicator: str,
) -> Finding:
    on_figure = check.frame in FIGURE_FRAMES
    found = word_finding(
        check.code,
        words,
        rule=check.id,
        sheet=sheet,
        cell=cell,
        indicator=indicator if on_figure else "",
        work_point=registry.indicator[indicator].work_point if indicator else "",
    )
    return settle_finding(sender.attribute(found), registry)


def _clauses(registry: Registry, codes: Iterable[str]) -> str:
    points = dict.fromkeys(registry.indicator[code].work_point for code in codes)
    first = next(iter(points), "")
    return clause(registry, first) + ("等" if len(points) > 1 else "")


#: Kind of check -> the expected value in findings, where it is the same for every row.
_EXPECTED = {
    "between": "不小于 0 的数",
    "whole": "整数",
    "uscc": "18 位且校验码正确的统一社会信用代码",
    "unique": "不重复",
    "patent": "12 位数字加 1 位校验位的专利号",
    "applicable": "与同一行的其他数同为数字，或同为不适用",
}


def _expected(check: FieldCheck, row: Mapping[str, Any]) -> str:
    if check.kind == "in_set":
        return "、".join(check.options["value_set"])
    if check.kind == "dates":
        first, last = str(row[check.columns[1]]), str(row[check.columns[2]])
        return f"不晚于 {last}" if first == LONG_AGO else f"{first} 至 {last}"
    if check.kind == "at_most":
        return f"不大于 {number(row['maximum'])}"
    return _EXPECTED.get(check.kind, "填写")


def _read(ledger: Ledger, check: FieldCheck, row: Mapping[str, Any]) -> str:
    if check.kind == "unique":
        return "、".join(as_text(row[f"{name}.raw"]) or as_text(row[name]) for name in ledger.key)
    return as_text(row[f"{check.target}.raw"]) or "空"


def _key(ledger: Ledger, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["submission_id"], *(row[compared(name)] for name in ledger.key))


def _first_rows(ledger: Ledger, rows: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], Any]:
    """Repeated key -> number of the first row that has it."""
    first: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        first.setdefault(_key(ledger, row), row["row"])
    return first
