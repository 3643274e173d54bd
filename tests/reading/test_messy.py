"""Every class of messy report: what is changed, and the findings it must give, as sheet, cell and code."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook

from flows.reading import read_report
from flows.reading.model import FigureCell, Reading
from schemas import Registry, Unit
from schemas.template.layout import lay_out
from tests.reading.workbooks import PERIOD, filled, filled_workbook, saved

Place = tuple[str, str, str]
Mess = Callable[[Workbook], None]
SHEET = "指标表"
CASES = "执法案件台账"


def _set(sheet: str, cell: str, value: object) -> Mess:
    def change(book: Workbook) -> None:
        book[sheet][cell] = value

    return change


def _blank_rows(book: Workbook) -> None:
    book[SHEET].insert_rows(20, 3)


def _moved_columns(book: Workbook) -> None:
    book[SHEET].insert_cols(3)
    book[CASES].insert_cols(1)


def _extra_titles(book: Workbook) -> None:
    book[SHEET].insert_rows(1, 2)
    book[SHEET]["A1"] = "许昌市"


def _renamed_headings(book: Workbook) -> None:
    for cell, text in {"E4": "本　月\n数", "F4": "累计数", "A4": "指标编码"}.items():
        book[SHEET][cell] = text
    book[CASES]["H4"] = "案值（万元）"
    book[CASES]["A4"] = "*案件编号："


def _two_line_headings(book: Workbook) -> None:
    sheet = book[SHEET]
    sheet.insert_rows(5)
    sheet["E4"], sheet["E5"] = "本月", "数"
    sheet["F4"], sheet["F5"], sheet["G5"] = "本年与上年", "本年累计", "上年同期累计"
    sheet["G4"] = None
    sheet.merge_cells("F4:G4")
    for letter in "ABCDHIJK":
        sheet.merge_cells(f"{letter}4:{letter}5")


def _total_row(book: Workbook) -> None:
    book[CASES]["A6"], book[CASES]["H6"], book[CASES]["I6"] = "合 计", 1.5, 0.5


def _wrong_total_row(book: Workbook) -> None:
    book[CASES]["A6"], book[CASES]["H6"] = "合计", 2


def _note_under_table(book: Workbook) -> None:
    book[CASES]["A8"] = "注：案值以立案时为准。"


def _stray(book: Workbook) -> None:
    book[SHEET]["P200"] = "x"
    book[SHEET]["P201"] = 5


def _hidden(book: Workbook) -> None:
    book[SHEET].row_dimensions[5].hidden = True
    book[CASES].column_dimensions["H"].hidden = True
    book["工作进展"].sheet_state = "hidden"


def _numbered_sheets(book: Workbook) -> None:
    book[SHEET].title = "2.指标表"
    book[CASES].title = "附表3 执法案件台账"
    book["工作进展"].title = "工作进展 (2)"


def _renamed_sheet(book: Workbook) -> None:
    book[SHEET].title = "Sheet1"


def _removed_sheet(book: Workbook) -> None:
    del book["工作进展"]


def _copied_sheet(book: Workbook) -> None:
    book.copy_worksheet(book[CASES]).title = f"{CASES} (2)"


def _different_copy(book: Workbook) -> None:
    _copied_sheet(book)
    book[f"{CASES} (2)"]["H5"] = 9


def _two_months(book: Workbook) -> None:
    book.copy_worksheet(book[SHEET]).title = "5月"
    book[SHEET].title = "6月"
    book["5月"]["E5"], book["5月"].protection.sheet = 9, True
    book.move_sheet("5月", -(len(book.sheetnames) - 2))


def _last_month_kept(book: Workbook) -> None:
    _two_months(book)
    book["6月"].title = SHEET


def _divided_ledger(book: Workbook) -> None:
    book.copy_worksheet(book[CASES]).title = "专利案件"
    book[CASES].title = "商标案件"
    book["专利案件"]["A5"] = "魏市监处〔2023〕2号"


def _other_sheet(book: Workbook) -> None:
    book.create_sheet("计算过程")["B2"] = 5


def _other_period(book: Workbook) -> None:
    book["封面"]["C7"] = "2023年7月"


def _other_unit(book: Workbook) -> None:
    book["封面"]["C6"] = "长葛市"


def _unmarked(book: Workbook) -> None:
    del book["_yaodian"]


def _old_version(book: Workbook) -> None:
    book["_yaodian"]["B2"] = "0123456789ab"


def _unprotected(book: Workbook) -> None:
    book[SHEET].protection.sheet = False


def _missing_column(book: Workbook) -> None:
    book[SHEET]["E4"] = "甲乙丙"


def _no_headings(book: Workbook) -> None:
    for letter in "ABCDEFGHIJK":
        book[SHEET][f"{letter}4"] = None


def _repeated_heading(book: Workbook) -> None:
    book[SHEET]["L4"] = "本月数"
    book[SHEET]["L5"] = 4


def _repeated_code(book: Workbook) -> None:
    book[SHEET]["A115"], book[SHEET]["E115"] = 1101, 4


def _code_gone(book: Workbook) -> None:
    book[SHEET]["A7"] = None


def _shown_in_wan(book: Workbook) -> None:
    """Numbers in yuan under formats that show them in 万, as of a figure and of a ledger's row."""
    for sheet, cell, shown in ((SHEET, "F82", '0!.0,"万元"'), (SHEET, "G82", "#,##0"), (CASES, "H5", "0.0,")):
        book[sheet][cell].number_format = shown
        book[sheet][cell] = 4000000
    book[SHEET]["F76"], book[SHEET]["F77"] = 0, "4000000"
    for cell in ("F76", "F77", "K82"):
        book[SHEET][cell].number_format = '0!.0,"万元"'


