"""The clerk's workbook comes back with each problem marked where a person would point."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlwt
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.formula import ArrayFormula

from flows.correspondence.grouped_findings import group_findings
from flows.correspondence.marked_copies import marked_copy
from flows.correspondence.marked_copies.external_links import reaches_outside
from flows.correspondence.marked_copies.marks import COLOURS
from flows.correspondence.marked_copies.result_line import COLUMNS, HIDDEN_CELL, HIDDEN_SHEET
from flows.platform.safe_text import REMOVED_CONTROLS
from flows.reading.model import Reading
from flows.reading.report import read_report
from schemas import Period, Registry, Unit
from schemas.template.layout import lay_out
from schemas.template.workbook import issue
from tests.correspondence.samples import book_of, bytes_of, problem, report
from tests.reading.files import as_xls
from validations.findings.finding import Finding

RED, YELLOW, BLUE = COLOURS["error"], COLOURS["query"], COLOURS["note"]
OWN = PatternFill("solid", fgColor="FF112233")


@pytest.fixture
def give(registry: Registry):
    def give(book: Workbook | bytes, *findings: Finding, kind: str = "xlsx") -> Workbook:
        original = book if isinstance(book, bytes) else bytes_of(book)
        return book_of(
            marked_copy.returned_copy(original, kind, findings, title="魏都区 2023年6月", form=registry.form)
        )

    return give


def colours(book: Workbook, sheet: str = "指标表") -> dict[str, str]:
    """Cells that are filled, with their colour."""
    filled = [c for row in book[sheet].iter_rows() for c in row if c.fill.fill_type == "solid"]
    return {c.coordinate: c.fill.fgColor.rgb for c in filled}


def lines(book: Workbook) -> list[dict[str, str]]:
    """The list's rows by heading, with the link's target under ``to``."""
    titles = [column.title for column in COLUMNS]
    rows = list(book["校验结果"].iter_rows(max_col=len(titles)))
    start = next(n for n, row in enumerate(rows) if [c.value for c in row] == titles)
    found = []
    for row in rows[start + 1 :]:
        link = row[2].hyperlink
        found.append(
            {t: c.value or "" for t, c in zip(titles, row, strict=True)}
            | {"to": link.location if link else ""}
        )
    return found


def test_each_problem_cell_is_coloured_by_its_severity_and_commented(give) -> None:
    """Red, yellow and blue; the comment says what is wrong and what to do."""
    book = give(report(), problem("B2"), problem("B3", "query"), problem("C4", "note"))
    assert colours(book) == {"B2": RED, "B3": YELLOW, "C4": BLUE}
    text = book["指标表"]["B2"].comment.text
    assert "强制性" in text
    assert "读到“约30”，应为数。" in text
    assert "请改填数字。" in text
    assert "校验结果" in text


def test_the_list_is_the_first_and_only_selected_sheet(give) -> None:
    """The clerk sees the list on opening, and does not type into several sheets at once."""
    book = give(report(), problem("B2"))
    assert book.sheetnames[0] == "校验结果"
    assert book.active.title == "校验结果"
    assert [s.title for s in book.worksheets if s.sheet_view.tabSelected] == ["校验结果"]


def test_everything_that_is_no_problem_stays_as_it_was(give) -> None:
    """Values, formulas, formats, widths, further sheets and protection are kept."""
    original = report()
    sheet = original["指标表"]
    sheet["D1"] = "=SUM(B1:B6)"
    sheet["A1"].fill = OWN
    sheet.column_dimensions["A"].width = 33
    sheet.protection.sheet = True
    book = give(original, problem("B2"))
    kept = book["指标表"]
    assert kept["D1"].value == "=SUM(B1:B6)"
    assert colours(book) == {"A1": "FF112233", "B2": RED}
    assert kept.column_dimensions["A"].width == 33
    assert kept.protection.sheet
    assert not book["校验结果"].protection.sheet
    assert [c.value for c in kept["B"]] == [1, 2, 3, 4, 5, 6]
    assert book["O'Neil 台账"]["A1"].value == "甲"


def test_one_line_per_cause_and_a_link_to_every_cell(give) -> None:
    """Four like cells are one line; each of the four can still be reached."""
    book = give(
        report(),
        *(problem(f"B{n}", value="约30", expected="数") for n in (2, 3, 4, 5)),
        problem("C2", "query"),
    )
    first, second, *rest = lines(book)
    assert (first["级别"], first["处数"], first["to"]) == ("强制性", "4 处↓", "'指标表'!B2")
    assert (first["读到"], first["应为"], first["怎么办"]) == ("约30", "数", "请改填数字。")
    assert (second["级别"], second["处数"], second["to"]) == ("核实性", "", "'指标表'!C2")
    assert [line["to"] for line in rest if line["to"]] == [f"'指标表'!B{n}" for n in (2, 3, 4, 5)]
    count = book["校验结果"].cell(
        next(r for r in range(1, 40) if book["校验结果"].cell(r, 4).value == "4 处↓"), 4
    )
    assert count.hyperlink.location.startswith("'校验结果'!A")


def test_sheet_names_with_quotes_and_blanks_are_linked(give) -> None:
    """The apostrophe in a sheet's name is doubled in the link."""
    book = give(report(), problem("A1", sheet="O'Neil 台账"))
    assert lines(book)[0]["to"] == "'O''Neil 台账'!A1"
    assert colours(book, "O'Neil 台账") == {"A1": RED}


