"""What kind of file this is, told by its content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from flows.reading.files.formats import source_formats
from flows.reading.files.source_format import Kind, Signature

#: Parts by which a zip shows that it is another kind of document -> kind, Chinese name.
_DOCUMENTS: Mapping[str, tuple[str, str]] = {
    "word/document.xml": ("docx", "Word 文档"),
    "ppt/presentation.xml": ("pptx", "演示文稿"),
}


def kind_of(data: bytes) -> Kind:
    """The kind of a file; pure, never raises."""
    if not data:
        return Kind("empty", "空文件", "empty_file")
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for name, signature in _signatures():
        if signature.fits(data, head):
            return _package(data) if name == "zip" else Kind(name, signature.title, signature.refused)
    if _is_text(data):
        return Kind("text", "文本文件（CSV）", "not_a_workbook")
    return Kind("unknown", "无法识别的文件", "not_a_workbook")


def _package(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = tuple(package.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return Kind("damaged", "损坏的文件", "damaged_file")
    names = {info.filename for info in parts}
    for name, source in source_formats().items():
        if source.in_package is not None and source.in_package(names, data):
            return Kind(name, source.title, parts=parts)
    for part, (name, title) in _DOCUMENTS.items():
        if part in names:
            return Kind(name, title, "not_a_workbook", parts)
    if "mimetype" in names:
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
def _signatures() -> Sequence[tuple[str, Signature]]:
    """Kind and signature, in the order in which they are tried: what is read, then what is refused."""
    read = [(name, known) for name, source in source_formats().items() for known in source.signatures]
    entries = yaml.safe_load(Path(__file__).with_name("kinds.yaml").read_text("utf-8"))
    refused = [(entry.pop("kind"), Signature(**{"refused": "not_a_workbook", **entry})) for entry in entries]
    return [*read, *refused]
