"""OpenDocument spreadsheets (.ods)."""

from __future__ import annotations

from collections.abc import Collection

from flows.reading.files import ods_facts
from flows.reading.files.package import unpack
from flows.reading.files.source_format import Guarded, Kind, SourceFormat
from flows.reading.limits import Limits

_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
#: Parts of other documents: a package that has one of them is that.
_OTHERS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml"})


def _survey(content: bytes, kind: Kind, limits: Limits, _unread: Collection[str]) -> Guarded:
    entries = {info.filename: info for info in kind.parts}
    sheets, from_1904 = ods_facts.survey(unpack(content, entries, "content.xml", limits), limits)
    return Guarded(content, sheets, from_1904=from_1904)


def _is_spreadsheet(names: Collection[str], content: bytes) -> bool:
    # An OpenDocument's type stands uncompressed near the start of the file.
    return "mimetype" in names and _OTHERS.isdisjoint(names) and _SPREADSHEET in content[:200]


FORMAT = SourceFormat(title="OpenDocument 表格", survey=_survey, in_package=_is_spreadsheet)