def test_problems_without_a_place_are_listed_without_a_link(give) -> None:
    """A missing sheet or a fault of the whole file has no cell to go to."""
    book = give(
        report(), problem("", sheet="质押融资台账"), problem("B9", sheet="没有的表"), problem("", sheet="")
    )
    assert [(line["位置（点击到达）"], line["to"]) for line in lines(book)] == [
        ("整个文件", ""),
        ("质押融资台账", ""),
        ("没有的表!B9", ""),
    ]


def test_a_problem_in_a_merged_range_marks_its_first_cell(give) -> None:
    """Only the first cell of a merged range can be seen."""
    original = report()
    original["指标表"].merge_cells("B3:C4")
    book = give(original, problem("C4"))
    assert colours(book) == {"B3": RED}
    assert book["指标表"]["B3"].comment is not None
    assert lines(book)[0]["to"] == "'指标表'!B3"


def test_hidden_rows_and_sheets_are_marked_and_the_clerk_is_told(give) -> None:
    """A link to something hidden says how to see it."""
    original = report()
    original["指标表"].row_dimensions[3].hidden = True
    original["指标表"].column_dimensions["C"].hidden = True
    original["O'Neil 台账"].sheet_state = "hidden"
    book = give(
        original,
        problem("B3"),
        problem("C1", code="x"),
        problem("B4", code="y"),
        problem("A1", sheet="O'Neil 台账"),
    )
    by_place = {line["位置（点击到达）"]: line for line in lines(book)}
    assert by_place["指标表!B3"]["怎么办"].endswith(HIDDEN_CELL)
    assert by_place["指标表!C1"]["怎么办"].endswith(HIDDEN_CELL)
    assert not by_place["指标表!B4"]["怎么办"].endswith(HIDDEN_CELL)
    assert by_place["O'Neil 台账!A1"]["to"] == ""
    assert by_place["O'Neil 台账!A1"]["怎么办"].endswith(HIDDEN_SHEET)
    assert colours(book)["B3"] == RED


def test_a_cell_beyond_the_filled_area_is_marked_where_it_is(give) -> None:
    """A blank row in between moves nothing."""
    assert colours(give(report(), problem("H40"))) == {"H40": RED}


def test_two_problems_of_a_cell_share_its_comment_under_the_worse_colour(give) -> None:
    """Both are read in one box."""
    book = give(report(), problem("B2", "query", message="比上月多。"), problem("B2", message="不是数。"))
    assert colours(book) == {"B2": RED}
    text = book["指标表"]["B2"].comment.text
    assert text.index("不是数。") < text.index("比上月多。")


def test_a_range_is_marked_cell_by_cell(give) -> None:
    """A finding about several cells colours all of them."""
    assert colours(give(report(), problem("B2:C3"))) == dict.fromkeys(("B2", "C2", "B3", "C3"), RED)


def test_settled_findings_are_listed_and_not_marked(give) -> None:
    """What is explained or waived needs no colour."""
    book = give(report(), problem("B2", "query", status="explained", explanation="两站合并"))
    assert colours(book) == {}
    assert "两站合并" in lines(book)[0]["怎么办"]


def test_existing_comments_are_kept_beneath_ours(give) -> None:
    """A colleague's remark is not lost."""
    original = report()
    original["指标表"]["B2"].comment = Comment("请小王核对", "李科长")
    text = give(original, problem("B2"))["指标表"]["B2"].comment.text
    assert text.index("应为数") < text.index("李科长") < text.index("请小王核对")


