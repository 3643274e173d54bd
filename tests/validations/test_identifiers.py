"""Check characters of 统一社会信用代码 and 专利号."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validations.identifiers import patent_check, valid_patent, valid_uscc


@pytest.mark.parametrize("code", ["91110000600037341L"])
def test_real_code_is_valid(code: str) -> None:
    """A published code has a right check character, and no other."""
    assert valid_uscc(code)
    assert not any(valid_uscc(code[:-1] + letter) for letter in "0123456789ABCDEFGH")


@pytest.mark.parametrize("code", ["", "91110000600037341", " 91110000600037341L", "91110000600O37341L"])
def test_malformed_code_is_not_valid(code: str) -> None:
    """Wrong length, spaces and letters outside the alphabet are refused, not repaired."""
    assert not valid_uscc(code)


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
