"""One cause is one line, the most serious first."""

from __future__ import annotations

from flows.correspondence.grouped_findings import ONE_BY_ONE, group_findings, position, span, summary
from tests.correspondence.samples import problem


def places(findings: list) -> list[list[str]]:
    return [[f.cell for f in cause.findings] for cause in group_findings(findings)]


def test_like_findings_of_a_sheet_are_one_cause_in_the_order_of_cells() -> None:
    """Forty blank cells are one line, read from top to bottom."""
    found = [
        problem("C10", message="3110 没有填写。"),
        problem("B9", message="3109 没有填写。"),
        problem("C9"),
    ]
    assert places(found) == [["B9", "C9", "C10"]]


def test_different_codes_rules_and_sheets_are_different_causes() -> None:
    """What has to be corrected apart is shown apart."""
    found = [
        problem("B2"),
        problem("B3", code="error_value"),
        problem("B4", rule="r"),
        problem("B2", sheet="台账"),
    ]
    assert len(group_findings(found)) == 4


def test_a_few_differing_expectations_stay_apart_and_many_are_joined() -> None:
    """Two broken totals are two lines; a whole shifted column is one."""
    few = [problem(f"B{n}", expected=str(n)) for n in range(1, ONE_BY_ONE + 1)]
    many = [problem(f"B{n}", expected=str(n)) for n in range(1, ONE_BY_ONE + 2)]
    assert (len(group_findings(few)), len(group_findings(many))) == (ONE_BY_ONE, 1)


def test_errors_come_before_queries_notes_and_settled_ones() -> None:
    """The most serious open cause is first; what is explained or waived is last."""
    found = [
        problem("B1", status="explained", explanation="因合并"),
        problem("B2", "note"),
        problem("B3", "query"),
        problem("B4"),
        problem("", sheet="", code="x"),
    ]
    assert places(found) == [[""], ["B4"], ["B3"], ["B2"], ["B1"]]


def test_findings_about_whole_sheets_are_joined_only_when_worded_alike() -> None:
    """Two missing columns are two causes, although neither has a cell."""
    found = [problem("", message="没有“金额”列。"), problem("", message="没有“日期”列。")]
    assert len(group_findings(found)) == 2


def test_explanations_keep_their_figures_apart() -> None:
    """An explanation is shown with its own figure."""
    found = [problem(f"B{n}", "query", status="explained", explanation=str(n)) for n in range(9)]
    assert len(group_findings(found)) == 9


def test_runs_down_a_column_are_shown_as_ranges() -> None:
    """``F12、F13、F14、H3`` is shorter as ``F12:F14、H3``."""
    assert span([problem(c) for c in ("F12", "F13", "F14", "H3", "")]) == "F12:F14、H3"


def test_positions_are_row_and_column() -> None:
    """An address gives numbers that sort as the sheet is read; none gives zeros."""
    assert [position(c) for c in ("A1", "$AA$10", "B3:C9", "")] == [(1, 1), (10, 27), (3, 2), (0, 0)]


def test_the_summary_counts_causes_and_places() -> None:
    """One line says how much there is to do."""
    found = [problem("B2"), problem("B3"), problem("B4", "query", status="waived", waiver="经批准")]
    assert summary(group_findings(found)) == "强制性 1 项（2 处），已豁免 1 项（1 处）"
    assert summary(()) == "没有发现问题"
