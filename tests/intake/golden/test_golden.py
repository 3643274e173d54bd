"""A folder per mess: a clean report with named edits, and the findings and the answer it must get.

``findings`` are [unit, sheet, cell, code], each cell the one that a person would point at; a finding
about a whole sheet or file has no cell. ``result`` is that of the receipt.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from flows.correspondence.receipts.model import RESULT_TITLES
from flows.intake import inbox
from flows.platform.context import RunContext
from flows.register import archive, queries
from flows.register.queries import Submission
from schemas import Registry
from tests.intake.golden.edits import edited
from tests.intake.run import context_at, drop, good, take_in
from validations.findings.finding import Finding

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/case.yaml"))


def load(name: str) -> dict[str, Any]:
    case: dict[str, Any] = yaml.safe_load((HERE / name / "case.yaml").read_text("utf-8"))
    return case


@dataclass(frozen=True, repr=False)
class Run:
    """All cases dropped into one inbox and taken in by one run."""

    context: RunContext
    submissions: dict[str, Submission]
    findings: dict[str, list[Finding]]

    def receipt(self, name: str) -> str:
        number = self.submissions[name].submission_id
        folder = self.context.home.inbox / load(name)["unit"] / inbox.ANSWERS
        (page,) = folder.rglob(f"{number}_*.html")
        return page.read_text("utf-8")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = tmp_path_factory.mktemp("golden")
    for second, name in enumerate(CASES):
        case = load(name)
        drop(root, f"{case['unit']}/{name}.xlsx", edited(good(case["unit"]), case["edits"]), second=second)
    context = context_at(root)
    taken = take_in(context)
    assert taken.quarantined == []
    by_name = {s.file.removesuffix(".xlsx"): s for s in taken.submissions}
    with context.engine.connect() as connection:
        found = queries.findings(connection, [s.submission_id for s in taken.submissions])
    return Run(context, by_name, {name: found.get(s.submission_id, []) for name, s in by_name.items()})


@pytest.mark.parametrize("name", CASES)
def test_a_mess_gets_what_is_promised(run: Run, registry: Registry, name: str) -> None:
    """Exactly the findings of its folder, at their cells, and the result on its receipt."""
    case = load(name)
    found = [[registry.unit[f.unit_code].short, f.sheet, f.cell, f.code] for f in run.findings[name]]
    assert sorted(found) == sorted(case["findings"])
    assert run.submissions[name].result == case["result"]
    assert RESULT_TITLES[case["result"]] in run.receipt(name)


@pytest.mark.parametrize("name", [name for name in CASES if load(name)["result"] == "returned"])
def test_what_is_returned_says_where_and_what_to_do(run: Run, name: str) -> None:
    """The receipt shows what was found and what to do; the marked copy lies beside it."""
    page = run.receipt(name)
    for finding in run.findings[name]:
        if finding.returns:
            assert finding.action in page
            assert finding.cell in page
    folder = run.context.home.inbox / load(name)["unit"] / inbox.ANSWERS
    assert list(folder.rglob(f"{run.submissions[name].submission_id}_退回_*.xlsx"))


@pytest.mark.parametrize("name", CASES)
def test_every_filled_cell_is_accounted_for(run: Run, name: str) -> None:
    """Used, normalised, ignored for a named reason, or rejected: together all that the file holds.

    The filled cells are counted by another program than the one that reads.
    """
    counts = run.submissions[name].counts
    original = archive.fetch(run.context.home.archive, run.submissions[name].file_sha256)
    filled = sum(
        cell.value is not None
        for sheet in load_workbook(io.BytesIO(original))
        for row in sheet.iter_rows()
        for cell in row
    )
    told = counts["used"] + counts["normalised"] + counts["rejected"] + sum(counts["ignored"].values())
    assert told == filled


def test_every_folder_says_what_it_is_about() -> None:
    """A case has a sentence, a unit, and a result; no two are about the same."""
    cases = [load(name) for name in CASES]
    assert len({case["about"] for case in cases}) == len(cases) > 60
    assert all(set(case) == {"about", "unit", "edits", "findings", "result"} for case in cases)
