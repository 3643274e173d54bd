"""The same report without the template's finery, for benchmarks and large tests."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flows.demo.cells import placed
from flows.demo.sample import SampleReport
from schemas.template.layout import (
    COVER_LABEL,
    FIGURES_HEADING_ROW,
    LEDGER_HEADING_ROW,
    PROGRESS_HEADING_ROW,
    Layout,
    column_letter,
)
from schemas.template.sheets import mark

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_DATE_FORMAT = {"num_format": "yyyy-mm-dd"}


def write_fast(layout: Layout, report: SampleReport) -> bytes:
    """A workbook with the template's sheets, headings, prefilled and typed cells; equal input, equal bytes.

    自查, 上期数 and 填报说明, which nobody types into, are left out.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day = report.period.end
    book.set_properties({"created": dt.datetime(day.year, day.month, day.day)})  # noqa: DTZ001 - no zone in a file
    date = book.add_format(_DATE_FORMAT)
    sheets = {layout.sheet(name): book.add_worksheet(layout.sheet(name)) for name in _names(layout)}
    for title, cells in _fixed(layout).items():
        for cell, text in cells.items():
            sheets[title].write_string(cell, text)
    for title, cell, value in placed(layout, report):
        if isinstance(value, dt.date):
            sheets[title].write_datetime(cell, value, date)
        elif isinstance(value, str):
            sheets[title].write_string(cell, value)
        elif value is not None:
            sheets[title].write_number(cell, value)
    for sheet in sheets.values():
        sheet.protect()  # as issued: reading notes a protection that was taken away
    _mark(book, layout)
    book.close()
    return out.getvalue()


def _names(layout: Layout) -> list[str]:
    return ["cover", "figures", "progress", *(ledger.name for ledger in layout.ledgers)]


def _fixed(layout: Layout) -> dict[str, dict[str, str]]:
    """What the template brings: labels, headings, codes, names."""
    form = layout.registry.form
    cover = {f"{COVER_LABEL}{layout.cover[f.name][1:]}": f.title for f in form.cover}
    cover |= {layout.cover["unit"]: layout.unit.name, layout.cover["period"]: layout.period.chinese}
    figures = _headings([f.title for f in form.figures], FIGURES_HEADING_ROW)
    for i in layout.indicators:
        point = layout.registry.work_point[i.work_point]
        texts: Mapping[str, Any] = {
            "code": i.code,
            "work_point": f"{point.code} {point.short}",
            "indicator": i.name,
            "unit_of_measure": i.unit,
        }
        figures |= {layout.figures[i.code, name]: text for name, text in texts.items() if text}
    progress = _headings([f.title for f in form.progress], PROGRESS_HEADING_ROW)
    for point in layout.work_points:
        progress[layout.progress[point.code, "work_point"]] = point.code
        progress[layout.progress[point.code, "title"]] = point.title
    fixed = {
        layout.sheet("cover"): cover,
        layout.sheet("figures"): figures,
        layout.sheet("progress"): progress,
    }
    for ledger in layout.ledgers:
        fixed[ledger.title] = _headings([c.title for c in ledger.columns], LEDGER_HEADING_ROW)
    return fixed


def _headings(titles: list[str], row: int) -> dict[str, str]:
    return {f"{column_letter(n)}{row}": title for n, title in enumerate(titles)}


def _mark(book: Workbook, layout: Layout) -> None:
    sheet = book.add_worksheet(layout.sheet("mark"))
    for row, (key, value) in enumerate(mark.entries(layout).items()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()