def test_a_returned_copy_sent_again_carries_no_old_mark(give) -> None:
    """The corrected copy gets its own colours, fills and comments back, and a new list."""
    original = report()
    sheet = original["指标表"]
    sheet["B2"].fill = OWN
    sheet["B2"].comment = Comment("请小王核对", "李科长")
    first = give(original, problem("B2"), problem("B3", "query"), problem("C4", "note"))
    second = give(first, problem("B5"))
    assert second.sheetnames == ["校验结果", "指标表", "O'Neil 台账", "_yaodian_marks"]
    assert colours(second) == {"B2": "FF112233", "B5": RED}
    assert (second["指标表"]["B2"].comment.text, second["指标表"]["B2"].comment.author) == (
        "请小王核对",
        "李科长",
    )
    assert second["指标表"]["B3"].comment is None
    assert [line["to"] for line in lines(second)] == ["'指标表'!B5"]


def test_returning_again_and_again_settles(give) -> None:
    """The same findings on the returned copy give the same marks, not marks upon marks."""
    found = [problem("B2"), problem("B3", "query")]
    original = report()
    original["指标表"]["B2"].comment = Comment("请小王核对", "李科长")
    first = give(original, *found)
    third = give(give(first, *found), *found)
    assert third.sheetnames == first.sheetnames
    assert colours(third) == colours(first)
    assert lines(third) == lines(first)
    for cell in ("B2", "B3"):
        assert third["指标表"][cell].comment.text == first["指标表"][cell].comment.text


def test_marks_move_with_rows_that_the_clerk_inserted(give) -> None:
    """The memory refers to cells by formula, which spreadsheet programs adjust; a deleted row is let go."""
    first = give(report(), problem("B2"), problem("B3"))
    sheet = first["指标表"]
    moved = PatternFill("solid", fgColor=RED)
    sheet["B2"].fill, sheet["B2"].comment = PatternFill(), None
    sheet["B7"].fill = moved
    first["_yaodian_marks"]["A1"] = "='指标表'!$B$7"
    first["_yaodian_marks"]["B1"].fill = OWN
    first["_yaodian_marks"]["A2"] = "='指标表'!#REF!"
    assert colours(give(first)) == {"B7": "FF112233"}


def test_our_colours_that_were_copied_elsewhere_are_removed(give) -> None:
    """A clerk who fills a row down copies the colour too."""
    first = give(report(), problem("B2"))
    first["指标表"]["B6"].fill = PatternFill("solid", fgColor=RED)
    assert colours(give(first)) == {}


def test_our_colour_shows_over_the_sheets_own_conditional_formats_and_goes_with_the_mark(give) -> None:
    """A format that whitens filled cells does not hide the mark; the clerk's format stays."""
    original = report()
    white = PatternFill("solid", bgColor="FFFFFFFF")
    original["指标表"].conditional_formatting.add("B1:C6", FormulaRule(formula=["LEN(B1)>0"], fill=white))
    first = give(original, problem("B2"), problem("B3", "query"))
    rules = [
        (str(a.sqref), r.priority, r.dxf.fill.bgColor.rgb)
        for a in first["指标表"].conditional_formatting
        for r in a.rules
    ]
    assert sorted(rules, key=lambda r: r[1])[:2] == [("B2", 1, RED), ("B3", 2, YELLOW)]
    assert rules[-1][0] == "B1:C6"
    second = give(first)
    assert [str(a.sqref) for a in second["指标表"].conditional_formatting] == ["B1:C6"]


def test_a_sheet_of_the_clerks_with_the_lists_name_is_left_alone(give) -> None:
    """Only a list that we drew is replaced."""
    original = report()
    original.create_sheet("校验结果")["A1"] = "我的"
    book = give(give(original, problem("B2")), problem("B2"))
    assert book["校验结果"]["A1"].value == "我的"
    assert len([s for s in book.sheetnames if s.startswith("校验结果")]) == 2


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_no_moment_gets_into_the_file(kind: str, registry: Registry) -> None:
    """The same arguments give the same bytes today and next year: every date inside is fixed."""
    original = bytes_of(report()) if kind == "xlsx" else old_book()
    first = marked_copy.returned_copy(original, kind, [problem("B2")], title="t", form=registry.form)
    assert marked_copy.returned_copy(original, kind, [problem("B2")], title="t", form=registry.form) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties, own = book_of(first).properties, book_of(bytes_of(report())).properties
    assert properties.modified.year == 2000
    assert properties.created.year == (own.created.year if kind == "xlsx" else 2000)


def test_text_that_looks_like_a_formula_stays_text_in_the_list(give) -> None:
    """What the clerk typed is shown, not calculated; nor is their own text in their own sheet."""
    original = report()
    original["指标表"]["B2"].value = "=1+1"
    original["指标表"]["B2"].data_type = "s"
    nasty = '=HYPERLINK("http://x")'
    book = give(original, problem("B2", value=nasty, message=nasty, action=nasty, expected=nasty))
    types = {c.data_type for row in book["校验结果"].iter_rows() for c in row}
    assert "f" not in types
    assert (book["指标表"]["B2"].data_type, book["指标表"]["B2"].value) == ("s", "=1+1")
    assert lines(book)[0]["读到"] == nasty


