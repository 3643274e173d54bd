"""Files that are no ordinary reports: other formats, other kinds, and hostile ones."""

from __future__ import annotations

import io
import zipfile

import xlwt
from openpyxl import load_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def package(sheet: str | bytes, workbook_head: str = "", title: str = "指标表") -> bytes:
    """An .xlsx with one sheet part as given, packed tightly."""
    workbook = (
        f'{workbook_head}<workbook xmlns="{MAIN}" xmlns:r="{_RELATION}">'
        f'<sheets><sheet name="{title}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    rels = (
        f'<Relationships xmlns="{relations}"><Relationship Id="rId1" '
        f'Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    root = (
        f'<Relationships xmlns="{relations}"><Relationship Id="rId1" '
        f'Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": root,
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": rels,
        "xl/worksheets/sheet1.xml": sheet,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def sheet(rows: str, head: str = "") -> str:
    return f'{head}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def far_cell() -> bytes:
    """A real cell at the last row and column of a sheet."""
    return package(sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


def ragged() -> bytes:
    """Few cells, whose rectangle is the whole sheet; no cell says where it stands."""
    wide = f"<row>{'<c><v>1</v></c>' * 16_000}</row>"
    return package(sheet(wide + "<row><c><v>1</v></c></row>" * 900_000))


def hidden_ragged() -> bytes:
    """As :func:`ragged`, in a second namespace prefix that a quick look does not see."""
    cells = "<x:c><x:v>1</x:v></x:c>"
    rows = f"<x:row>{cells * 16_000}</x:row>" + f"<x:row>{cells}</x:row>" * 400_000
    head = f'<worksheet xmlns="{MAIN}" xmlns:x="{MAIN}">'
    return package(f"{head}<sheetData>{rows}</sheetData></worksheet>")


def comment_bomb() -> bytes:
    """Some kilobytes with 400 MB of XML comment."""
    return package(sheet("", f"<!--{'x' * (400 * 2**20)}-->"))


def entity_bomb() -> bytes:
    head = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    return package(sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>', head))


def external_entity() -> bytes:
    return package(sheet(""), workbook_head='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>')


def lying_size(data: bytes) -> bytes:
    """The same package, whose directory says that its sheet is small."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
        true = info.file_size.to_bytes(4, "little")
    return data.replace(true, (100).to_bytes(4, "little"))


def as_xls(xlsx: bytes) -> bytes:
    """The values of a workbook as .xls."""
    target = xlwt.Workbook()
    for source in load_workbook(io.BytesIO(xlsx)):
        copy = target.add_sheet(source.title)
        copy.visibility = {"visible": 0, "hidden": 1, "veryHidden": 2}[source.sheet_state]
        for row in source.iter_rows():
            for cell in row:
                if cell.value is not None:
                    copy.write(cell.row - 1, cell.column - 1, cell.value)
    stream = io.BytesIO()
    target.save(stream)
    return stream.getvalue()


def as_ods(xlsx: bytes) -> bytes:
    """The values of a workbook as .ods, written as LibreOffice writes them."""
    tables = []
    for source in load_workbook(io.BytesIO(xlsx)):
        rows = "".join(
            f"<table:table-row>{''.join(_ods_cell(cell.value) for cell in row)}</table:table-row>"
            for row in source.iter_rows()
        )
        tables.append(f'<table:table table:name="{source.title}">{rows}</table:table>')
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
        f'xmlns:text="{names}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f"{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    )
    return ods(content)


def ods(content: str) -> bytes:
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    names = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{names}"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{mimetype}"/></manifest:manifest>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return stream.getvalue()


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
