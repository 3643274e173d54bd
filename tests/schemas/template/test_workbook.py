"""The issued template, cell by cell, as its layout says."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from schemas import Period, Registry
from schemas.errors import RegistryError
from schemas.models import Kind
from schemas.template import Layout, issue, lay_out
from schemas.template.canvas import runs
from schemas.template.layout import CHECKS_FIRST_ROW, FIGURES_HEADING_ROW, column_letter
from schemas.template.sheets.checks import placed
from schemas.template.sheets.mark import digest
from tests.schemas.template.conftest import EARLIER, sample_checks


def inputs_of(layout: Layout) -> dict[str, set[str]]:
    """Sheet title -> every cell that the clerk may fill in."""
    form = layout.registry.form
    inputs = {
        layout.sheet("cover"): {layout.cover[f.name] for f in form.cover if not f.prefilled},
        layout.sheet("figures"): {
            layout.figures[i.code, m] for i in layout.indicators for m in (*i.measures, "explanation")
        },
        layout.sheet("progress"): {
            layout.progress[p.code, f.name]
            for p in layout.work_points
            for f in form.progress
            if not f.prefilled
        },
    }
    rows = range(layout.ledger_first_row, layout.ledger_last_row + 1)
    for ledger in layout.ledgers:
        letters = [layout.ledger_columns[ledger.name, column.name] for column in ledger.columns]
        inputs[ledger.title] = {f"{letter}{row}" for letter in letters for row in rows}
    return inputs


def cells(sheet: Worksheet) -> Iterator[openpyxl.cell.Cell]:
    return (cell for row in sheet.iter_rows() for cell in row)


def test_exactly_the_inputs_are_unlocked(layout: Layout, workbook: Workbook) -> None:
    """Every sheet is protected, and its unlocked cells are the layout's inputs and no other."""
    expected = inputs_of(layout)
    for sheet in workbook:
        unlocked = {cell.coordinate for cell in cells(sheet) if not cell.protection.locked}
        assert sheet.protection.sheet, sheet.title
        assert unlocked == expected.get(sheet.title, set()), sheet.title


def test_every_input_has_data_validation_with_chinese_messages(layout: Layout, workbook: Workbook) -> None:
    """No input goes without a rule, a hint and a refusal, none longer than Excel takes."""
    for title, expected in inputs_of(layout).items():
        covered: set[str] = set()
        for rule in workbook[title].data_validations.dataValidation:
            assert rule.prompt
            assert rule.error
            assert len(rule.prompt) <= 255
            assert len(rule.error) <= 225
            assert len(rule.promptTitle) <= 32
            assert rule.showErrorMessage
            assert rule.errorStyle == "stop"
            for area in rule.sqref.ranges:
                covered |= {f"{column_letter(c - 1)}{r}" for r, c in area.cells}
        assert covered == expected, title


def test_each_unit_sees_only_its_own_indicators(layout: Layout, workbook: Workbook) -> None:
    """指标表, 上期数 and 填报说明 hold the unit's indicators in the notice's order and nothing else."""
    own = [i.code for i in layout.registry.indicators_of(layout.unit)]
    first = FIGURES_HEADING_ROW + 1
    for name in ("figures", "reference", "notes"):
        sheet = workbook[layout.sheet(name)]
        found = [sheet[f"A{row}"].value for row in range(first, first + len(own))]
        assert found == own
        assert sheet[f"A{first + len(own)}"].value is None


def test_sheets_stand_in_the_order_of_work(layout: Layout, workbook: Workbook) -> None:
    """Cover, figures, progress and ledgers come first, then what is only read; the mark is hidden."""
    names = ["cover", "figures", "progress", *(one.name for one in layout.ledgers)]
    names += ["checks", "reference", "notes", "mark"]
    assert workbook.sheetnames == [layout.sheet(name) for name in names]
    hidden = [sheet.title for sheet in workbook if sheet.sheet_state != "visible"]
    assert hidden == [layout.sheet("mark")]
    assert workbook[layout.sheet("mark")].sheet_state == "veryHidden"


def test_headings_are_those_of_the_form_and_ledgers(layout: Layout, workbook: Workbook) -> None:
    """Headings stand bare in row 4, so that reading finds them by name."""
    form = layout.registry.form
    expected = {
        layout.sheet("figures"): [field.title for field in form.figures],
        layout.sheet("progress"): [field.title for field in form.progress],
    } | {ledger.title: [column.title for column in ledger.columns] for ledger in layout.ledgers}
    for title, headings in expected.items():
        assert [cell.value for cell in workbook[title][4]] == headings


def test_the_cover_is_prefilled_with_unit_and_period(layout: Layout, workbook: Workbook) -> None:
    """The clerk types neither the unit's name nor the month."""
    cover = workbook[layout.sheet("cover")]
    assert cover[layout.cover["unit"]].value == layout.unit.name
    assert cover[layout.cover["period"]].value == "2023年6月"


def test_the_mark_says_which_template_it_is(layout: Layout, workbook: Workbook) -> None:
    """The hidden sheet holds year, version, unit, period and digest as text."""
    mark = workbook[layout.sheet("mark")]
    assert {key.value: value.value for key, value in mark.iter_rows(max_col=2)} == {
        "year": "2023",
        "version": layout.registry.version,
        "unit_code": layout.unit.code,
        "period": "2023-06",
        "digest": digest(layout),
    }


