"""The template as a spreadsheet program computes it."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from schemas.template import Layout, issue
from schemas.template.layout import CHECKS_FIRST_ROW
from schemas.template.sheets.checks import VERDICT
from tests.schemas.template.conftest import EARLIER, sample_checks

pytestmark = pytest.mark.libreoffice

Recalculate = Callable[[bytes], Workbook]


def filled(layout: Layout, content: bytes, values: dict[tuple[str, str], object]) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet = workbook[layout.sheet("figures")]
    for place, value in values.items():
        sheet[layout.figures[place]].value = value
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_no_cell_shows_an_error(layout: Layout, template: bytes, recalculated: Recalculate) -> None:
    """LibreOffice opens the empty template, keeps every sheet and computes every formula."""
    workbook = recalculated(template)
    assert len(workbook.sheetnames) == len(layout.ledgers) + 7
    errors = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e"
    ]
    assert errors == []


def test_an_empty_template_has_all_checks_open(county_layout: Layout, recalculated: Recalculate) -> None:
    """Nothing is broken and nothing is said to hold before anything is filled in."""
    checks = sample_checks(county_layout)
    workbook = recalculated(issue(county_layout, checks, EARLIER))
    sheet = workbook[county_layout.sheet("checks")]
    results = {sheet[f"E{CHECKS_FIRST_ROW + n}"].value for n in range(len(checks))}
    assert results == {"待填"}
    assert f"还有 {len(checks)} 条" in sheet[VERDICT].value


@pytest.fixture(scope="module")
def worked(county_layout: Layout, recalculated: Recalculate) -> Workbook:
    """A county's report with three broken relations, one word among the numbers, and ratios to compute."""
    values: dict[tuple[str, str], object] = {
        ("1101", "month"): 5,
        ("1101", "ytd"): 4,  # broken, the first check: an error
        ("1102", "month"): 7,
        ("1102", "ytd"): 6,  # the second: a query
        ("1201", "month"): 1,
        ("1201", "ytd"): 2,
        ("1202", "month"): 9,
        ("1202", "ytd"): 8,  # the fourth: an error again
        ("1203", "ytd"): 2,
        ("1203", "month"): "不适用",
        ("4201", "ytd"): 150,
        ("4201", "prior_ytd"): 100,
        ("5203", "ytd"): 0,
        ("5204", "ytd"): 0,
    }
    content = issue(county_layout, sample_checks(county_layout))
    return recalculated(filled(county_layout, content, values))


def test_broken_relations_are_listed_on_top(county_layout: Layout, worked: Workbook) -> None:
    """The verdict counts them; the list names them with their place, what returns the report first."""
    sheet = worked[county_layout.sheet("checks")]
    listed = [sheet[f"C{row}"].value for row in range(13, 28)]
    names = [county_layout.registry.indicator[code].name for code in ("1101", "1202", "1102")]
    assert listed[:3] == [f"{name}：本月数不超过本年累计" for name in names]
    assert not any(listed[3:])
    assert sheet["F13"].value == f"{county_layout.sheet('figures')}!{county_layout.figures['1101', 'month']}"
    assert sheet[VERDICT].value.startswith("有 2 条强制性关系不符")
    assert [sheet[f"D{row}"].value for row in (7, 8, 9)] == [2, 1, 0]
    assert worked[county_layout.sheet("cover")]["C17"].value == sheet[VERDICT].value


def test_the_cover_counts_what_is_filled_in(county_layout: Layout, worked: Workbook) -> None:
    """Fourteen cells were filled in; computed ratios don't count."""
    line = worked[county_layout.sheet("cover")]["C16"].value
    assert line.startswith("已填 14 格，应填 ")


def test_ratios_are_computed_and_blank_where_they_can_not_be(county_layout: Layout, worked: Workbook) -> None:
    """In per cent over the year; nothing at all, not zero, while a figure is missing or nothing divides."""
    sheet = worked[county_layout.sheet("figures")]

    def ratio(code: str) -> object:
        return sheet[county_layout.ratios[code, "ytd"]].value

    assert ratio("1204") == pytest.approx(25.0)
    assert ratio("4208") == pytest.approx(50.0)
    assert ratio("5205") in (None, "")
    assert ratio("2107") in (None, "")