def _yuan_everywhere(book: Workbook) -> None:
    book[SHEET]["F4"], book[SHEET]["D82"] = "本年累计／期末数（元）", "元"
    for row in (44, 45, 72, 73, 76, 77, 78, 92, 93):
        book[SHEET][f"D{row}"] = None
        book[SHEET][f"F{row}"] = 0


def _ledger_in_yuan(book: Workbook) -> None:
    sheet = book[CASES]
    sheet["H4"], sheet["H5"], sheet["I5"] = "案值（元，立案时）", 15000, 0
    sheet["I4"] = "罚没金额（单位：元）"
    sheet["A6"], sheet["H6"] = "合计", 15000


def _names_exchanged(book: Workbook) -> None:
    """Two rows of which all but the code was moved."""
    sheet = book[SHEET]
    for letter in "BCDEFGHIJK":
        upper, lower = sheet[f"{letter}100"], sheet[f"{letter}112"]
        upper.value, lower.value = lower.value, upper.value


def _titles_exchanged(book: Workbook) -> None:
    sheet = book["工作进展"]
    sheet["B5"].value, sheet["B6"].value = sheet["B6"].value, sheet["B5"].value


def _merged_rows(book: Workbook) -> None:
    for n in (5, 6):
        book[CASES][f"A{n}"], book[CASES][f"B{n}"] = f"魏{n}", "商标"
    book[CASES].merge_cells("H5:H6")


def _cases(*rows: tuple[str, float | None]) -> Mess:
    """The cases ledger with these rows: a word in the first column and a 案值 each."""

    def change(book: Workbook) -> None:
        sheet = book[CASES]
        record = [cell.value for cell in sheet[5]]
        for n, (first, value) in enumerate(rows, start=5):
            for column, given in enumerate(record, start=1):
                sheet.cell(n, column).value = given if first.startswith("魏") else None
            sheet.cell(n, 1).value, sheet.cell(n, 8).value = first, value

    return change


def _merged_columns(book: Workbook) -> None:
    book[CASES]["C5"] = None
    book[CASES].merge_cells("B5:C5")


def _signed(book: Workbook) -> None:
    book[CASES]["A8"], book[CASES]["D8"], book[CASES]["F8"] = "填表人：", "张三", "审核人：李四"


def _dashes(book: Workbook) -> None:
    for column in range(1, 12):
        book[CASES].cell(6, column).value = "/"


def _merged_figures(book: Workbook) -> None:
    """A number over two rows, another over two columns; and an explanation, which may be blank."""
    book[SHEET]["E6"] = book[SHEET]["G9"] = None
    for area in ("E5:E6", "F9:G9", "K5:K6"):
        book[SHEET].merge_cells(area)


