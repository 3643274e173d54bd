"""Small workbooks and findings that the tests of answers share."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook, load_workbook

from validations.findings.finding import Finding, Severity


def book_of(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def bytes_of(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def report() -> Workbook:
    """A sheet of figures in B2:C6 and a sheet with an awkward name."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "指标表"
    for row in range(1, 7):
        sheet.cell(row, 1, f"31{row:02d}")
        sheet.cell(row, 2, row)
        sheet.cell(row, 3, row * 2)
    book.create_sheet("O'Neil 台账")["A1"] = "甲"
    return book


def problem(cell: str, severity: Severity = "error", **fields: Any) -> Finding:
    given = {"code": "not_a_number", "message": "读到“约30”，应为数。", "action": "请改填数字。"}
    return Finding(**(given | {"severity": severity, "sheet": "指标表", "cell": cell} | fields))
