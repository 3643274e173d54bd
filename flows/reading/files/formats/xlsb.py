"""Binary workbooks (.xlsb): bounded as packages, read by the parser alone."""

from __future__ import annotations

from flows.reading.files.source_format import Guarded, SourceFormat

FORMAT = SourceFormat(
    title="Excel 二进制工作簿",
    survey=lambda content, _kind, _limits, _unread: Guarded(content),
    in_package=lambda names, _content: "xl/workbook.bin" in names and "xl/workbook.xml" not in names,
)