_SUBTOTALS = [("魏1", 10), ("魏2", 20), ("小计", 30), ("魏3", 5), ("小计", 5), ("合计", 35)]
_HEADED = [("合计", 30), ("魏1", 10), ("魏2", 20)]
_HEADED_SUBTOTALS = [("小计", 10), ("魏1", 10), ("小计", 20), ("魏2", 20), ("合计", 30)]
_RUNNING = [("魏1", 10), ("合计", 10), ("本年累计", 99)]

MESSES: list[tuple[str, Mess, list[Place]]] = [
    ("full-width number", _set(SHEET, "E5", "１２３"), [(SHEET, "E5", "normalised")]),
    ("approximate number", _set(SHEET, "E5", "约30"), [(SHEET, "E5", "not_a_number")]),
    ("number with its unit", _set(SHEET, "E5", "12 场"), [(SHEET, "E5", "normalised")]),
    ("dash for nothing", _set(SHEET, "E5", "—"), [(SHEET, "E5", "normalised")]),
    ("不适用", _set(SHEET, "E5", "不适用"), []),
    ("blank characters", _set(SHEET, "E5", "  "), []),
    ("formula without result", _set(SHEET, "E5", "=F5"), [(SHEET, "E5", "no_result")]),
    ("error value", _set(SHEET, "E5", "#REF!"), [(SHEET, "E5", "error_value")]),
    ("date in a number cell", _set(SHEET, "E5", PERIOD.start), [(SHEET, "E5", "not_a_number")]),
    ("yuan where 万元 are asked", _set(CASES, "H5", "35000元"), [(CASES, "H5", "unit_converted_in_row")]),
    ("impossible day", _set(CASES, "F5", "2023-02-30"), [(CASES, "F5", "not_a_date")]),
    (
        "year alone in a date cell",
        _set(CASES, "F5", dt.date(1905, 7, 14)),
        [(CASES, "F5", "date_impossible")],
    ),
    ("code as a number", _set(CASES, "E5", 9.14110e17), [(CASES, "E5", "precision_lost")]),
    ("code in lower case", _set(CASES, "E5", "91411000ma3x4y5z6t"), [(CASES, "E5", "normalised")]),
    ("tick for yes", _set(CASES, "J5", "√"), [(CASES, "J5", "normalised")]),
    ("blank rows in the middle", _blank_rows, []),
    ("inserted columns", _moved_columns, []),
    ("extra title rows", _extra_titles, []),
    ("renamed headings", _renamed_headings, []),
    ("two-line headings", _two_line_headings, []),
    ("total row that agrees", _total_row, []),
    ("total row that differs", _wrong_total_row, [(CASES, "H6", "total_row_differs")]),
    ("note under the table", _note_under_table, []),
    ("stray characters", _stray, [(SHEET, "P200", "left_over")]),
    (
        "hidden rows, columns, sheets",
        _hidden,
        [(CASES, "H4", "hidden_cells"), ("工作进展", "", "hidden_sheet"), (SHEET, "A5", "hidden_cells")],
    ),
    ("numbered sheets", _numbered_sheets, []),
    ("renamed sheet", _renamed_sheet, [("Sheet1", "", "sheet_renamed")]),
    ("removed sheet", _removed_sheet, [("工作进展", "", "sheet_missing")]),
    ("copied sheet", _copied_sheet, [(f"{CASES} (2)", "", "sheet_copied")]),
    ("copied and changed sheet", _different_copy, [(f"{CASES} (2)", "", "sheets_alike")]),
    ("two sheets of one kind", _two_months, [("5月", "", "sheet_renamed"), ("6月", "", "sheets_alike")]),
    ("last month's sheet beside", _last_month_kept, [("5月", "", "sheet_not_used")]),
    (
        "ledger on two sheets",
        _divided_ledger,
        [("专利案件", "", "sheets_alike"), ("商标案件", "", "sheet_renamed")],
    ),
    ("further sheet", _other_sheet, [("计算过程", "", "sheet_not_used")]),
    ("template of another month", _other_period, [("封面", "C7", "template_of_other_period")]),
    ("template without mark", _unmarked, [("", "", "template_unmarked")]),
    ("template of an earlier version", _old_version, [("", "", "template_outdated")]),
    ("protection removed", _unprotected, [("", "", "protection_removed")]),
    ("heading nobody knows", _missing_column, [(SHEET, "", "column_missing"), (SHEET, "E5", "left_over")]),
    ("no headings", _no_headings, [(SHEET, "", "headings_not_found"), (SHEET, "A1", "left_over")]),
    ("heading twice", _repeated_heading, [(SHEET, "L4", "heading_repeated"), (SHEET, "E5", "left_over")]),
    ("code twice", _repeated_code, [(SHEET, "A115", "code_repeated")]),
    ("code deleted", _code_gone, [(SHEET, "A7", "normalised")]),
    ("unknown code", _set(SHEET, "A115", "9901"), [(SHEET, "A115", "unknown_code")]),
    ("another unit's code", _set(SHEET, "A115", "3205"), [(SHEET, "", "other_units_codes")]),
    (
        "numbers shown divided",
        _shown_in_wan,
        [(SHEET, "F82", "shown_scaled"), (CASES, "H5", "shown_scaled"), (SHEET, "F77", "normalised")],
    ),
    ("unit in yuan", _set(SHEET, "D82", "元"), [(SHEET, c, "unit_converted") for c in ("F82", "G82")]),
    ("unit written otherwise", _set(SHEET, "D82", " （人民币）万 元"), []),
    ("unit gone", _set(SHEET, "D82", None), []),
    ("dash for the unit", _set(SHEET, "D82", "—"), []),
    ("unit of another kind", _set(SHEET, "D100", "件"), [(SHEET, "D100", "unit_not_convertible")]),
    ("heading against the units", _set(SHEET, "F4", "本年累计（元）"), [(SHEET, "F4", "units_contradict")]),
    ("heading with the units", _set(SHEET, "F4", "本年累计（万元）"), []),
    ("heading and units in yuan", _yuan_everywhere, [(SHEET, c, "unit_converted") for c in ("F82", "G82")]),
    ("ledger in yuan", _ledger_in_yuan, [(CASES, "H5", "unit_converted_in_row")]),
    ("ledger in dollars", _set(CASES, "H4", "案值（万美元）"), [(CASES, "H4", "unit_not_convertible")]),
    ("words in a heading's brackets", _set(CASES, "H4", "案值（立案时）"), []),
    (
        "names of other codes",
        _names_exchanged,
        [(SHEET, "A100", "code_of_other_name"), (SHEET, "A112", "code_of_other_name")],
    ),
    ("name misspelt", _set(SHEET, "C100", "媒体报到"), []),
    (
        "titles of other work points",
        _titles_exchanged,
        [("工作进展", "A5", "point_of_other_title"), ("工作进展", "A6", "point_of_other_title")],
    ),
    ("cells merged over rows", _merged_rows, [(CASES, "H5", "merged_rows")]),
    ("subtotals", _cases(*_SUBTOTALS), []),
    ("wrong subtotal", _cases(*_SUBTOTALS[:4], ("小计", 35)), [(CASES, "H9", "total_row_differs")]),
    (
        "wrong total behind subtotals",
        _cases(*_SUBTOTALS[:5], ("合计", 36)),
        [(CASES, "H10", "total_row_differs")],
    ),
    ("total above its rows", _cases(*_HEADED), []),
    ("wrong total above its rows", _cases(("合计", 31), *_HEADED[1:]), [(CASES, "H5", "total_row_differs")]),
    ("subtotals above their rows", _cases(*_HEADED_SUBTOTALS), []),
    ("running total", _cases(*_RUNNING), []),
    ("nothing this month", _cases(("本月无", None)), []),
    ("end of the table", _set(CASES, "A8", "以下空白"), []),
    ("signatures", _signed, []),
    ("row of dashes", _dashes, []),
    ("count of records in words", _set(CASES, "A6", "合计（1个）"), []),
    ("row of one cell", _set(CASES, "A6", "另有两件待录"), [(CASES, "A6", "not_a_record")]),
    ("cells merged sideways", _merged_columns, [(CASES, "B5", "merged_columns")]),
    ("figures merged", _merged_figures, [(SHEET, "E5", "merged_figures")]),
    ("unit nobody knows", _set("封面", "C6", "某某局"), [("封面", "C6", "cover_unit_unknown")]),
    ("no period", _set("封面", "C7", None), [("封面", "C7", "cover_required")]),
    ("period unclear", _set("封面", "C7", "上月"), [("封面", "C7", "not_a_period")]),
    ("words beside the cover's title", _set("封面", "F3", "另有2件未计入"), [("封面", "F3", "left_over")]),
    ("words beside a field", _set("封面", "D9", "（代）"), [("封面", "D9", "left_over")]),
    ("words under the fields", _set("封面", "B14", "另有2件未计入"), [("封面", "B14", "left_over")]),
    ("instructions on the cover", _set("封面", "B16", "填报须知"), []),
    ("month as a number of one decimal", _set("封面", "C7", 2023.1), [("封面", "C7", "not_a_period")]),
    ("clerk not named", _set("封面", "C8", None), [("封面", "C8", "cover_blank")]),
]


