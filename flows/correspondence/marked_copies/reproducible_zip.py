"""Saves an openpyxl workbook so that the same content always gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
# openpyxl writes the time of saving here, whatever the properties say.
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_FIXED = rb"\g<1>2000-01-01T00:00:00Z\g<2>"


def save_reproducibly(book: Workbook, rewrite: Callable[[str, bytes], bytes] | None = None) -> bytes:
    """The workbook as a file whose inner dates are fixed. Raises what openpyxl raises on saving.

    ``rewrite`` takes the title and the XML of each worksheet and gives the XML to store.
    """
    draft = io.BytesIO()
    book.save(draft)
    final = io.BytesIO()
    # openpyxl numbers the parts in the order of the worksheets.
    titles = {f"xl/worksheets/sheet{n}.xml": sheet.title for n, sheet in enumerate(book.worksheets, start=1)}
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(final, "w", zipfile.ZIP_DEFLATED) as target:
        for name in dict.fromkeys(source.namelist()):
            content = source.read(name)
            title = titles.get(name)
            if title is not None and rewrite is not None:
                content = rewrite(title, content)
            elif name == _CORE:
                content = _MODIFIED.sub(_FIXED, content)
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, content)
    return final.getvalue()
