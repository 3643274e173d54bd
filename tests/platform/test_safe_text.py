"""Text that stays text, whatever people type."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from flows.platform.safe_text import (
    CELL_LIMIT,
    CUT,
    REMOVED_CONTROLS,
    clean,
    csv_text,
    looks_like_formula,
    put_text,
    single_line,
)

ANY_TEXT = st.text(st.characters(), max_size=60)
NASTY = st.builds(
    lambda start, rest: start + rest, st.sampled_from(["=", "+", "-", "@", "\t", "\r", " =", "＝"]), ANY_TEXT
)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    """What was cleaned is clean, and says nothing about itself."""
    once = clean(text).text
    assert clean(once) == (once, ())


@given(ANY_TEXT)
def test_a_cleaned_text_can_be_written_as_xml_and_utf8(text: str) -> None:
    """No character is left that XML 1.0 or UTF-8 cannot hold."""
    shown = clean(text).text
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert all(c in "\t\n" or c >= " " for c in shown)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(ANY_TEXT, NASTY), min_size=1, max_size=30))
def test_text_put_into_a_cell_comes_back_as_the_same_text(texts: list[str]) -> None:
    """A cell holds the cleaned text with a string type, for openpyxl and for calamine."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row, text in enumerate(texts, start=1):
        put_text(sheet.cell(row, 1), f"{text}·")
    buffer = io.BytesIO()
    book.save(buffer)
    again = load_workbook(io.BytesIO(buffer.getvalue())).worksheets[0]
    assert {again.cell(row, 1).data_type for row in range(1, len(texts) + 1)} == {"s"}
    read = CalamineWorkbook.from_filelike(io.BytesIO(buffer.getvalue())).get_sheet_by_index(0).to_python()
    assert [row[0] for row in read] == [clean(f"{text}·").text for text in texts]


@given(st.one_of(ANY_TEXT, NASTY))
def test_no_csv_field_begins_like_a_formula(text: str) -> None:
    """A csv field never begins with a character that a spreadsheet program calculates."""
    assert not looks_like_formula(csv_text(text).text)


@pytest.mark.parametrize(
    "text",
    ["\x1b=1", "=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "  =cmd|'/c calc'!A0"],
)
def test_formula_like_text_gets_an_apostrophe_in_csv_and_a_quote_prefix_in_xlsx(text: str) -> None:
    """The text is kept whole behind the mark that makes it text."""
    assert csv_text(text).text == "'" + clean(text).text
    cell = Workbook().worksheets[0]["A1"]
    put_text(cell, text)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_an_error_like_text_is_no_error_value() -> None:
    """``#REF!`` typed by a person stays a text."""
    cell = Workbook().worksheets[0]["A1"]
    put_text(cell, "#REF!")
    assert cell.data_type == "s"


def test_removed_controls_are_said() -> None:
    """Control characters and direction overrides go, and the notes say so."""
    assert clean("a\x00b\u202ecod.exe") == ("abcod.exe", (REMOVED_CONTROLS,))


def test_line_ends_of_all_systems_become_one() -> None:
    """Line ends are unified in silence, because nothing is lost."""
    assert clean("a\r\nb\rc\u2028d") == ("a\nb\nc\nd", ())


def test_over_long_text_is_cut_between_characters_and_said() -> None:
    """The limit counts UTF-16 units, and a character outside the first plane is never halved."""
    text = "a" * (CELL_LIMIT - 1) + "𠮷"
    assert clean(text) == ("a" * (CELL_LIMIT - 1), (CUT.format(limit=CELL_LIMIT),))
    assert clean("字" * CELL_LIMIT).notes == ()


def test_a_single_line_has_no_line_end_and_is_cut_with_an_ellipsis() -> None:
    """A name with line ends stays on its line."""
    assert single_line("甲\n 乙\t丙") == "甲 乙 丙"
    assert single_line("一" * 300, limit=5) == "一一一一…"
