"""The receipt: what became of a submission, in one page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from flows.correspondence.receipts.model import Answer, Change, Repair, Result, chinese_time
from flows.correspondence.receipts.quarantine_note import quarantine_note
from flows.correspondence.receipts.receipt import receipt
from flows.correspondence.receipts.wording import next_steps
from flows.reading.model import Counts
from tests.correspondence.samples import problem

ANSWER = Answer(
    number="2023-06-411002-01",
    received_at="2023-07-03T01:12:00+00:00",
    unit="魏都区市场监督管理局",
    period="2023年6月",
    file="六月报表.xlsx",
    sha256="ab" * 32,
    size=2048,
    result="accepted",
    deadline="2023-07-05",
    counts=Counts(used=1200, normalised=2, rejected=3, ignored={"标题和说明": 34, "合计行": 1}),
)


def shown(answer: Answer) -> str:
    """The page's text without its marks."""
    page = receipt(answer).decode("utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


def test_a_receipt_names_everything_that_identifies_the_submission() -> None:
    """Number, time in Chinese, unit, period, file, digest and deadline stand on it."""
    page = shown(ANSWER)
    for text in (
        ANSWER.number,
        "2023年7月3日 09:12",
        ANSWER.unit,
        "2023年6月",
        ANSWER.file,
        ANSWER.sha256,
        "2023年7月5日",
    ):
        assert text in page


@pytest.mark.parametrize("result", list(Result))
def test_every_result_has_a_title_and_a_next_step(result: Result) -> None:
    """No result leaves the clerk without a word on what to do."""
    answer = replace(ANSWER, result=result, action="请用模板填写。")
    assert "下一步" in shown(answer)
    assert next_steps(answer)
    assert all(step in shown(answer) for step in next_steps(answer))


@pytest.mark.parametrize(("indicator", "asked"), [("4201", True), ("", False)])
def test_an_explanation_is_asked_for_only_where_it_can_be_written(indicator: str, asked: bool) -> None:
    """A query in a ledger, which has no 核实说明, is answered by correcting the row."""
    query = problem("H15", "query", code="total_row_differs", indicator=indicator)
    page = shown(replace(ANSWER, result="returned", findings=(query,)))
    assert ("核实说明" in page) is asked


def test_the_counts_on_a_receipt_add_up() -> None:
    """The number of non-empty cells is the sum of the lines below it."""
    numbers = [int(n) for n in re.findall(r'<td class="number">(\d+)</td>', receipt(ANSWER).decode())]
    assert numbers[0] == sum(numbers[1:]) == 1240


def test_the_same_answer_gives_the_same_bytes() -> None:
    """A receipt written again after a crash is the same file."""
    answer = replace(ANSWER, result="returned", findings=(problem("B2"), problem("B3", "query")))
    assert receipt(answer) == receipt(replace(answer))


def test_what_clerks_type_is_escaped() -> None:
    """A file name or a value is never markup, and no page carries a script."""
    nasty = "<script>alert(1)</script>\x00\u202e"
    answer = replace(
        ANSWER,
        file=nasty,
        findings=(problem("B2", value=nasty, message=nasty, action=nasty, sheet=nasty),),
        repairs=(Repair(nasty, "B2", nasty, nasty),),
        changes=(Change(nasty, nasty, nasty, nasty, nasty, nasty, nasty),),
    )
    page = receipt(answer).decode("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not set("\x00\u202e") & set(page)


def test_one_cause_is_one_line_with_all_its_cells() -> None:
    """Twelve like cells are one row that names their range."""
    answer = replace(ANSWER, result="returned", findings=tuple(problem(f"B{n}") for n in range(2, 14)))
    page = shown(answer)
    assert page.count("指标表!B2:B13") == 1
    assert "同类问题共 12 处" in page


def test_a_failed_correction_says_that_the_accepted_report_stands() -> None:
    """The clerk sees which earlier receipt still counts."""
    answer = replace(ANSWER, result="returned", standing="2023-06-411002-00")
    assert "回执 2023-06-411002-00）仍然有效" in shown(answer)


def test_a_repeat_names_the_receipt_of_the_same_file() -> None:
    """A byte-identical file is acknowledged and not counted."""
    assert "回执 X-1 已收的文件完全相同，不重复计数" in shown(
        replace(ANSWER, result="repeated", same_as="X-1")
    )


def test_a_superseding_report_names_the_one_it_replaces() -> None:
    """The chain of submissions can be followed on paper."""
    assert "已替代此前接收的报表（回执 X-1）" in shown(replace(ANSWER, replaces="X-1"))


def test_late_is_said_with_the_deadline() -> None:
    """A late report is accepted and marked."""
    answer = replace(ANSWER, late=True)
    assert "逾期报送（报送期限 2023年7月5日）" in shown(answer)


def test_explained_and_waived_findings_show_why_nothing_is_left_to_do() -> None:
    """What was settled is shown with its reason, apart from what is open."""
    found = (
        problem("B2", "query", status="explained", explanation="两站合并"),
        problem("B3", "query", status="waived", waiver="张科长批准，至2023-12-31"),
    )
    page = shown(replace(ANSWER, result="queried", findings=found))
    assert "已说明：两站合并" in page
    assert "已豁免：张科长批准，至2023-12-31" in page


def test_a_repaired_cell_is_listed_once_with_both_texts() -> None:
    """The note about a normalised cell is not repeated among the problems."""
    note = problem("B2", "note", code="normalised", message="读到“１２”，按 12 采用。")
    page = shown(replace(ANSWER, findings=(note,), repairs=(Repair("指标表", "B2", "１２", "12"),)))
    assert "规范写法后采用的内容" in page
    assert "发现的问题" not in page


def test_changes_show_blank_cells_as_blank() -> None:
    """A figure that was empty before is not shown as nothing at all."""
    change = Change("4201", "质押融资金额", "本年累计", "", "1200", "指标表", "F31")
    assert "4201 质押融资金额 本年累计 （空） 1200 指标表!F31" in shown(replace(ANSWER, changes=(change,)))


def test_long_lists_say_how_much_is_left_out() -> None:
    """A page stays a page, and tells that there is more."""
    repairs = tuple(Repair("指标表", f"B{n}", "１", "1") for n in range(200))
    assert "另有 140 处。" in shown(replace(ANSWER, repairs=repairs))


def test_times_without_an_offset_are_taken_as_local() -> None:
    """Only a time that says otherwise is moved."""
    assert (
        chinese_time("2023-07-03T09:12:00")
        == chinese_time("2023-07-03T09:12:00+08:00")
        == "2023年7月3日 09:12"
    )


def test_the_note_beside_a_quarantined_file_reads_in_old_editors() -> None:
    """Reason, action and digest are there, each on a line with a Windows line end."""
    note = quarantine_note(
        "这是 Word 文档。",
        "请用模板填写。",
        file="报表\u202e\n.docx",
        sha256="cd" * 32,
        received_at=ANSWER.received_at,
    )
    lines = note.split("\r\n")
    assert "文件：报表 .docx" in lines
    assert "原因：这是 Word 文档。" in lines
    assert "怎么办：请用模板填写。" in lines
    assert "\n" not in note.replace("\r\n", "")