def test_the_digest_follows_the_structure(registry: Registry, county_layout: Layout) -> None:
    """Another month has the same structure, another unit's template or a later version has not."""
    unit, period = county_layout.unit, county_layout.period
    other = registry.unit_by_name["魏都区"]
    assert digest(lay_out(registry, unit, period.following)) == digest(county_layout)
    assert digest(lay_out(registry, other, period)) != digest(county_layout)
    changed = registry.model_copy(update={"version": "another"})
    assert digest(lay_out(changed, unit, period)) != digest(county_layout)


def test_same_input_gives_the_same_bytes(layout: Layout, template: bytes) -> None:
    """Issuing again changes no byte, and no date of today is in the file."""
    assert issue(layout, sample_checks(layout), EARLIER) == template
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        assert archive.read("docProps/core.xml").count(b"2023-06-01T00:00:00Z") == 2


def test_text_never_becomes_a_formula(county_layout: Layout) -> None:
    """A state accepted earlier that begins with an equals sign is printed as text."""
    workbook = openpyxl.load_workbook(io.BytesIO(issue(county_layout, (), EARLIER)))
    sheet = workbook[county_layout.sheet("reference")]
    assert sheet[county_layout.reference["1101", "last_month"]].value == 3
    cell = sheet[county_layout.reference["1103", "last_month"]]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_control_characters_are_made_visible(county_layout: Layout) -> None:
    """What Excel's file format can't hold is replaced, not dropped."""
    earlier = {("1103", "last_month"): "推进\x0b中"}
    workbook = openpyxl.load_workbook(io.BytesIO(issue(county_layout, (), earlier)))
    sheet = workbook[county_layout.sheet("reference")]
    assert sheet[county_layout.reference["1103", "last_month"]].value == "推进\ufffd中"


def test_every_check_has_a_row_that_leads_to_its_cell(layout: Layout, workbook: Workbook) -> None:
    """自查 lists title and severity in Chinese, the live formula, and a link to where to look."""
    sheet = workbook[layout.sheet("checks")]
    rows = placed(sample_checks(layout))
    assert [row for row, _ in rows] == list(range(CHECKS_FIRST_ROW, CHECKS_FIRST_ROW + len(rows)))
    for row, check in rows:
        assert sheet[f"C{row}"].value == check.title
        assert sheet[f"D{row}"].value in ("强制性", "核实性", "提示")
        assert check.formula.removeprefix("=") in sheet[f"E{row}"].value
        assert sheet[f"F{row}"].hyperlink.location == f"'{check.sheet}'!{check.cell}"


def test_ratios_are_locked_formulas(county_layout: Layout) -> None:
    """A ratio is computed in the template and its cells can't be typed into."""
    workbook = openpyxl.load_workbook(io.BytesIO(issue(county_layout)))
    sheet = workbook[county_layout.sheet("figures")]
    ratios = [i for i in county_layout.indicators if i.kind is Kind.RATIO]
    assert ratios
    for indicator in ratios:
        cell = sheet[county_layout.ratios[indicator.code, "ytd"]]
        assert cell.data_type == "f", indicator.code
        assert cell.protection.locked


def test_ledgers_may_grow_by_inserted_rows_only(layout: Layout, workbook: Workbook) -> None:
    """Rows may be inserted in ledgers, nowhere else; widths and heights may be changed everywhere."""
    ledgers = {ledger.title for ledger in layout.ledgers}
    for sheet in workbook:
        assert sheet.protection.insertRows == (sheet.title not in ledgers)
        assert not sheet.protection.formatColumns
        assert not sheet.protection.formatRows


def test_every_sheet_prints_on_a4_one_page_wide(layout: Layout, workbook: Workbook) -> None:
    """Whatever is printed fits the paper's width and repeats its headings."""
    for sheet in workbook:
        if sheet.sheet_state != "visible":
            continue
        assert str(sheet.page_setup.paperSize) == "9"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        if sheet.title not in (layout.sheet("cover"), layout.sheet("checks")):
            assert sheet.print_title_rows
            assert sheet.freeze_panes


def test_a_list_too_long_for_excel_names_the_column(registry: Registry) -> None:
    """Choices that Excel could not hold are the office's mistake, and said so when issuing."""
    ledger = registry.ledger["pledges"]
    columns = [
        c.model_copy(update={"choices": tuple(f"质押类型{n}" for n in range(60))}) if c.choices else c
        for c in ledger.columns
    ]
    longer = ledger.model_copy(update={"columns": tuple(columns)})
    changed = registry.model_copy(
        update={"ledgers": tuple(longer if one.name == "pledges" else one for one in registry.ledgers)}
    )
    changed.__dict__.pop("ledger", None)
    unit = registry.unit_by_name["魏都区"]
    with pytest.raises(RegistryError, match="质押类型"):
        issue(lay_out(changed, unit, Period(2023, 6)))


def test_cells_of_a_column_are_written_as_areas() -> None:
    """Neighbours are joined, gaps are kept."""
    assert runs(["E5", "E6", "E7", "E9", "F9"]) == ["E5:E7", "E9", "F9"]
    assert runs([]) == []
