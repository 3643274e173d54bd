"""Number formats that show less than a cell holds: 0!.0,"万元" shows 4000000 as 400.0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from flows.reading.files.xlsx_facts import column_index

_FORMAT = re.compile(rb"<(?:[\w.-]+:)?numFmt\s[^<>]*>")
_STYLES = re.compile(rb"<(?:[\w.-]+:)?cellXfs\b.*?</(?:[\w.-]+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:[\w.-]+:)?xf\s[^<>]*>")
_ATTRIBUTE = re.compile(rb"""\s(\w+)=(?:"([^"]*)"|'([^']*)')""")
#: A cell that holds a value or a formula; a sheet may well have a million that only hold a style.
_CELL = re.compile(rb"<(?:[\w.-]+:)?c(\s[^<>]*)(?<!/)>\s*<(?:[\w.-]+:)?[vf]\b")
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
#: ECMA-376 part 1, 18.8.31: text as it stands, what pads or leaves room, colours and conditions.
_POINT_AS_TEXT = re.compile(r'[\\!]\.|"\."')
_TEXT = re.compile(r'"[^"]*"|[\\!_*].|\[[^\]]*\]')
#: A comma behind the last digit divides by a thousand; a point that is text stands between the digits of
#: a whole number.
_SCALES = re.compile(r"[0#?],+(?![0#?,])|[0#?]¤[0#?]")


def scales(code: str) -> bool:
    """Whether a format shows less than there is. Per cent, which shows more, is not meant."""
    return _SCALES.search(_TEXT.sub("", _POINT_AS_TEXT.sub("¤", code))) is not None


def scaling_styles(xml: bytes) -> dict[str, str]:
    """Number of a cell style -> its format, of a workbook's styles; nearly always empty."""
    codes = {
        given["numFmtId"]: code
        for given in map(_attributes, _FORMAT.findall(xml))
        if "numFmtId" in given and scales(code := given.get("formatCode", ""))
    }
    styles = _STYLES.search(xml) if codes else None
    if styles is None:
        return {}
    used = [_attributes(style).get("numFmtId", "") for style in _STYLE.findall(styles[0])]
    return {str(number): codes[name] for number, name in enumerate(used) if name in codes}


def scaled_cells(xml: bytes, styles: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Row and column from 0 -> format, of the filled cells of a sheet in one of ``styles``."""
    found: dict[tuple[int, int], str] = {}
    for cell in _CELL.finditer(xml) if styles else ():
        given = _attributes(cell[1])
        address = _ADDRESS.fullmatch(given.get("r", ""))
        if address is not None and given.get("s") in styles:
            found[int(address[2]) - 1, column_index(address[1])] = styles[given["s"]]
    return found


def _attributes(element: bytes) -> dict[str, str]:
    pairs = _ATTRIBUTE.findall(element)
    return {name.decode(): unescape((one or other).decode("utf-8", "replace")) for name, one, other in pairs}
