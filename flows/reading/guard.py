"""Bounds that a packed workbook must keep before any parser sees it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from flows.reading.limits import Limits
from flows.reading.sheetxml import SheetFacts, survey
from flows.reading.unreadable import NotReadable

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
#: Small files pack well by nature; the ratio is only asked of what unpacks to more than this.
_RATIO_FROM = 4 * 2**20
#: Entities can only be declared before the first element.
_HEAD = 4096
#: Deflate can't make more of a byte: so small a part is unpacked in one go, whatever its header says.
_MOST_INFLATED = 1040


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard learned of an OOXML workbook; empty for the other kinds."""

    sheets: dict[str, SheetFacts] = field(default_factory=dict)  # by sheet title
    from_1904: bool = False
    linked: bool = False  # it refers to other workbooks


def guard(data: bytes, kind: str, limits: Limits) -> Guarded:
    """Check the bounds of ``limits``; raises :class:`NotReadable` where one is passed."""
    if len(data) > limits.file_bytes:
        raise NotReadable("too_large", what=f"文件 {_mb(len(data))} MB，上限 {_mb(limits.file_bytes)} MB")
    if kind == "xls":
        return Guarded()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = _bounded(package, limits)
            if kind == "xlsx":
                return _ooxml(data, entries, limits)
            if kind == "ods":
                _refuse_entities(_unpack(data, entries, "content.xml", limits, _HEAD))
            return Guarded()
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, NotImplementedError) as error:
        raise NotReadable("damaged_file") from error


def _bounded(package: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    infos = package.infolist()
    if len(infos) > limits.entries:
        raise NotReadable("too_large", what=f"包内有 {len(infos)} 个部件，上限 {limits.entries} 个")
    size = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos) or 1
    if size > limits.unpacked_bytes:
        raise NotReadable("too_large", what=f"展开后 {_mb(size)} MB，上限 {_mb(limits.unpacked_bytes)} MB")
    if size > _RATIO_FROM and size > limits.ratio * packed:
        raise NotReadable("too_large", what=f"压缩比达 {size // packed} 倍，上限 {limits.ratio} 倍")
    if any(info.flag_bits & 1 for info in infos):
        raise NotReadable("password_protected")
    return {info.filename: info for info in infos}


def _unpack(
    data: bytes, entries: dict[str, zipfile.ZipInfo], name: str, limits: Limits, head: int = 0
) -> bytes:
    """One part, unpacked to its true end: a header may lie about the size, and parsers believe the data.

    With ``head``, only so many bytes of it.
    """
    info = entries.get(name)
    if info is None:
        return b""
    start = info.header_offset
    if data[start : start + 4] != b"PK\x03\x04":
        raise NotReadable("damaged_file")
    name_length, extra_length = struct.unpack("<HH", data[start + 26 : start + 30])
    start += 30 + name_length + extra_length
    packed = data[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        return packed
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise NotReadable("damaged_file")
    if not head and len(packed) * _MOST_INFLATED < limits.unpacked_bytes:
        return zlib.decompress(packed, -15, info.file_size if info.file_size < limits.unpacked_bytes else 0)
    inflater = zlib.decompressobj(-15)
    if head:
        return inflater.decompress(packed, head)
    content = inflater.decompress(packed, limits.unpacked_bytes + 1)
    if len(content) > limits.unpacked_bytes:
        raise NotReadable("too_large", what=f"展开后超过 {_mb(limits.unpacked_bytes)} MB")
    if not inflater.eof:
        raise NotReadable("damaged_file")
    return content


def _ooxml(data: bytes, entries: dict[str, zipfile.ZipInfo], limits: Limits) -> Guarded:
    workbook = _tree(_unpack(data, entries, "xl/workbook.xml", limits))
    relations = _tree(_unpack(data, entries, "xl/_rels/workbook.xml.rels", limits))
    parts = {r.get("Id", ""): r.get("Target", "") for r in relations.iter() if _local(r) == "Relationship"}
    for part in ("xl/sharedStrings.xml", "xl/styles.xml"):
        _refuse_entities(_unpack(data, entries, part, limits, _HEAD))
    sheets = [element for element in workbook.iter() if _local(element) == "sheet"]
    if len(sheets) > limits.sheets:
        raise NotReadable("too_large", what=f"有 {len(sheets)} 张工作表，上限 {limits.sheets} 张")
    found: dict[str, SheetFacts] = {}
    for element in sheets:
        title = element.get("name", "")
        target = parts.get(element.get(_RELATION) or element.get(_STRICT_RELATION) or "", "")
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        facts = survey(_unpack(data, entries, path, limits))
        if facts.rows * facts.columns > limits.cells:
            where = f"工作表“{title}”用到第 {facts.rows} 行、第 {facts.columns} 列"
            raise NotReadable("too_large", what=where)
        found[title] = facts
    from_1904 = any(
        element.get("date1904") in ("1", "true")
        for element in workbook.iter()
        if _local(element) == "workbookPr"
    )
    linked = any(name.startswith("xl/externalLinks/") for name in entries)
    return Guarded(found, from_1904, linked)


def _tree(xml: bytes) -> Element:
    try:
        tree: Element = fromstring(xml, forbid_dtd=True)
    except DefusedXmlException as error:
        raise NotReadable("forbidden_content") from error
    except ParseError as error:
        raise NotReadable("damaged_file") from error
    return tree


def _refuse_entities(xml: bytes) -> None:
    """No part of a report has a reason to declare entities."""
    head = xml[:4]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head:
        xml = xml.replace(b"\x00", b"")
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise NotReadable("forbidden_content")


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _mb(size: int) -> str:
    return f"{size / 2**20:.0f}"
