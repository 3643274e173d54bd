"""What .xls and .ods say beside their values: errors, hidden rows, merged cells, the date system."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.reading import Limits
from flows.reading.files import ods_facts, xls_facts
from flows.reading.files.file_kind import kind_of
from flows.reading.files.guard import guard
from flows.reading.files.workbook import open_workbook
from flows.reading.files.xlsx_facts import SheetFacts
from flows.reading.refusal import NotReadable
from tests.reading import files

_TABLE = "urn:oasis:names:tc:opendocument:xmlns"


def _xls(*, from_1904: bool = False) -> bytes:
    """An .xls whose B2 holds an error, whose C2 is a formula; row 3 and column D are hidden."""
    book = xlwt.Workbook()
    book.dates_1904 = from_1904
    sheet = book.add_sheet("台账")
    for row in range(300):
        sheet.write(row, 0, f"第{row}行")
    sheet.row(1).set_cell_error(1, "#DIV/0!")
    sheet.write(1, 2, xlwt.Formula("1/0"))
    sheet.row(2).hidden = True
    sheet.col(3).hidden = True
    sheet.write(2, 3, 5)
    book.add_sheet("second").row(0).set_cell_error(0, "#N/A!")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _with_stored_error(xls: bytes) -> bytes:
    """The formula of C2 with #N/A for its result, as Excel stores it; xlwt stores 0."""
    head = b"\x01\x00\x02\x00"
    at = xls.index(head, xls.index(b"\x06\x00"))
    while xls[at - 4 : at - 2] != b"\x06\x00":
        at = xls.index(head, at + 1)
    return xls[: at + 6] + b"\x02\x00\x2a\x00\x00\x00\xff\xff" + xls[at + 14 :]


def _ods(rows: str, settings_: str = "", columns: str = "") -> bytes:
    return files.ods(
        f'<office:document-content xmlns:office="{_TABLE}:office:1.0" xmlns:table="{_TABLE}:table:1.0" '
        f'xmlns:text="{_TABLE}:text:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:'
        f'xmlns:calcext:1.0" office:version="1.2"><office:body><office:spreadsheet>{settings_}'
        f'<table:table table:name="台账">{columns}{rows}</table:table>'
        f"</office:spreadsheet></office:body></office:document-content>"
    )


def _cell(attributes: str, text: str) -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


_MARKED = (
    'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'
)
_AS_ZERO = 'table:formula="of:=1/0" office:value-type="float" office:value="0"'


def test_errors_of_an_xls_are_no_blanks() -> None:
    """An error cell, and a formula whose stored result is an error, read as errors in every sheet."""
    first, second = open_workbook(_with_stored_error(_xls()), Limits()).grids
    assert [first.value(1, 1), first.value(1, 2), second.value(0, 0)] == ["#DIV/0!", "#N/A", "#N/A"]
    assert first.value(1, 0) == "第1行"


def test_hidden_rows_and_columns_of_an_xls_are_known() -> None:
    """Rows and columns that an .xls hides are known as those of an .xlsx are."""
    grid = open_workbook(_xls(), Limits()).grids[0]
    assert (grid.hidden_rows, grid.hidden_columns) == ({2}, {3})


@pytest.mark.parametrize("from_1904", [False, True])
def test_the_date_system_of_an_xls_is_known(from_1904: bool) -> None:
    """A number without a date format counts from the day that the workbook says."""
    assert open_workbook(_xls(from_1904=from_1904), Limits()).from_1904 is from_1904


def test_an_xls_of_many_sheets_is_refused() -> None:
    """The bound on sheets holds for .xls as well."""
    data = _xls()
    with pytest.raises(NotReadable, match="too_large"):
        guard(data, kind_of(data), Limits(sheets=1))


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_xls_is_no_exception_of_ours(data: st.DataObject) -> None:
    """Bytes changed or cut anywhere give facts or none."""
    damaged = bytearray(_XLS)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.one_of(st.integers(0, 600), st.integers(0, len(damaged) - 1)))
        damaged[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(1, len(damaged))))
    sheets, _ = xls_facts.survey(bytes(damaged[:cut]), Limits())
    assert all(isinstance(facts, SheetFacts) for facts in sheets.values())


@pytest.mark.parametrize("attributes", [_MARKED, _AS_ZERO], ids=["as LibreOffice marks it", "with a 0"])
@pytest.mark.parametrize("text", ["#DIV/0!", "#N/A", "Err:502"])
def test_errors_of_an_ods_are_no_values(attributes: str, text: str) -> None:
    """An error reads as that error, neither as blank nor as the number stored beside it."""
    row = f"<table:table-row><table:table-cell/>{_cell(attributes, text)}</table:table-row>"
    assert open_workbook(_ods(row), Limits()).grids[0].value(0, 1) == text


def test_what_an_ods_repeats_and_comments_is_counted() -> None:
    """Repeated rows and cells shift those behind them; a comment's text is no cell's."""
    note = f"<table:table-cell {_AS_ZERO}><office:annotation><text:p>#N/A</text:p></office:annotation>"
    rows = (
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        f'<table:table-row><table:table-cell table:number-columns-repeated="2"/>{_cell(_MARKED, "#REF!")}'
        f"{note}<text:p>0</text:p></table:table-cell></table:table-row>"
    )
    facts = ods_facts.survey(_content(_ods(rows)), Limits())[0]["台账"]
    assert facts.broken == {(3, 2): "#REF!"}


def test_hidden_and_merged_cells_and_the_date_system_of_an_ods_are_known() -> None:
    """Filtered rows, hidden columns, merged cells and days from 1904 are known."""
    dates = (
        "<table:calculation-settings><table:null-date table:date-value='1904-01-01'/>"
        "</table:calculation-settings>"
    )
    columns = "<table:table-column/><table:table-column table:visibility='collapse'/>"
    spanned = 'table:number-rows-spanned="2" office:value-type="string"'
    rows = (
        f"<table:table-row>{_cell(spanned, '甲')}</table:table-row>"
        '<table:table-row table:visibility="filter"><table:covered-table-cell/>'
        f"{_cell('', '乙')}</table:table-row>"
    )
    book = open_workbook(_ods(rows, dates, columns), Limits())
    grid = book.grids[0]
    assert (book.from_1904, grid.hidden_rows, grid.hidden_columns) == (True, {1}, {1})
    assert grid.merged == ((0, 0, 1, 0),)


def test_errors_without_end_in_an_ods_are_refused() -> None:
    """An error repeated over the sheet is no memory's end."""
    row = f'<table:table-row table:number-rows-repeated="1048576">{_cell(_MARKED, "#N/A")}</table:table-row>'
    with pytest.raises(NotReadable, match="too_large"):
        ods_facts.survey(_content(_ods(row)), Limits(cells=1000))


def test_entities_in_an_ods_are_refused() -> None:
    """No part of a report has a reason to declare entities."""
    content = _content(_ods("")).decode()
    data = files.ods(f'<!DOCTYPE x [<!ENTITY a "b">]>{content}')
    with pytest.raises(NotReadable, match="forbidden_content"):
        open_workbook(data, Limits())


def _content(ods: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(ods)) as package:
        return package.read("content.xml")


_XLS = _xls()
