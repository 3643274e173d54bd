"""Every kind of file, hostile content, place and moment of messy input, with what each is promised.

Everything is made here; no binary lies in the tree.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from openpyxl import load_workbook

from flows.demo.edits import Edit
from schemas import Period
from tests.intake.run import JUNE, drop, good, sample, written
from tests.reading import files

JULY = Period(2023, 7)


class Case(NamedTuple):
    """A file in the inbox: where it is laid, and the result or the code of its refusal."""

    place: str
    content: Callable[[], bytes]
    outcome: str
    unit: str = ""  # the short name under which it must be merged


def packed(**members: bytes) -> bytes:
    """A .zip; double underscores in names stand for slashes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", "/"), (2023, 7, 1, 8, 0, 0)), content)
    return stream.getvalue()


def gbk_named(name: str, content: bytes) -> bytes:
    """A .zip whose member's name is GBK, as Chinese Windows writes it: no flag says so."""
    stream = io.BytesIO()
    raw = name.encode("gbk")
    stand_in = "n" * len(raw)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(stand_in, content)
    return stream.getvalue().replace(stand_in.encode(), raw)


def encrypted_zip() -> bytes:
    """A .zip that says of its member that it has a password."""
    data = bytearray(packed(**{"a.xlsx": b"x" * 50}))
    data[6] |= 1
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    return bytes(data)


def bomb() -> bytes:
    """200 KB that unpack to 200 MB."""
    return packed(**{f"{n}.xlsx": bytes(20 * 2**20) for n in range(10)})


def deep(depth: int) -> bytes:
    """A .zip in a .zip in a .zip."""
    inner = good("襄城县")
    for _ in range(depth):
        inner = packed(**{"a.zip": inner})
    return inner


def huge_text() -> bytes:
    """A report with a text that no cell can hold."""
    data = written(sample("禹州市"), [Edit("progress", ("1.1", "progress"), "标记标记")])
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            target.writestr(info, source.read(info).replace("标记标记".encode(), "长".encode() * 200_000))
    return out.getvalue()


def comment() -> bytes:
    """A sheet with 160 MB of comment, over which a parser would hang."""
    return files.package(files.sheet("", f"<!--{'x' * (160 * 2**20)}-->"), title="工资")


def nested() -> bytes:
    """Elements within elements, fifty thousand deep."""
    return files.package(files.sheet("<x>" * 50_000 + "</x>" * 50_000), title="工资")


def styled_rows() -> bytes:
    """A million rows that hold nothing but a style."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(1, 1_000_001))
    return files.package(files.sheet(rows), title="工资")


def truncated() -> bytes:
    return good("魏都区")[:4000]


def docx() -> bytes:
    return packed(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<document/>"})


def password() -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le")


def other_month(unit: str, period: Period) -> bytes:
    """The June report of a unit under the period of another month, template's mark and all."""
    book = load_workbook(io.BytesIO(good(unit)))
    book["封面"]["C7"] = period.chinese
    for row in book["_yaodian"].iter_rows():
        if row[0].value == "period":
            row[1].value = str(period)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_COMMA = b"1,2\n3,4\n"
_HTML = b"<html><table><tr><td>1101</td></tr></table></html>"

