"""Check characters: 统一社会信用代码 (GB 32100-2015) and 专利号 (ZC 0006-2003: sum modulo 11)."""

from __future__ import annotations

import re
from functools import lru_cache

_PATENT = re.compile(r"(?:ZL)?(\d{12})\.?([\dX])")
_PATENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


@lru_cache(maxsize=65536)
def valid_uscc(code: str) -> bool:
    """Whether an 18-character code, without spaces, has the right characters and check character."""
    from stdnum.cn import uscc

    return len(code) == 18 and bool(uscc.is_valid(code))


def valid_patent(text: str) -> bool:
    """Whether ``202310123456.7``, with or without ZL and the point, has the right check character."""
    match = _PATENT.fullmatch(text)
    return match is not None and match[2] == patent_check(match[1])


def patent_check(digits: str) -> str:
    """The check character of twelve digits; 10 is written X."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _PATENT_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]
