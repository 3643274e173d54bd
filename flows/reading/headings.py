"""Headings, labels and sheet names as they are compared: width, spaces and marks make no difference."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

_BRACKETED = re.compile(r"[(\[【〔<《][^()\[\]【】〔〕<>《》]*[)\]】〕>》]")
_MARKS = re.compile(r"[\s*※★:;,.。、_'\"“”\-—]+")
_PIECES = re.compile(r"[,;:、，；：]")
_NUMBERING = re.compile(r"^(附件|附表|表)?[0-9一二三四五六七八九十]{1,3}(?=[^0-9%])|[(]?[0-9]{1,2}[)]?$")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text that headings are compared by; brackets are kept in half width."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=8192)
def bare(text: str) -> str:
    """As :func:`plain`, without anything in brackets: 案值（万元） is 案值."""
    return plain(_BRACKETED.sub("", unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=8192)
def bracketed(text: str) -> tuple[str, ...]:
    """What :func:`bare` leaves out, piece by piece: 案值（万元，立案时） has 万元 and 立案时."""
    parts = _BRACKETED.findall(unicodedata.normalize("NFKC", text))
    return tuple(plain(piece) for part in parts for piece in _PIECES.split(part[1:-1]))


@lru_cache(maxsize=1024)
def unnumbered(text: str) -> str:
    """A sheet name without numbering: 2.指标表, 附表2 指标表, 指标表 (2) are all 指标表."""
    return _NUMBERING.sub("", plain(bare(text) or text))


class Names:
    """Known names -> what they stand for. Titles and aliases are data of the registry."""

    def __init__(self, named: Mapping[str, Sequence[str]]) -> None:
        self._meaning: dict[str, str] = {}
        for what, names in named.items():
            for name in names:
                self._meaning.setdefault(plain(name), what)
        # Looser forms never displace a name that is known as it stands.
        for what, names in named.items():
            for name in names:
                self._meaning.setdefault(bare(name), what)
        self._meaning.pop("", None)

    def find(self, text: object) -> str | None:
        """What a text stands for, or None."""
        if not isinstance(text, str) or not text or len(text) > 60:
            return None
        return self._meaning.get(plain(text)) or self._meaning.get(bare(text))