def _read(data: bytes) -> Reading:
    reading = read_report(data, "报表.xlsx")
    assert isinstance(reading, Reading), reading
    return reading


def _filled_cells(data: bytes) -> int:
    return sum(
        cell.value is not None
        for sheet in load_workbook(io.BytesIO(data))
        for row in sheet.iter_rows()
        for cell in row
    )


@pytest.mark.parametrize(("change", "expected"), [m[1:] for m in MESSES], ids=[m[0] for m in MESSES])
def test_each_mess_gives_its_findings(
    registry: Registry, county: Unit, change: Mess, expected: list[Place]
) -> None:
    """A mess gives the findings promised, at their cells, and no others; every filled cell is counted.

    The filled cells are counted by another program than the one that reads.
    """
    data = filled(registry, county, change)
    reading = _read(data)
    assert sorted((f.sheet, f.cell, f.code) for f in reading.findings) == sorted(expected)
    assert all(f.message and f.action for f in reading.findings)
    assert reading.counts.total == _filled_cells(data)


@pytest.mark.parametrize(
    "change",
    [
        _blank_rows,
        _moved_columns,
        _extra_titles,
        _renamed_headings,
        _two_line_headings,
        _total_row,
        _numbered_sheets,
        _renamed_sheet,
        _hidden,
        _copied_sheet,
    ],
)
def test_moved_and_renamed_things_read_the_same(registry: Registry, county: Unit, change: Mess) -> None:
    """Where things stand makes no difference to the values that are read."""
    plain, messy = _read(filled(registry, county)), _read(filled(registry, county, change))

    def figures(reading: Reading) -> list[tuple[object, ...]]:
        return [(c.indicator, c.measure, c.value, c.text, c.raw, c.state) for c in reading.figures]

    def ledgers(reading: Reading) -> list[list[object]]:
        return [
            [(n, c.value, c.text, c.raw, c.state) for n, c in row.cells.items()] for row in reading.ledgers
        ]

    assert figures(messy) == figures(plain)
    assert ledgers(messy) == ledgers(plain)
    assert [(p.work_point, p.field, p.text) for p in messy.progress] == [
        (p.work_point, p.field, p.text) for p in plain.progress
    ]