@pytest.mark.parametrize(
    "formula",
    [
        "='[1]Sheet 1'!A1",
        "=[1]Sheet1!A1+1",
        "=[旧表.xlsx]指标!B2",
        "='C:\\年报\\[旧表.xlsx]指标'!B2",
        "=cmd|'/c calc'!A0",
        '=DDE("a","b","c")',
        '=WEBSERVICE("http://x")',
        "='file:///C:/a.xlsx'#$Sheet1.A1",
    ],
)
def test_formulas_that_reach_out_are_known(formula: str) -> None:
    """Links to other workbooks, DDE and web calls."""
    assert reaches_outside(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(B1:B6)",
        "=表1[金额]",
        "=SUM(表1[[#This Row],[金额]])",
        '=IF(A1="[1]x!",1,2)',
        '=A1&"a|b"',
        "='O''Neil 台账'!A1",
    ],
)
def test_formulas_that_stay_inside_are_left(formula: str) -> None:
    """Structured references, other sheets and texts with brackets are no outside links."""
    assert not reaches_outside(formula)


def test_outside_formulas_are_replaced_by_their_stored_values_and_named(give) -> None:
    """The copy fetches nothing, shows what was there, and says which cells it concerns."""
    original = report()
    original["指标表"]["B2"] = "=[1]Sheet1!A1"
    original["指标表"]["B3"] = ArrayFormula("B3", "=cmd|'/c calc'!A0")
    original["指标表"]["B4"] = "=SUM(B5:B6)"
    content = _with_value(bytes_of(original), b"<f>[1]Sheet1!A1</f><v></v>", b"<f>[1]Sheet1!A1</f><v>7</v>")
    book = give(content)
    assert [book["指标表"][c].value for c in ("B2", "B3", "B4")] == [7, None, "=SUM(B5:B6)"]
    assert any("指标表!B2、指标表!B3" in str(row[0].value) for row in book["校验结果"].iter_rows(max_row=9))


def test_an_xls_comes_back_as_xlsx_with_values_merges_and_marks_in_place(give) -> None:
    """Blank rows and merged ranges keep every cell at its address."""
    book = give(old_book(), problem("B6"), problem("C1", "query"), kind="xls")
    copy = book["指标表"]
    assert (copy["A1"].value, copy["B5"].value, copy["B6"].value) == ("标题", 12, 3.5)
    assert (copy["B7"].value, copy["B7"].data_type) == ("=1+1", "s")
    assert [str(r) for r in copy.merged_cells.ranges] == ["A1:C1"]
    assert colours(book) == {"A1": YELLOW, "B6": RED}


def test_correcting_a_converted_copy_is_no_lifted_protection(give, registry: Registry) -> None:
    """The copy of an .xls was never protected, and the clerk is not told to leave the protection on."""
    unit = registry.unit_by_name["魏都区"]
    original = as_xls(issue(lay_out(registry, unit, Period(2023, 6)), []))
    book = give(original, problem("E5"), kind="xls")
    for copy in (bytes_of(book), bytes_of(give(book, problem("E5")))):
        reading = read_report(copy, "改.xlsx")
        assert isinstance(reading, Reading)
        assert reading.mark is not None
        assert "protection_removed" not in {found.code for found in reading.findings}


def test_a_converted_text_that_was_altered_is_named(give) -> None:
    """A control character cannot be kept, and the list says in which cell one stood."""
    old = xlwt.Workbook()
    old.add_sheet("指标表").write(2, 1, "甲\x01乙")
    buffer = io.BytesIO()
    old.save(buffer)
    book = give(buffer.getvalue(), kind="xls")
    assert book["指标表"]["B3"].value == "甲乙"
    heads = [str(row[0].value) for row in book["校验结果"].iter_rows(max_row=9)]
    assert f"说明：指标表!B3：{REMOVED_CONTROLS}" in heads


def test_what_openpyxl_cannot_load_comes_back_converted(give) -> None:
    """A styles part that only other programs accept costs the formatting, not the answer."""
    broken = _with_value(bytes_of(report()), b'patternType="gray125"', b'patternType="nonsense"')
    book = give(broken, problem("B2"))
    assert colours(book) == {"B2": RED}
    assert [c.value for c in book["指标表"]["B"]] == [1, 2, 3, 4, 5, 6]
    assert any("转存" in str(row[0].value) for row in book["校验结果"].iter_rows(max_row=9))


