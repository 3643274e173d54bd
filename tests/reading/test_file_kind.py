"""Files are known by their content, whatever they are called."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.reading import Limits, read_report
from flows.reading.files.file_kind import kind_of
from flows.reading.model import Reading, Unreadable
from schemas import Registry, Unit
from tests.reading import files
from tests.reading.workbooks import filled

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


def _zip(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


REFUSED = [
    ("nothing", b"", "empty_file", "0 字节"),
    ("html", b"\xef\xbb\xbf \n<HTML><table><tr><td>1</td></tr></table></HTML>", "not_a_workbook", "网页"),
    ("mhtml", b"MIME-Version: 1.0\r\n", "not_a_workbook", "MHTML"),
    ("csv", "代码,本月数\n1101,3\n".encode("gbk"), "not_a_workbook", "CSV"),
    ("xml 2003", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
     "not_a_workbook", "XML 表格 2003"),
    ("docx", _zip("[Content_Types].xml", "word/document.xml"), "not_a_workbook", "Word 文档"),
    ("pptx", _zip("[Content_Types].xml", "ppt/presentation.xml"), "not_a_workbook", "演示文稿"),
    ("doc", OLE + "WordDocument".encode("utf-16-le"), "not_a_workbook", "Word 文档"),
    ("encrypted", OLE + "EncryptedPackage".encode("utf-16-le"), "password_protected", "密码"),
    ("pdf", b"%PDF-1.7", "not_a_workbook", "PDF"),
    ("picture", b"\x89PNG\r\n\x1a\n", "not_a_workbook", "图片"),
    ("rar", b"Rar!\x1a\x07\x01\x00", "archive", "RAR"),
    ("7z", bytes.fromhex("377abcaf271c0004"), "archive", "7z"),
    ("zip of reports", _zip("a.xlsx", "b.xlsx"), "archive", "压缩包"),
    ("noise", bytes(range(256)), "not_a_workbook", "无法识别"),
    ("truncated package", b"PK\x03\x04" + bytes(100), "damaged_file", "损坏"),
    ("truncated xls", OLE + "Workbook".encode("utf-16-le"), "damaged_file", "损坏"),
    ("entities", files.entity_bomb(), "forbidden_content", "外部实体"),
    ("external entity", files.external_entity(), "forbidden_content", "外部实体"),
    ("far cell", files.far_cell(), "too_large", "第 1048576 行"),
    ("ragged", files.ragged, "too_large", "压缩比"),
    ("comment of 400 MB", files.comment_bomb, "too_large", "400 MB"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "code", "says"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_is_no_report_is_refused_with_reason_and_advice(
    data: bytes | Callable[[], bytes], code: str, says: str
) -> None:
    """Each kind of file that is no report gets its own code, a reason that names it, and what to do."""
    answer = read_report(data() if callable(data) else data, "报表.xlsx")
    assert isinstance(answer, Unreadable)
    assert answer.code == code
    assert says in answer.reason
    assert answer.action


@pytest.mark.parametrize("name", ["报表.xls", "报表.csv", "没有扩展名", "a b~$.xlsx"])
def test_the_name_makes_no_difference(registry: Registry, county: Unit, name: str) -> None:
    """A good workbook is read under any name."""
    answer = read_report(filled(registry, county), name)
    assert isinstance(answer, Reading)
    assert answer.file == name


@pytest.mark.parametrize(("convert", "kind"), [(files.as_xls, "xls"), (files.as_ods, "ods")])
def test_other_formats_read_the_same(registry: Registry, county: Unit, convert: object, kind: str) -> None:
    """The same report as .xls or .ods gives the same values."""
    assert callable(convert)
    data = filled(registry, county)
    plain, other = read_report(data, "a"), read_report(convert(data), "a")
    assert isinstance(plain, Reading)
    assert isinstance(other, Reading)
    assert other.format == kind
    assert (other.figures, other.ledgers, other.progress) == (plain.figures, plain.ledgers, plain.progress)
    assert other.counts == plain.counts


def test_an_unrelated_workbook_is_not_our_template() -> None:
    """A workbook without our tables is refused, and its sheets are named."""
    answer = read_report(
        files.package(files.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'), title="工资表"), "a"
    )
    assert isinstance(answer, Unreadable)
    assert (answer.code, "工资表" in answer.reason) == ("not_our_template", True)


def test_a_wrong_dimension_record_is_not_believed(registry: Registry, county: Unit) -> None:
    """What a sheet says of its own extent changes nothing."""
    data = filled(registry, county)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for info in source.infolist():
            part = source.read(info)
            if info.filename == "xl/worksheets/sheet2.xml":
                start, end = (
                    part.index(b'<dimension ref="') + 16,
                    part.index(b'"', part.index(b"<dimension") + 16),
                )
                part = part[:start] + b"A1:XFD1048576" + part[end:]
            target.writestr(info, part)
    plain, wrong = read_report(data, "a"), read_report(stream.getvalue(), "a")
    assert isinstance(plain, Reading)
    assert isinstance(wrong, Reading)
    assert wrong.figures == plain.figures


def test_rows_of_styled_blanks_do_no_harm() -> None:
    """Empty cells with a style, however many, are no extent."""
    blank = "".join(f'<row r="{n}"><c r="AB{n}" s="1"/></row>' for n in range(1, 60_000))
    answer = read_report(files.package(files.sheet(blank), title="工资表"), "a", Limits(cells=100_000))
    assert isinstance(answer, Unreadable)
    assert answer.code == "not_our_template"


def test_limits_are_settings() -> None:
    """Every bound can be set."""
    data = files.package(files.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    tight = [Limits(file_bytes=10), Limits(entries=1), Limits(unpacked_bytes=100), Limits(sheets=0)]
    assert [getattr(read_report(data, "a", limits), "code", "") for limits in tight] == ["too_large"] * 4


@settings(max_examples=150)
@given(st.data())
def test_damaged_packages_get_an_answer(data: st.DataObject) -> None:
    """Bytes changed or cut anywhere give a reading or a reason, never an exception of ours."""
    original = bytearray(_ORIGINAL)
    for _ in range(data.draw(st.integers(1, 4))):
        original[data.draw(st.integers(0, len(original) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(1, len(original))))
    answer = read_report(bytes(original[:cut]), "a")
    assert isinstance(answer, Reading | Unreadable)


@given(st.binary(max_size=600))
def test_anything_has_a_kind(data: bytes) -> None:
    """The kind of any bytes is found without an exception, and has a Chinese name."""
    for head in (b"", b"PK\x03\x04", b"PK\x05\x06", OLE[:8]):
        assert kind_of(head + data).title


_ORIGINAL = files.package(files.sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>代码</t></is></c></row>'))
