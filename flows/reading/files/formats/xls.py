"""Workbooks of Excel 5.0 to 2003 (.xls), and WPS's .et, which is the same."""

from __future__ import annotations

from collections.abc import Collection

from flows.reading.files import xls_facts
from flows.reading.files.source_format import Guarded, Kind, Signature, SourceFormat
from flows.reading.limits import Limits

_OLE = "d0cf11e0a1b11ae1"


def _survey(content: bytes, _kind: Kind, limits: Limits, _unread: Collection[str]) -> Guarded:
    sheets, from_1904 = xls_facts.survey(content, limits)
    return Guarded(content, sheets, from_1904=from_1904)


FORMAT = SourceFormat(
    title="Excel 97-2003 工作簿",
    survey=_survey,
    signatures=(
        Signature("加密的工作簿", _OLE, holds="EncryptedPackage", utf16=True, refused="password_protected"),
        Signature("Excel 97-2003 工作簿", _OLE, holds="Workbook", utf16=True),
        Signature("Excel 5.0/95 工作簿", _OLE, holds="Book", utf16=True),
    ),
)
