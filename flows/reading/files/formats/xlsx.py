"""Office Open XML workbooks (.xlsx, .xlsm): every sheet measured before the parser opens it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from flows.reading.files.number_formats import scaled_cells, scaling_styles
from flows.reading.files.package import Entries, repack, unpack
from flows.reading.files.source_format import Guarded, Kind, SourceFormat
from flows.reading.files.xlsx_facts import SheetFacts, survey
from flows.reading.headings import plain
from flows.reading.limits import Limits
from flows.reading.refusal import NotReadable

#: Entities can only be declared before the first element.
_HEAD = 4096


def _survey(data: bytes, kind: Kind, limits: Limits, unread: Collection[str]) -> Guarded:
    entries: Entries = {info.filename: info for info in kind.parts}
    about = unpack(data, entries, "xl/workbook.xml", limits)
    workbook = _elements(about, b"</sheets>", "sheet", "workbookPr")
    about = unpack(data, entries, "xl/_rels/workbook.xml.rels", limits)
    relations = _elements(about, b"</Relationships>", "Relationship")
    parts = {given.get("Id", ""): given.get("Target", "") for _, given in relations}
    _refuse_entities(unpack(data, entries, "xl/sharedStrings.xml", limits, _HEAD))
    styles = unpack(data, entries, "xl/styles.xml", limits)
    _refuse_entities(styles[:_HEAD])
    scaling = scaling_styles(styles)
    sheets = [given for name, given in workbook if name == "sheet"]
    if len(sheets) > limits.sheets:
        raise NotReadable("too_large", what=f"有 {len(sheets)} 张工作表，上限 {limits.sheets} 张")
    found: dict[str, SheetFacts] = {}
    unpacked: dict[str, bytes] = {}
    unopened: dict[str, str] = {}
    for given in sheets:
        title = given.get("name", "")
        target = parts.get(given.get("id", ""), "")
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if plain(title) in unread:
            unopened[title] = path
            continue
        unpacked[path] = unpack(data, entries, path, limits)
        facts = survey(unpacked[path])
        if facts.rows * facts.columns > limits.cells:
            where = f"工作表“{title}”用到第 {facts.rows} 行、第 {facts.columns} 列"
            raise NotReadable("too_large", what=where)
        facts.scaled = scaled_cells(unpacked[path], scaling)
        found[title] = facts
    from_1904 = any(given.get("date1904") in ("1", "true") for _, given in workbook)
    linked = any(name.startswith("xl/externalLinks/") for name in entries)
    return Guarded(repack(data, entries, unpacked), found, unopened, from_1904, linked)


class _Wanted(ContentHandler):
    """Keeps name and attributes of some elements, in order, all without prefixes."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names
        self.found: list[tuple[str, dict[str, str]]] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the base's name
        local = name.rpartition(":")[2]
        if local in self.names:
            self.found.append((local, {key.rpartition(":")[2]: value for key, value in attrs.items()}))


def _elements(xml: bytes, upto: bytes, *names: str) -> list[tuple[str, dict[str, str]]]:
    """The elements called one of ``names``; nothing behind ``upto`` is looked at, where it stands."""
    wanted = _Wanted(names)
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(wanted)
    end = xml.find(upto)
    try:
        parser.feed(xml if end < 0 else xml[: end + len(upto)])
    except DefusedXmlException as error:
        raise NotReadable("forbidden_content") from error
    except SAXParseException as error:
        raise NotReadable("damaged_file") from error
    return wanted.found


def _refuse_entities(xml: bytes) -> None:
    """No part of a report has a reason to declare entities."""
    head = xml[:4]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head:
        xml = xml.replace(b"\x00", b"")
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise NotReadable("forbidden_content")


FORMAT = SourceFormat(
    title="Excel 工作簿",
    survey=_survey,
    in_package=lambda names, _content: "xl/workbook.xml" in names,
)
