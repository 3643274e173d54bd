"""Small filled reports, written at the cells of the layout, for tests that need nothing prettier."""

from __future__ import annotations

import io
from collections.abc import Callable

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from schemas import Period, Registry, Unit
from schemas.models import NUMERIC_MEASURES
from schemas.template.layout import (
    COVER_FIRST_ROW,
    COVER_LABEL,
    FIGURES_HEADING_ROW,
    LEDGER_HEADING_ROW,
    PROGRESS_HEADING_ROW,
    column_letter,
    lay_out,
)

PERIOD = Period(2023, 6)
#: A row of each ledger that nothing is wrong with.
ROWS = {
    "cases": [
        "魏市监处〔2023〕1号",
        "商标",
        "侵犯商标专用权",
        "某商行",
        "",
        "2023-06-05",
        "",
        1.5,
        0.5,
        "否",
        "否",
    ],
    "pledges": ["Y2023410000001", "许昌某公司", "91411000MA3X4Y5Z6T", "专利", 500, "中原银行", "2023-06-09"],
    "transfers": ["X2023410000001", "ZL202310123456.7", "转让", "甲公司", "乙公司", 3, "2023-06-10"],
}


def filled_workbook(registry: Registry, unit: Unit, period: Period = PERIOD) -> Workbook:
    """A report of ``unit`` with every figure 1, every milestone 推进中 and a row in some ledgers."""
    layout = lay_out(registry, unit, period)
    form = registry.form
    book = Workbook()
    cover = book.active
    cover.title = form.sheets["cover"].title
    cover["B2"] = "知识产权工作要点月度报表"
    values = {
        "unit": unit.name,
        "period": period.chinese,
        "clerk": "张三",
        "phone": "0374-2960000",
        "reviewer": "李四",
        "responsible": "王五",
        "filled_on": "2023-07-03",
        "edition": "首次报送",
    }
    for n, field in enumerate(form.cover):
        cover[f"{COVER_LABEL}{COVER_FIRST_ROW + n}"] = field.title
        cover[layout.cover[field.name]] = values[field.name]
    figures = book.create_sheet(form.sheets["figures"].title)
    figures["A1"] = "指标表"
    _headings(figures, FIGURES_HEADING_ROW, [f.title for f in form.figures])
    for indicator in layout.indicators:
        names = {
            "code": indicator.code,
            "work_point": registry.work_point[indicator.work_point].short,
            "indicator": indicator.name,
            "unit_of_measure": indicator.unit,
        }
        for name, text in names.items():
            figures[layout.figures[indicator.code, name]] = text
        for measure in indicator.measures:
            value = 1 if measure in NUMERIC_MEASURES else "推进中" if measure == "status" else None
            figures[layout.figures[indicator.code, measure]] = value
    figures.protection.sheet = True
    progress = book.create_sheet(form.sheets["progress"].title)
    _headings(progress, PROGRESS_HEADING_ROW, [f.title for f in form.progress])
    for point in layout.work_points:
        row = {"work_point": point.code, "title": point.title, "status": "推进中", "progress": "按计划推进。"}
        for name, text in row.items():
            progress[layout.progress[point.code, name]] = text
    for ledger in layout.ledgers:
        sheet = book.create_sheet(ledger.title)
        sheet["A1"] = ledger.title
        _headings(sheet, LEDGER_HEADING_ROW, [c.title for c in ledger.columns])
        for n, value in enumerate(ROWS.get(ledger.name, [])):
            sheet[f"{column_letter(n)}{layout.ledger_first_row}"] = value or None
    mark = book.create_sheet(form.sheets["mark"].title)
    mark.sheet_state = "veryHidden"
    keys = {
        "year": "2023",
        "version": registry.version,
        "unit_code": unit.code,
        "period": str(period),
        "digest": "",
    }
    for key, value in keys.items():
        mark.append([key, value])
    return book


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def filled(
    registry: Registry, unit: Unit, change: Callable[[Workbook], None] | None = None, period: Period = PERIOD
) -> bytes:
    """The bytes of a filled report, after ``change``."""
    book = filled_workbook(registry, unit, period)
    if change is not None:
        change(book)
    return saved(book)


def _headings(sheet: Worksheet, row: int, titles: list[str]) -> None:
    for n, title in enumerate(titles):
        sheet[f"{column_letter(n)}{row}"] = title
