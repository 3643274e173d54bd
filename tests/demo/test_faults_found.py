"""Every seeded fault is found by the system itself: once, at its cell, under its rule."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from flows.demo.edits import Fault
from flows.demo.fast import write_fast
from flows.demo.faults import faults
from flows.demo.sample import SampleReport
from flows.reading.frames import figures_frame, ledger_frames, progress_frame
from flows.reading.model import Reading
from flows.reading.report import read_report
from schemas import Period, Registry
from schemas.template.layout import lay_out
from tests.demo.conftest import YEAR, Reports
from validations.findings.finding import Finding
from validations.frames import EARLIER_COLUMNS, SUBMISSION_COLUMNS
from validations.run import Batch, validate

MAY, JUNE = Period(YEAR, 5), Period(YEAR, 6)


def found(
    registry: Registry, reports: Sequence[SampleReport], earlier: Sequence[SampleReport]
) -> list[list[Finding]]:
    """All findings of reading and validation, report by report."""
    reads: list[tuple[str, str, str, Reading]] = []
    for number, report in enumerate(reports):
        layout = lay_out(registry, report.unit, report.period)
        reading = read_report(write_fast(layout, report), f"{number}.xlsx")
        assert isinstance(reading, Reading)
        reads.append((str(number), report.unit.code, str(report.period), reading))
    submissions = [(s, u, registry.unit[u].type, p, f"{s}.xlsx") for s, u, p, _ in reads]
    batch = Batch(
        submissions=pd.DataFrame(submissions, columns=SUBMISSION_COLUMNS),
        figures=figures_frame(reads),
        progress=progress_frame(reads),
        ledgers=ledger_frames(registry, reads),
        earlier=pd.DataFrame(accepted(earlier), columns=EARLIER_COLUMNS).astype({"value": "float64"}),
    )
    outcome = validate(batch, registry)
    assert outcome.unevaluated == []
    by_report = [list(reading.findings) for _, _, _, reading in reads]
    for finding in outcome.findings:
        by_report[int(finding.submission_id)].append(finding)
    return by_report


def accepted(reports: Sequence[SampleReport]) -> list[tuple[object, ...]]:
    return [
        (r.unit.code, str(r.period), code, measure)
        + ((None, value) if isinstance(value, str) else (value, None))
        for r in reports
        for (code, measure), value in r.figures.items()
        if measure in ("ytd", "stock", "status")
    ]


def test_unbroken_reports_give_no_finding(registry: Registry, reports: Reports) -> None:
    """Every unit's June, with May accepted before it."""
    june = [report for (_, period), report in reports.items() if period == JUNE]
    may = [report for (_, period), report in reports.items() if period == MAY]
    assert found(registry, june, may) == [[] for _ in registry.units]


@pytest.mark.parametrize("last_month", ["given", "absent"])
@pytest.mark.parametrize("code", ["411081", "4110Z1"])
def test_every_fault_is_found_once_at_its_cell(
    registry: Registry, reports: Reports, code: str, last_month: str
) -> None:
    """The finding's place, kind, severity and rule are those expected, and there is no second one."""
    report, before = reports[code, JUNE], reports[code, MAY]
    made = faults(lay_out(registry, report.unit, JUNE), report, 3, before)
    asked = [
        f for f in made if f.last_month in ((last_month, "any") if last_month == "given" else (last_month,))
    ]
    shown = found(registry, [f.report for f in asked], [before] if last_month == "given" else [])
    assert asked
    wrong = [(f.name, f.rule, seen) for f, seen in zip(asked, shown, strict=True) if not expected(f, seen)]
    assert wrong == []


def expected(fault: Fault, seen: Sequence[Finding]) -> bool:
    if len(seen) != 1:
        return False
    (one,) = seen
    return (
        (one.sheet, one.cell, one.code, one.severity) == (fault.sheet, fault.cell, fault.code, fault.severity)
        and fault.rule in ("", one.rule)
        and (one.status == "explained") == fault.explained
    )