def test_a_cell_is_cited_where_it_stands_in_the_file(registry: Registry, county: Unit) -> None:
    """After rows and columns were inserted, addresses are those of the file as sent."""

    def change(book: Workbook) -> None:
        book[SHEET].insert_rows(5, 2)
        book[SHEET].insert_cols(1)

    first = _read(filled(registry, county, change)).figures[0]
    assert (first.sheet, first.cell) == (SHEET, "F7")


def test_a_clean_report_reads_as_written(registry: Registry, county: Unit) -> None:
    """Every input of the unit's indicators is read, with the unit of measure's own value and its raw text."""
    reading = _read(filled(registry, county))
    layout = lay_out(registry, county, PERIOD)
    assert reading.findings == []
    assert {(c.indicator, c.measure) for c in reading.figures} == {
        (i.code, m) for i in layout.indicators for m in (*i.measures, "explanation")
    }
    assert all(c.cell == layout.figures[c.indicator, c.measure] for c in reading.figures)
    cell = next(c for c in reading.figures if c.indicator == "4201" and c.measure == "ytd")
    assert cell == FigureCell("4201", "ytd", 1.0, None, "1", "used", SHEET, cell.cell)
    assert reading.cover["period"].text == "2023-06"
    assert reading.cover["unit"].text == county.name
    assert reading.mark is not None
    assert reading.mark.unit_code == county.code


