"""Puts the values that formulas last gave back into a saved workbook.

openpyxl keeps a formula but drops its value; previews, phones and scripts would see empty cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from flows.platform.safe_text import xlsx_text

#: A formula cell as openpyxl writes it: address, further attributes, formula, empty value.
_CELL = re.compile(
    rb'<c r="([A-Z]+\d+)"((?: s="\d+")?)(?: t="\w+")?>(<f\b.*?</f>|<f\b[^>]*/>)<v ?(?:/>|></v>)</c>'
)


def with_values(sheet_xml: bytes, value_of: Callable[[str], Any]) -> bytes:
    """The sheet with ``value_of(cell)`` stored beside each formula; ``None`` leaves it without a value.

    Numbers, texts and booleans are stored; dates and times are left to be computed on opening.
    """

    def filled(match: re.Match[bytes]) -> bytes:
        cell, style, formula = match.groups()
        kind_and_text = _stored(value_of(cell.decode()))
        if kind_and_text is None:
            return match[0]
        kind, text = kind_and_text
        return b'<c r="%b"%b t="%b">%b<v>%b</v></c>' % (
            cell,
            style,
            kind,
            formula,
            text.encode("ascii", "xmlcharrefreplace"),
        )

    return _CELL.sub(filled, sheet_xml)


def _stored(value: object) -> tuple[bytes, str] | None:
    if isinstance(value, bool):
        return b"b", str(int(value))
    if isinstance(value, int | float):
        return b"n", f"{value:.17g}"
    if isinstance(value, str):
        return b"str", escape(xlsx_text(value).text)
    return None
