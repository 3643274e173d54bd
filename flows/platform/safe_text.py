"""Text that stays text in every file we write: never a formula, never an unreadable character.

Answers, marked copies and csv files pass what people typed through here. The notes say what was taken
away, so that nothing disappears in silence. The assessment workbook is written by a library that is told
for each cell that it is text; the site and the brief escape in their own way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

#: Excel's longest cell text, in UTF-16 code units.
CELL_LIMIT = 32_767
#: What spreadsheet programs take for the beginning of a formula; the full-width forms are turned into
#: ASCII by some Chinese and Japanese editions when a csv is opened.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
REMOVED_CONTROLS = "已去掉不可见的控制字符"
CUT = "文字过长，只保留前 {limit} 个字符"

# Characters that XML 1.0 cannot hold, C1 controls, and those that reverse the reading direction
# (a file name can hide its extension with them). Tab and line feed stay.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_LINE_ENDS = re.compile("\r\n|\r|\x0b|\x0c|\x85|\u2028|\u2029")
#: OOXML reads ``_x0041_`` inside a text as an escaped character.
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class Safe(NamedTuple):
    """``notes`` are in Chinese and empty when nothing was changed beyond line ends."""

    text: str
    notes: tuple[str, ...] = ()


def clean(text: str, limit: int = CELL_LIMIT) -> Safe:
    """The text without control characters, with ``\\n`` line ends, at most ``limit`` UTF-16 units long."""
    notes: list[str] = []
    even = _LINE_ENDS.sub("\n", text)
    shown = _CONTROLS.sub("", even)
    if shown != even:
        notes.append(REMOVED_CONTROLS)
    cut = _cut(shown, limit)
    if cut != shown:
        notes.append(CUT.format(limit=limit))
    return Safe(cut, tuple(notes))


def single_line(text: str, limit: int = 200) -> str:
    """For names and short values within a line of text: cleaned, blanks joined, cut with an ellipsis."""
    joined = " ".join(clean(text).text.split())
    return joined if len(joined) <= limit else joined[: limit - 1] + "…"


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program might calculate the text instead of showing it."""
    return text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)


def csv_text(text: str) -> Safe:
    """A csv field. What looks like a formula gets a leading apostrophe, which is not removed on reading."""
    safe = clean(text, CELL_LIMIT - 1)
    # Also after cleaning, which may bring to the front what stood behind a control character.
    risky = looks_like_formula(text) or looks_like_formula(safe.text)
    return Safe(f"'{safe.text}", safe.notes) if risky else safe


def xlsx_text(text: str) -> Safe:
    """The text as an OOXML string holds it, for a cell that is written with a string type."""
    safe = clean(text)
    escaped = _LOOKS_ESCAPED.sub("_x005F_", safe.text)
    # Escaping lengthens the stored form only; Excel counts the text that it shows.
    return Safe(escaped, safe.notes)


def put_text(cell: Cell, text: str) -> tuple[str, ...]:
    """Write text into an openpyxl cell so that it stays text, also after the clerk edits the cell.

    Returns the notes of :func:`xlsx_text`.
    """
    safe = xlsx_text(text)
    cell.value = safe.text
    cell.data_type = "s"
    if looks_like_formula(safe.text):
        cell.quotePrefix = True
    return safe.notes


def _cut(text: str, limit: int) -> str:
    """At most ``limit`` UTF-16 code units, never half a surrogate pair."""
    if len(text) * 2 <= limit:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    return text if len(units) <= limit * 2 else units[: limit * 2].decode("utf-16-le", "ignore")
