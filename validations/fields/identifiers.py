"""Identifiers of enterprises and patents: check characters, and a normal form for comparing them.

统一社会信用代码 by GB 32100-2015, 专利号 by ZC 0006-2003 (sum modulo 11).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from operator import mul

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {letter: value for value, letter in enumerate(_USCC)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_PLAIN_USCC = re.compile(rf"[0-9]{{8}}[{_USCC}]{{10}}")
_PATENT = re.compile(r"(?:ZL)?(\d{12})\.?([\dX])")
#: Variants of brackets and dashes, as people type 〔2023〕; NFKC has made them half-width before.
_BRACKETS_AND_DASHES = str.maketrans("[{【〔〖〈<《]}】〕〗〉>》‐‑‒–—―−", "((((((((" + "))))))))" + "-------")
_UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_PATENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


@lru_cache(maxsize=65536)
def valid_uscc(code: str) -> bool:
    """Whether an 18-character code without spaces has allowed characters and a correct check character."""
    if len(code) != 18:
        return False
    if _PLAIN_USCC.fullmatch(code):  # nearly all codes; python-stdnum is slower
        return code[17] == _USCC[-sum(map(mul, map(_USCC_VALUES.__getitem__, code), _USCC_WEIGHTS)) % 31]
    from stdnum.cn import uscc

    return bool(uscc.is_valid(code))


def valid_patent(text: str) -> bool:
    """Whether ``202310123456.7``, with or without ZL and the point, has the right check character."""
    match = _PATENT.fullmatch(text)
    return match is not None and match[2] == patent_check(match[1])


def patent_check(digits: str) -> str:
    """The check character of twelve digits; 10 is written X."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _PATENT_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


@lru_cache(maxsize=65536)
def same_form(text: str) -> str:
    """A normal form for comparing numbers and names: without spaces, half-width, upper case, plain brackets.

    A 专利号 becomes its digits and check character. Findings always show the text as typed.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = _UNSEEN.sub("", plain).translate(_BRACKETS_AND_DASHES)
    match = _PATENT.fullmatch(plain)
    return plain if match is None else match[1] + match[2]