#: Kinds of file, by content and whatever they are called.
KINDS = [
    Case("魏都区/报表.xlsx", lambda: good("魏都区"), "accepted", "魏都区"),
    Case("建安区/报表.xls", lambda: files.as_xls(good("建安区")), "accepted", "建安区"),
    Case("鄢陵县/报表.et", lambda: files.as_xls(good("鄢陵县")), "accepted", "鄢陵县"),
    Case("示范区分局/报表.xls", lambda: good("示范区分局"), "accepted", "示范区分局"),
    Case("经开区分局/没有扩展名", lambda: good("经开区分局"), "accepted", "经开区分局"),
    Case(
        "知识产权保护科/报表.ods", lambda: files.as_ods(good("知识产权保护科")), "accepted", "知识产权保护科"
    ),
    Case("魏都区/网页.xls", lambda: _HTML, "not_a_workbook"),
    Case("魏都区/逗号.xls", lambda: _COMMA, "not_a_workbook"),
    Case("魏都区/加密.xlsx", password, "password_protected"),
    Case("魏都区/截断.xlsx", truncated, "damaged_file"),
    Case("魏都区/空.xlsx", lambda: b"", "empty_file"),
    Case("魏都区/改名.xlsx", docx, "not_a_workbook"),
    Case("魏都区/报表.rar", lambda: b"Rar!\x1a\x07\x01\x00" + bytes(40), "archive"),
    Case("魏都区/工资.xlsx", lambda: files.package(files.sheet(""), title="工资"), "not_our_template"),
]
#: Archives.
ARCHIVES = [
    Case(
        "长葛市/六月.zip",
        lambda: packed(**{"长葛__六月.xlsx": good("长葛市"), "__MACOSX__._x": b"1"}),
        "accepted",
        "长葛市",
    ),
    Case(
        "东城区分局/报表.zip",
        lambda: gbk_named("六月报表.xlsx", good("东城区分局")),
        "accepted",
        "东城区分局",
    ),
    Case("襄城县/套.zip", lambda: deep(3), "archive"),
    Case("襄城县/炸.zip", bomb, "too_large"),
    Case("襄城县/密.zip", encrypted_zip, "password_protected"),
    Case("襄城县/空.zip", packed, "archive"),
    Case("襄城县/坏.zip", lambda: packed(**{"a.xlsx": good("襄城县")})[:6000], "damaged_file"),
    Case("襄城县/多.zip", lambda: packed(**{f"{n}.xlsx": b"x" for n in range(201)}), "too_large"),
]
#: Hostile content; the last ones end the process that reads them, or would.
HOSTILE = [
    Case("禹州市/实体.xlsx", files.entity_bomb, "forbidden_content"),
    Case("禹州市/外部实体.xlsx", files.external_entity, "forbidden_content"),
    Case("禹州市/注释.xlsx", comment, "too_large"),
    Case("禹州市/远.xlsx", files.far_cell, "too_large"),
    Case("禹州市/参差.xlsx", files.ragged, "too_large"),
    Case("禹州市/参差二.xlsx", files.hidden_ragged, "too_large"),
    Case("禹州市/谎称.xlsx", lambda: files.lying_size(files.far_cell()), "too_large"),
    Case("禹州市/长文字.xlsx", huge_text, "returned"),
    Case("禹州市/嵌套.xlsx", nested, "not_our_template"),
    Case("禹州市/样式.xlsx", styled_rows, "not_our_template"),
]
#: Whose it is, and when it comes.
IDENTITY = [
    Case("禹州市/别人的.xlsx", lambda: good("襄城县"), "report_of_other_unit"),
    Case("杂项/报表.xlsx", lambda: good("襄城县"), "unknown_folder"),
    Case("放在外面.xlsx", lambda: good("襄城县"), "outside_unit_folder"),
    Case("禹州市/下月.xlsx", lambda: other_month("禹州市", JULY), "month_not_over"),
    Case("禹州市/往年.xlsx", lambda: other_month("禹州市", Period(2019, 6)), "no_registry_for_year"),
    Case(
        "市维权保护中心/六月/上旬/报表 (终稿) '\"&<b>%s\n.xlsx",
        lambda: good("市维权保护中心"),
        "accepted",
        "市维权保护中心",
    ),
]
CASES = [*KINDS, *ARCHIVES, *HOSTILE, *IDENTITY]
#: What systems leave behind: not looked at, not moved.
LITTER = [
    "魏都区/~$别的.xlsx",
    "魏都区/Thumbs.db",
    "魏都区/.DS_Store",
    "魏都区/desktop.ini",
    "魏都区/下载.crdownload",
]


def lay_out_corpus(root: Path, outside: Path) -> None:
    """Everything into one inbox, with links, pipes and litter beside it."""
    for second, case in enumerate(CASES):
        drop(root, case.place, case.content(), second=second)
    for place in LITTER:
        drop(root, place, b"left behind")
    box = root / "inbox"
    outside.mkdir()
    (outside / "别处.xlsx").write_bytes(good("知识产权促进科"))
    (box / "知识产权促进科").mkdir()
    (box / "知识产权促进科" / "链接.xlsx").symlink_to(outside / "别处.xlsx")
    (box / "知识产权促进科" / "夹").symlink_to(outside, target_is_directory=True)
    os.mkfifo(box / "知识产权促进科" / "管道.xlsx")


def broken(unit: str) -> bytes:
    """A June report with a wrong sum."""
    return written(sample(unit, JUNE), [Edit("figures", ("3105", "month"), 999)])
