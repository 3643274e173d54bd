"""What kind of file this is, told by its content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

#: The part by which a zip shows what it is -> kind, Chinese name. The rest is an archive of files.
_PACKAGES: Mapping[str, tuple[str, str]] = {
    "xl/workbook.xml": ("xlsx", "Excel 工作簿"),
    "xl/workbook.bin": ("xlsb", "Excel 二进制工作簿"),
    "word/document.xml": ("docx", "Word 文档"),
    "ppt/presentation.xml": ("pptx", "演示文稿"),
}
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
#: The kinds that a report may be.
WORKBOOKS = ("xlsx", "xls", "xlsb", "ods")


@dataclass(frozen=True, slots=True)
class Kind:
    """``name`` is one of WORKBOOKS, ``zip`` for an archive of files, or something refused.

    ``refused`` is the code of the finding with which a file of this kind goes to quarantine.
    ``parts``: the directory of a zip package, in its order.
    """

    name: str
    title: str
    refused: str = ""
    parts: tuple[zipfile.ZipInfo, ...] = field(default=(), repr=False, compare=False)


def kind_of(data: bytes) -> Kind:
    """The kind of a file; pure, never raises."""
    if not data:
        return Kind("empty", "空文件", "empty_file")
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for entry in _signatures():
        if _fits(entry, data, head):
            if entry["kind"] == "zip":
                return _package(data)
            refused = "" if entry.get("reads") else entry.get("refused", "not_a_workbook")
            return Kind(entry.get("reads") or entry["kind"], entry["title"], refused)
    if _is_text(data):
        return Kind("text", "文本文件（CSV）", "not_a_workbook")
    return Kind("unknown", "无法识别的文件", "not_a_workbook")


def _fits(entry: Mapping[str, Any], data: bytes, head: bytes) -> bool:
    if "starts" in entry and not data.startswith(bytes.fromhex(entry["starts"])):
        return False
    if "begins" in entry and not head.startswith(entry["begins"].encode()):
        return False
    if "holds" in entry:
        return entry["holds"].encode("utf-16-le" if entry.get("utf16") else "utf-8") in data
    return True


def _package(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = tuple(package.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return Kind("damaged", "损坏的文件", "damaged_file")
    names = {info.filename for info in parts}
    for part, (name, title) in _PACKAGES.items():
        if part in names:
            return Kind(name, title, "" if name in WORKBOOKS else "not_a_workbook", parts)
    if "mimetype" in names:
        # An OpenDocument's type stands uncompressed near the start of the file.
        opened = data[:200].partition(_OPEN_DOCUMENT)[2]
        if opened.startswith(b"spreadsheet"):
            return Kind("ods", "OpenDocument 表格", "", parts)
        return Kind("odf", "OpenDocument 文档", "not_a_workbook")
    if "[Content_Types].xml" in names:
        return Kind("ooxml", "其他 Office 文件", "not_a_workbook")
    return Kind("zip", "压缩包", "archive")


def _is_text(data: bytes) -> bool:
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or 13 < byte < 32 for byte in head)


@lru_cache(maxsize=1)
def _signatures() -> Sequence[Mapping[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("kinds.yaml").read_text("utf-8"))
    return entries
