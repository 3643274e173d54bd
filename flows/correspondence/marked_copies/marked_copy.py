"""The clerk's own workbook, returned with every problem marked in place and listed on a first sheet."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from python_calamine import CalamineError

from flows.correspondence.grouped_findings import group_findings
from flows.correspondence.marked_copies.cells import sheet_of
from flows.correspondence.marked_copies.converted import TooLargeError, convert_to_xlsx, empty_book
from flows.correspondence.marked_copies.external_links import cut_outside_links
from flows.correspondence.marked_copies.formula_values import with_values
from flows.correspondence.marked_copies.marks import mark, unmark
from flows.correspondence.marked_copies.reproducible_zip import save_reproducibly
from flows.correspondence.marked_copies.result_sheet import draw, remove_drawn
from flows.correspondence.marked_copies.stored_values import StoredValues
from flows.reading.tables.template_mark import CONVERTED as CONVERTED_COPY
from schemas.form import Form
from validations.findings.finding import Finding

#: Unpacked bytes of an .xlsx up to which it is copied with its formatting; openpyxl takes about half
#: a second and 10 MB for each of its millions. Beyond, the copy holds the list alone.
MOST_UNPACKED = 10_000_000
#: What openpyxl raises on files that other programs open. Its own marking of such files is ours.
UNLOADABLE = (
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    ParseError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)

CONVERTED = (
    "原文件为其他格式（或含有无法保留的内容），此件是按原位置转存的 .xlsx，只保留数据；"
    "可直接在此件上改，也可改原文件。"
)
LIST_ONLY = "原文件较大，此件只列问题，没有附原表；请在自己的文件里按位置修改后报送。"
CUT_LINKS = "以下单元格的公式引用其他工作簿或外部程序，此件中已换成其保存的数值：{cells}"
#: What openpyxl does not carry over, by the folder of the package that holds it.
NOT_CARRIED = {
    "xl/media/": "图片",
    "xl/vbaProject": "宏",
    "xl/macrosheets/": "宏表",
    "xl/ctrlProps/": "控件",
    "xl/embeddings/": "嵌入的文件",
}
MOST_REMARKS = 20
LEFT_OUT = "原文件中的{parts}没有带入此件，原件已完整存档。"


def returned_copy(
    original: bytes,
    format: str,  # noqa: A002 - named as in Reading
    findings: Sequence[Finding],
    *,
    title: str,
    form: Form,
) -> bytes:
    """The marked copy of ``original``, always the same bytes for the same arguments.

    ``format`` is that of the reading (xlsx, xls, xlsb, ods); ``title`` names unit and period above the
    list. An .xlsx keeps formatting, further sheets and formulas, but neither macros nor pictures; other
    formats, and what openpyxl cannot load, come back converted. Marks of an earlier return are
    replaced. The result is an .xlsx. Give it only files that were read in safety.
    """
    book, remarks = _loaded(original) if format == "xlsx" else (None, [])
    if book is None:
        book, remarks = _converted(original, form)
    return _marked(book, original, findings, title=title, form=form, remarks=remarks)


def _marked(
    book: Workbook,
    original: bytes,
    findings: Sequence[Finding],
    *,
    title: str,
    form: Form,
    remarks: list[str],
) -> bytes:
    result, memory = form.sheets["result"].title, form.sheets["marks"].title
    unmark(book, memory=memory)
    remove_drawn(book)
    stored = StoredValues(original)
    cut = cut_outside_links(book, stored.value)
    if cut:
        cells = "、".join(f"{sheet}!{cell}" for sheet, cell in cut[:MOST_REMARKS])
        remarks = [*remarks, CUT_LINKS.format(cells=cells + (" 等" if len(cut) > MOST_REMARKS else ""))]
    sheet = book.create_sheet(result, 0)  # openpyxl appends a digit where the clerk has such a sheet
    mark(book, findings, memory=memory, listed_on=sheet.title)
    draw(book, sheet, group_findings(findings), title=f"{title}　{result}", remarks=remarks)
    book.calculation.fullCalcOnLoad = True  # the values stored are those of the file as it was sent
    return save_reproducibly(book, lambda name, xml: with_values(xml, lambda cell: stored.value(name, cell)))


def _loaded(original: bytes) -> tuple[Workbook | None, list[str]]:
    if _unpacked(original) > MOST_UNPACKED:
        return None, []
    try:
        # Macros stay behind: a file that the city office hands out carries no program.
        book = load_workbook(io.BytesIO(original), keep_vba=False, keep_links=False)
    except UNLOADABLE:
        return None, []
    parts = _parts(original)
    missing = [name for start, name in NOT_CARRIED.items() if any(part.startswith(start) for part in parts)]
    return book, [LEFT_OUT.format(parts="、".join(missing))] if missing else []


def _converted(original: bytes, form: Form) -> tuple[Workbook, list[str]]:
    if _unpacked(original) <= MOST_UNPACKED:
        try:
            book, altered = convert_to_xlsx(original)
            template = sheet_of(book, form.sheets["mark"].title)
            if template is not None:
                template.append([CONVERTED_COPY, True])
            return book, [CONVERTED, *altered[:MOST_REMARKS]]
        except (TooLargeError, CalamineError):
            pass
    return empty_book(), [LIST_ONLY]


def _parts(original: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(original)) as package:
            return package.namelist()
    except zipfile.BadZipFile:
        return []


def _unpacked(original: bytes) -> int:
    """Bytes of all parts together, of a file that is no zip its own size."""
    try:
        with zipfile.ZipFile(io.BytesIO(original)) as package:
            return sum(entry.file_size for entry in package.infolist())
    except zipfile.BadZipFile:
        return len(original)
