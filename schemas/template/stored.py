"""Saves a workbook as bytes that depend only on its content."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

from openpyxl.workbook import Workbook

#: openpyxl always writes the time of saving into this element.
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_ENTRY_DATE = (1980, 1, 1, 0, 0, 0)
#: Codes and register numbers are text on purpose; Excel would mark each with a green corner.
_TEXT_IS_MEANT = (
    b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors></worksheet>'
)


def stored(workbook: Workbook, moment: dt.datetime) -> bytes:
    """The workbook's .xlsx bytes, with ``moment`` (naive, taken as UTC) for every date in it."""
    workbook.properties.created = moment
    saved, out = io.BytesIO(), io.BytesIO()
    workbook.save(saved)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            elif name.startswith("xl/worksheets/sheet"):
                content = content.replace(b"</worksheet>", _TEXT_IS_MEANT)
            entry = zipfile.ZipInfo(name, _ENTRY_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every system
            entry.external_attr = 0o600 << 16
            target.writestr(entry, content)
    return out.getvalue()