def test_a_unit_beside_the_table_says_what_its_numbers_are_in(registry: Registry, county: Unit) -> None:
    """Numbers in a row or under a heading in yuan come out in 万元, with the text as typed."""

    def change(book: Workbook) -> None:
        book[SHEET]["D82"], book[SHEET]["F82"], book[SHEET]["G82"] = "元", 4000000, "3,500元"
        _ledger_in_yuan(book)

    reading = _read(filled(registry, county, change))
    figures = {(c.indicator, c.measure): (c.value, c.raw) for c in reading.figures}
    assert figures["4207", "stock"] == (400.0, "4000000")
    assert figures["4207", "prior_stock"] == (0.35, "3,500元")
    (case,) = (row for row in reading.ledgers if row.ledger == "cases")
    assert (case.cells["case_value"].value, case.cells["penalty"].value) == (1.5, 0.0)
    (told,) = (f for f in reading.findings if f.cell == "F82")
    assert "D82 写作“元”" in told.message
    assert "把 D82 的“元”改回“万元”" in told.action


def test_figures_of_an_unclear_row_are_nobodys(registry: Registry, county: Unit) -> None:
    """Where code and name are of two indicators, neither gets the row's figures."""
    reading = _read(filled(registry, county, _names_exchanged))
    cells = [c for c in reading.figures if c.indicator in ("5202", "5502")]
    assert {(c.value, c.state) for c in cells} == {(None, "rejected")}
    told = next(f for f in reading.findings if f.cell == "A100")
    assert "C100" in told.message
    assert "5502" in told.message


def test_an_absent_row_gives_no_cells(registry: Registry, county: Unit) -> None:
    """A deleted indicator row is left to validation, which knows what must be there."""
    reading = _read(filled(registry, county, lambda book: book[SHEET].delete_rows(5)))
    assert "1101" not in {c.indicator for c in reading.figures}


def test_a_lost_column_is_one_finding(registry: Registry, county: Unit) -> None:
    """Cells of a column without heading read as rejected, so that nothing asks for each of them again."""
    reading = _read(filled(registry, county, _missing_column))
    months = [c for c in reading.figures if c.measure == "month"]
    assert {c.state for c in months} == {"rejected"}


def test_absence_zero_and_not_applicable_are_kept_apart(registry: Registry, county: Unit) -> None:
    """Blank and a dash are missing, 无 is zero, 不适用 is declared."""

    def change(book: Workbook) -> None:
        for cell, value in {"E5": None, "F5": "/", "G5": "无", "E6": "不适用"}.items():
            book[SHEET][cell] = value

    states = [(c.state, c.value) for c in _read(filled(registry, county, change)).figures]
    assert states[:3] == [("missing", None), ("missing", None), ("normalised", 0.0)]
    assert states[4] == ("not_applicable", None)


def test_the_year_of_the_mark_chooses_the_registry(registry: Registry, county: Unit) -> None:
    """A template of a year without registry is read with the latest, and says so."""
    reading = _read(filled(registry, county, _set("_yaodian", "B1", "2019")))
    assert [f.code for f in reading.findings] == ["template_of_other_year"]


def test_template_of_another_unit(registry: Registry, county: Unit) -> None:
    """A county that fills another's template is told so, beside what follows from it."""
    codes = [f.code for f in _read(filled(registry, county, _other_unit)).findings]
    assert codes == ["template_of_other_unit"]


def test_reading_twice_gives_the_same(registry: Registry, county: Unit) -> None:
    """Reading is pure."""
    data = saved(filled_workbook(registry, county))
    assert _read(data) == _read(data)