def test_a_workbook_that_is_too_large_is_answered_with_the_list_alone(give, monkeypatch) -> None:
    """The list names every cell, without copying the sheets."""
    monkeypatch.setattr(marked_copy, "MOST_UNPACKED", 1_000)
    book = give(report(), problem("B2"))
    assert book.sheetnames == ["校验结果", "_yaodian_marks"]
    assert lines(book)[0]["位置（点击到达）"] == "指标表!B2"


def test_macros_do_not_come_back(give) -> None:
    """The city office hands out no program, and says that it was left out."""
    buffer = io.BytesIO(bytes_of(report()))
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("xl/vbaProject.bin", b"macro")
    book = give(buffer.getvalue(), problem("B2"))
    assert book.vba_archive is None
    assert any("宏没有带入" in str(row[0].value) for row in book["校验结果"].iter_rows(max_row=9))


def test_a_long_list_keeps_every_cause_or_says_how_many_are_left(give, monkeypatch) -> None:
    """Nothing is left out in silence."""
    monkeypatch.setattr("flows.correspondence.marked_copies.result_sheet.MOST_LINES", 3)
    found = [problem(f"B{n}", code=f"c{n}") for n in range(1, 6)]
    assert len(group_findings(found)) == 5
    book = give(report(), *found)
    assert any("另有 2 项没有列出" in str(row[0].value) for row in book["校验结果"].iter_rows())


def old_book() -> bytes:
    """An .xls with a merged title, blank rows, two numbers and a text that looks like a formula."""
    old = xlwt.Workbook()
    sheet = old.add_sheet("指标表")
    sheet.write_merge(0, 0, 0, 2, "标题")
    sheet.write(4, 1, 12)
    sheet.write(5, 1, 3.5)
    sheet.write(6, 1, "=1+1")
    buffer = io.BytesIO()
    old.save(buffer)
    return buffer.getvalue()


def _with_value(content: bytes, before: bytes, after: bytes) -> bytes:
    """The package with a text replaced in whichever part holds it."""
    out, found = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            found += part.count(before)
            target.writestr(name, part.replace(before, after))
    assert found
    return out.getvalue()


def test_formulas_come_back_with_the_values_they_last_gave(give, registry: Registry) -> None:
    """A preview that does not calculate shows what the clerk saw."""
    original = report()
    for cell, formula in {
        "D1": "=SUM(B1:B6)",
        "D2": '=IF(B1>0,"ok&","")',
        "D3": "=B1>0",
        "D4": "=1/0",
    }.items():
        original["指标表"][cell] = formula
    content = bytes_of(original)
    for formula, kind, value in (
        ("SUM(B1:B6)", "n", "21"),
        ('IF(B1&gt;0,"ok&amp;","")', "str", "相符&amp;"),
        ("B1&gt;0", "b", "1"),
    ):
        before, after = f"><f>{formula}</f><v></v>", f' t="{kind}"><f>{formula}</f><v>{value}</v>'
        content = _with_value(content, before.encode(), after.encode())
    out = marked_copy.returned_copy(content, "xlsx", [problem("B2")], title="t", form=registry.form)
    copy = load_workbook(io.BytesIO(out), data_only=True)["指标表"]
    assert [copy[c].value for c in ("D1", "D2", "D3", "D4")] == [21, "相符&", True, None]
    assert book_of(out)["指标表"]["D1"].value == "=SUM(B1:B6)"


def test_a_returned_copy_reads_as_the_report_that_it_is_a_copy_of(registry: Registry, county: Unit) -> None:
    """Our list, marks and colours are no part of the report when the copy is dropped again."""
    layout = lay_out(registry, county, Period(2023, 6))
    book = book_of(issue(layout))
    for code, measure in (("3102", "month"), ("3103", "ytd"), ("4201", "month")):
        book[layout.sheet("figures")][layout.figures[code, measure]] = 3
    original = bytes_of(book)
    marked = problem(layout.figures["3102", "month"])
    copy = marked_copy.returned_copy(original, "xlsx", [marked], title="t", form=registry.form)
    before, after = read_report(original, "a.xlsx"), read_report(copy, "a.xlsx")
    assert isinstance(before, Reading)
    assert isinstance(after, Reading)
    for part in ("mark", "cover", "figures", "progress", "ledgers", "findings"):
        assert getattr(after, part) == getattr(before, part)
    assert after.counts.used == before.counts.used
    assert sum(after.counts.ignored.values()) > sum(before.counts.ignored.values())
