"""Check characters of 统一社会信用代码 and 专利号."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from validations.fields.identifiers import patent_check, same_form, valid_patent, valid_uscc


@pytest.mark.parametrize("code", ["91110000600037341L"])
def test_real_code_is_valid(code: str) -> None:
    """A published code has a right check character, and no other."""
    assert valid_uscc(code)
    assert not any(valid_uscc(code[:-1] + letter) for letter in "0123456789ABCDEFGH")


@pytest.mark.parametrize("code", ["", "91110000600037341", " 91110000600037341L", "91110000600O37341L"])
def test_malformed_code_is_not_valid(code: str) -> None:
    """Wrong length, spaces and letters outside the alphabet are refused, not repaired."""
    assert not valid_uscc(code)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZab -０Ａ", min_size=17, max_size=19), st.booleans())
def test_code_is_valid_as_for_python_stdnum(text: str, made: bool) -> None:
    """The short way for plain codes and the library agree on every text of 18 characters."""
    if made and uscc.compact(text)[:17].isalnum() and text.isascii() and not set("IOSVZ") & set(text.upper()):
        text = f"91411000{text[:9].upper()}"
        text += uscc.calc_check_digit(text) if len(uscc.compact(text)) == 17 else ""
    assert valid_uscc(text) == (len(text) == 18 and uscc.is_valid(text))


@given(st.text("0123456789", min_size=12, max_size=12))
def test_patent_number_has_one_right_check_character(digits: str) -> None:
    """Of the eleven characters exactly one is right, with or without ZL and the point."""
    right = [c for c in "0123456789X" if valid_patent(f"ZL{digits}.{c}")]
    assert right == [patent_check(digits)]
    assert valid_patent(digits + right[0])


@pytest.mark.parametrize("text", ["", "ZL2023", "ZL202310123456.", "CN202310123456.7", "2023101234567Y"])
def test_malformed_patent_number_is_not_valid(text: str) -> None:
    """Anything else is no patent number."""
    assert not valid_patent(text)


@pytest.mark.parametrize(
    "written",
    [
        ["Y2023980020022", "Y2023 980020022", "ｙ２０２３９８００２００２２", "Y2023\u200b980020022\n"],
        ["ZL201810012345.6", "ZL2018 1 0012345.6", "201810012345.6", "zl2018100123456", "2018100123456"],
        ["魏市监处〔2023〕1号", "魏市监处[2023]1号", "魏市监处（2023）1号", "魏市监处【2023】1 号"],
        ["PZ-2023-01", "PZ—2023—01", "PZ－2023－01", "pz–2023–01"],
    ],
)
def test_one_number_is_the_same_however_it_is_typed(written: list[str]) -> None:
    """Spaces, width, case, brackets and dashes make no difference; of a patent neither ZL nor the point."""
    assert len({same_form(text) for text in written}) == 1


def test_different_numbers_stay_different() -> None:
    """What is compared keeps every character that tells two numbers apart."""
    different = ["Y2023-1", "Y2023-11", "Y20231-1", "Y20231", "魏〔2023〕1号", "禹〔2023〕1号", "魏2023〕1号"]
    assert len({same_form(text) for text in different}) == len(different)
