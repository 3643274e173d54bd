"""Text that looks like a formula, or like markup, stays text in everything that a run writes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.consolidation.figure_table import build_figure_table
from flows.demo.fast import write_fast
from flows.demo.rowcells import Value
from flows.demo.sample import SampleReport
from flows.outputs.site.publish import publish_site
from flows.platform.context import RunContext
from flows.platform.safe_text import looks_like_formula
from tests.intake.run import JUNE, consolidated, context_at, drop, layout_of, sample, take_in, tree

#: In every text, so that it can be found again wherever it went.
MARK = "標記"
STARTS = ("=", "+", "-", "@", '=HYPERLINK("http://x")&', "\t=", "＝")
UNIT = "魏都区"


def dangerous(text: str, number: int) -> str:
    return f"{STARTS[number % len(STARTS)]}1+1<b onmouseover=x>{MARK}\"'&{text}"


def poisoned(report: SampleReport) -> SampleReport:
    """The report with every free text beginning like a formula; choices, codes and dates stay."""
    registry = layout_of(report).registry
    count = iter(range(10_000))

    def spoil(value: Value) -> Value:
        return dangerous(str(value), next(count))

    ledgers = {
        ledger.name: [
            {
                column.name: spoil(row[column.name])
                if column.type == "text" and row[column.name] is not None
                else row[column.name]
                for column in ledger.columns
            }
            for row in report.ledgers[ledger.name]
        ]
        for ledger in registry.ledgers
        if ledger.name in report.ledgers
    }
    return replace(
        report,
        cover={
            k: spoil(v) if k in ("clerk", "phone", "reviewer", "responsible") else v
            for k, v in report.cover.items()
        },
        ledgers=ledgers,
        progress={k: str(spoil(v)) if k[1] != "status" else v for k, v in report.progress.items()},
        explanations={i.code: str(spoil("说明")) for i in layout_of(report).indicators if i.measures},
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunContext:
    """A good report and a returned correction, a file and a name that are no better, and the month."""
    root = tmp_path_factory.mktemp("text")
    report = poisoned(sample(UNIT))
    name = f"=1+1<b onmouseover=x>{MARK}"
    drop(root, f"{UNIT}/{name}.xlsx", write_fast(layout_of(report), report))
    wrong = replace(report, figures=report.figures | {("3105", "month"): 999, ("1101", "ytd"): f"=2{MARK}"})
    drop(root, f"{UNIT}/{name}（改）.xlsx", write_fast(layout_of(report), wrong), second=1)
    drop(root, f"{UNIT}/{name}.txt", b"x", second=2)
    context = context_at(root)
    take_in(context)
    month = consolidated(context, JUNE)
    publish_site(context.home, context.engine, JUNE, merged={JUNE: build_figure_table(month)})
    return context


def made(context: RunContext, suffix: str) -> dict[str, bytes]:
    """What we wrote: all but the originals."""
    files = tree(context.home.root)
    ours = {k: v for k, v in files.items() if k.endswith(suffix) and not k.startswith("outputs/archive/")}
    return {k: v for k, v in ours.items() if Path(k).parts[1] != "quarantine"}


def test_the_report_was_accepted_and_its_correction_returned(run: RunContext) -> None:
    """The texts went through, so that they can be looked for in what was written."""
    assert list(consolidated(run, JUNE).submissions["result"]) == ["accepted", "returned"]


def test_no_workbook_holds_it_as_a_formula(run: RunContext) -> None:
    """Assessment workbook and returned copy: every cell with such a text has a text's type."""
    books = made(run, ".xlsx")
    assert len(books) >= 2
    seen = 0
    for name, content in books.items():
        for sheet in load_workbook(io.BytesIO(content)):
            for row in sheet.iter_rows():
                for cell in row:
                    if MARK in str(cell.value):
                        seen += 1
                        assert cell.data_type == "s", (name, sheet.title, cell.coordinate)
                    assert MARK not in str(cell.hyperlink.target if cell.hyperlink else "")
    assert seen > 50


def test_no_csv_holds_it_as_a_formula(run: RunContext) -> None:
    """Every field that a spreadsheet program might calculate is quoted off."""
    seen = 0
    for name, content in made(run, ".csv").items():
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
            for field in row:
                if MARK in field:
                    seen += 1
                    assert not looks_like_formula(field), (name, field)
    assert seen > 20


def test_no_page_holds_it_as_markup(run: RunContext) -> None:
    """Receipts and the auditors' site show what was typed; nothing of it becomes an element."""
    pages = made(run, ".html")
    assert sum(name.startswith("outputs/site/") for name in pages) > 4
    assert sum(name.startswith("inbox/") for name in pages) >= 3
    assert any("/data_docs/" in name for name in pages)
    for name, content in pages.items():
        assert "<b onmouseover" not in content.decode(), name
    assert any(MARK in content.decode() for content in pages.values())


def test_the_data_keeps_it_as_it_was_typed(run: RunContext) -> None:
    """Protection is added where a file is opened by people; the register and JSON keep the text itself."""
    found = json.loads((run.home.month(JUNE) / "findings.json").read_text("utf-8"))
    assert any(one["value"] == f"=2{MARK}" for one in found["findings"])
