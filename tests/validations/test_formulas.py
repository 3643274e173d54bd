"""The template's live self-checks and the expectations say the same, on every relation."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from schemas import Period, Registry
from schemas.models import STATUSES
from schemas.template.checks import BROKEN, HOLDS, OPEN, SelfCheck
from schemas.template.layout import lay_out
from tests.validations.conftest import Build, Report, batch_of
from validations.declaring.relation import CITY, REPORT
from validations.kinds import checks_of, kinds
from validations.run import Outcome, self_checks, validate

#: Which check of which report, on which indicator (empty for a relation between named figures).
Place = tuple[str, str, str]
CHECKS = "自查"


def disturbed(report: Report, seed: int) -> Report:
    """The report with about a third of its figures changed, blank or not applicable; rows stay valid."""
    dice = random.Random(seed)
    for place in list(report.figures):
        if place[1] not in ("explanation", "document") and dice.random() < 0.35:
            report.figures[place] = chosen = _other(report, place, dice)
            if chosen == "不适用":
                report.states[place] = "not_applicable"
    for held in (report.last_month, report.year_before):
        for code in [code for code in held if dice.random() < 0.1]:
            del held[code]
    for code in [code for code, status in report.last_month.items() if isinstance(status, str)]:
        report.last_month[code] = dice.choice(STATUSES)
    for point in [point for point in report.progress if dice.random() < 0.2]:
        report.progress[point] = None
    for row in report.ledgers.get("cases", []):
        still_open = {"closed_on": None, "penalty": None, "uscc": None}
        filed_before = {"filed_on": report.layout.period.previous.end.isoformat()}
        row.update(dice.choice([{}, still_open, filed_before]))
    return report


def _other(report: Report, place: tuple[str, str], dice: random.Random) -> Any:
    """Another valid value for a figure."""
    value = report.figures[place]
    if place[1] == "status":
        return dice.choice([*STATUSES, "不适用"])
    if place[1] == "completed_on":
        return dice.choice([f"{report.layout.period}-05", None])
    return dice.choice([None, "不适用", 0, round(value * dice.choice([0.25, 4, 1]) + 3), value + 1])


def workbook_of(report: Report, checks: list[SelfCheck]) -> Workbook:
    """The report as a workbook, with the formulas of its checks in column A of a sheet."""
    layout, book = report.layout, Workbook()
    figures = book.active
    assert figures is not None
    figures.title = layout.sheet("figures")
    for place, value in report.figures.items():
        figures[layout.figures[place]] = _typed(place[1] == "completed_on", value)
    progress = book.create_sheet(layout.sheet("progress"))
    for point, text in report.progress.items():
        progress[layout.progress[point, "progress"]] = text
    reference = book.create_sheet(layout.sheet("reference"))
    for which, held in (("last_month", report.last_month), ("year_before", report.year_before)):
        for code, value in held.items():
            reference[layout.reference[code, which]] = value
    for ledger in layout.ledgers:
        sheet = book.create_sheet(ledger.title)
        for n, row in enumerate(report.ledgers[ledger.name]):
            for column in ledger.columns:
                value = _typed(column.type == "date", row[column.name])
                sheet[report.ledger_cell(ledger.name, column.name, n)] = value
    sheet = book.create_sheet(CHECKS)
    for n, check in enumerate(checks, start=1):
        sheet[f"A{n}"] = check.formula
    return book


def _typed(is_date: bool, value: Any) -> Any:
    return dt.date.fromisoformat(value) if is_date and isinstance(value, str) and value[0] == "2" else value


def places(report: Report) -> list[Place]:
    """What each of the report's self-checks is about, in their order."""
    own = {indicator.code for indicator in report.layout.indicators}
    found = []
    for check in checks_of(report.registry):
        if check.frame == REPORT:
            if all(spot.name in own for spot in check.spots if spot.part == "figures"):
                found.append((report.submission_id, check.key, ""))
        elif not check.frame.startswith(CITY):
            codes = [i.code for i in report.layout.indicators if i.kind == check.frame]
            found += [(report.submission_id, check.key, code) for code in codes]
    return found


def recalculated(folder: Path, books: dict[str, Workbook]) -> dict[str, list[str]]:
    """What LibreOffice makes of each workbook's column of checks."""
    (folder / "out").mkdir()
    for name, book in books.items():
        book.save(folder / f"{name}.xlsx")
    office = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    convert = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out")]
    sources = [str(folder / f"{name}.xlsx") for name in books]
    subprocess.run([*office, *convert, *sources], check=True, capture_output=True, timeout=300)
    found = {}
    for name in books:
        sheet = load_workbook(folder / "out" / f"{name}.xlsx", data_only=True)[CHECKS]
        found[name] = [str(cell.value) for cell in sheet["A"]]
    return found


def broken_by_expectations(outcome: Outcome) -> set[Place]:
    found = set()
    for name, result in outcome.results.items():
        if not name.startswith("relations."):
            continue
        for one in result["results"]:
            for row in one["result"]["unexpected_index_list"]:
                key = one["expectation_config"]["meta"]["key"]
                found.add((row["submission_id"], key, row.get("indicator", "")))
    return found


@pytest.mark.libreoffice
def test_formulas_agree_with_expectations(build: Build, registry: Registry, tmp_path: Path) -> None:
    """On random reports LibreOffice and Great Expectations find the same relations broken and open."""
    units = ["禹州市", "东城区分局", "知识产权保护科", "市知识产权维权保护中心", "魏都区", "鄢陵县", "长葛市"]
    months = [6, 6, 6, 6, 1, 1, 12]
    reports = [
        disturbed(build(unit, Period(2023, month), seed=n), seed=n)
        for n, (unit, month) in enumerate(zip(units, months, strict=True))
    ]
    checks = {r.submission_id: self_checks(registry, r.layout) for r in reports}
    books = {r.submission_id: workbook_of(r, checks[r.submission_id]) for r in reports}
    answers = recalculated(tmp_path, books)
    by_formula = {
        place: answer
        for report in reports
        for place, answer in zip(places(report), answers[report.submission_id], strict=True)
    }
    assert set(by_formula.values()) == {HOLDS, BROKEN, OPEN}

    outcome = validate(batch_of(*reports), registry)
    assert broken_by_expectations(outcome) == {p for p, answer in by_formula.items() if answer == BROKEN}
    still_open = Counter(
        (submission, key.split("/")[0]) for (submission, key, _), a in by_formula.items() if a == OPEN
    )
    rules = outcome.rules[~outcome.rules["rule"].str.startswith(("figures.", "ledger."))]
    not_evaluated = {
        (row.submission_id, row.rule): row.not_evaluated for row in rules.itertuples() if row.not_evaluated
    }
    assert not_evaluated == dict(still_open)
    tried = {key.split("-")[0].split("/")[0] for (_, key, _), a in by_formula.items() if a == BROKEN}
    assert tried == set(kinds()) - {"unique_across_units"}


def test_every_relation_has_its_four_forms(registry: Registry) -> None:
    """Each relation that one report can show has a formula at a cell, a title, and a severity."""
    layout = lay_out(registry, registry.unit_by_name["禹州市"], Period(2023, 6))
    centre = lay_out(registry, registry.unit_by_name["市知识产权维权保护中心"], Period(2023, 6))
    found = [*self_checks(registry, layout), *self_checks(registry, centre)]
    shown = {check.rule for check in found}
    visible = {r.id for r in registry.relations if r.kind != "unique_across_units"}
    assert shown == visible
    for check in found:
        assert check.formula.startswith("=IF(")
        assert all(answer in check.formula for answer in (HOLDS, BROKEN, OPEN))
        assert check.title
        assert check.cell
        assert check.severity in ("error", "query", "note")
