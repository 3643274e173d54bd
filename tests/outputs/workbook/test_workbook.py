"""The assessment workbook as a file: its sheets, formulas, texts and bytes."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from flows.consolidation.figure_table import build_figure_table
from flows.consolidation.month import Month
from flows.consolidation.scoring import assess
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.sheets.trend import trend_note
from flows.outputs.workbook.write import write_workbook
from schemas import Registry, RegistryError
from tests.outputs.workbook.months import make_month
from tests.outputs.workbook.recalculation import empty_references, loaded, stored

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl drops sparklines


def test_every_sheet_of_the_issue_stands_in_its_order(written: Path, registry: Registry) -> None:
    """总览 first, then scores, figures, sections, progress, ledgers and what an auditor needs."""
    names = loaded(written).sheetnames
    assert names[:5] == ["总览", "封面", "考核得分", "计分明细", "指标汇总"]
    assert names[5:10] == ["一、政策机制", "二、高价值产出", "三、严格保护", "四、转化运用", "五、管理服务"]
    assert names[10:13] == ["节点进度", "工作进展", "月度走势"]
    assert names[13:21] == [ledger.title for ledger in registry.ledgers]
    assert names[21:] == ["报送情况", "校验结果", "勾稽关系", "更正记录", "数据溯源", "指标解释"]


def test_a_ledger_cannot_have_the_name_of_another_sheet(month: Month, tmp_path: Path) -> None:
    """The office is told which title to change, instead of a failure of ours."""
    ledgers = month.registry.ledgers
    renamed = ledgers[0].model_copy(update={"title": "报送情况"})
    changed = replace(month, registry=month.registry.model_copy(update={"ledgers": (renamed, *ledgers[1:])}))
    with pytest.raises(RegistryError, match="考核汇总表已有工作表“报送情况”") as refused:
        write_workbook(changed, assess(changed), tmp_path / "book.xlsx")
    assert (refused.value.file, refused.value.key) == ("ledgers.yaml", f"[{renamed.name}].title")


def test_a_distinct_count_replaces_the_sum_of_its_own_figure_alone(month: Month) -> None:
    """A relation that speaks of the year to date leaves the month's sum as it is."""
    registry = month.registry
    of_year = [
        r.model_copy(update={"measure": "ytd"}) if r.id == "ledger_distinct-4205" else r
        for r in registry.relations
    ]
    changed = replace(month, registry=registry.model_copy(update={"relations": tuple(of_year)}))
    own, before, after = registry.indicator["4205"], build_figure_table(month), build_figure_table(changed)
    assert set(before.distinct) == {("4205", "month"), ("4504", "month")}
    assert set(after.distinct) == {("4205", "ytd"), ("4504", "month")}
    assert after.city(own, "ytd") == before.city(own, "month") == before.distinct["4205", "month"].entries
    assert after.city(own, "month") == after.added("4205", "month") != after.city(own, "ytd")


def test_the_trend_names_distinct_counts_only_where_there_are_any(month: Month) -> None:
    """Without them the note does not begin with a colon."""
    registry = month.registry
    kept = tuple(r for r in registry.relations if r.kind != "ledger_distinct")
    without = replace(month, registry=registry.model_copy(update={"relations": kept}))
    notes = [trend_note(Plan.of(one)) for one in (month, without)]
    assert [note.partition("环比")[0] for note in notes] == [
        "4205、4504：报告期月份按全市台账去重，以前各月为各单位合计。", "",
    ]  # fmt: skip


def test_the_same_month_gives_the_same_bytes(month: Month, written: Path, tmp_path: Path) -> None:
    """No clock and no chance gets into the file."""
    write_workbook(month, assess(month), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == written.read_bytes()


def test_no_formula_refers_to_an_empty_place(written: Path) -> None:
    """Every cell that a formula names holds something."""
    assert empty_references(written) == []


def test_no_stored_value_is_an_error(written: Path, written_empty: Path) -> None:
    """Neither a full nor an empty month shows #DIV/0! or its kin."""
    for path in (written, written_empty):
        errors = [
            key for key, value in stored(path).items() if isinstance(value, str) and value.startswith("#")
        ]
        assert errors == []


def test_an_empty_month_says_so(written_empty: Path) -> None:
    """A period with nothing in it gives a workbook that says it."""
    values = stored(written_empty)
    assert "本期没有任何单位的有效报送" in str(values["总览", "A2"])
    assert any("本期没有任何单位的有效报送" in str(v) for (s, _), v in values.items() if s == "封面")
    assert not any(v == 0 for (s, c), v in values.items() if s == "指标汇总" and c.startswith("F"))


def test_absent_units_are_named_beside_every_total(written: Path, registry: Registry) -> None:
    """A unit that should be in a total and is not stands in the line's 未计入单位."""
    sheet = loaded(written, values=True)["指标汇总"]
    rows = list(sheet.iter_rows(min_row=6, values_only=True))
    assert rows
    for row in rows:
        reported = "county" in registry.indicator[str(row[1])].reported_by
        assert ("鄢陵县" in str(row[7]) and "襄城县" in str(row[7])) == reported


def test_missing_zero_and_not_applicable_look_different(written: Path) -> None:
    """Each of them has its own text, and a hatch marks what is missing."""
    sheet = loaded(written)["指标汇总"]
    looks: dict[object, set[str]] = {}
    for row in sheet.iter_rows(min_row=6, min_col=9):
        for cell in row:
            looks.setdefault(cell.value, set()).add(str(cell.fill.patternType))
    assert looks["未报送"] == looks["被退回"] == {"lightUp"}
    assert looks["不适用"] == {"solid"}
    assert looks["—"] == looks[0] == {"None"}


def test_totals_follow_from_the_units_cells(written: Path, registry: Registry) -> None:
    """Sums, ratios of sums and counts of completed milestones, by plain arithmetic over the sheet."""
    sheet = loaded(written, values=True)["指标汇总"]
    table = {(str(r[1]), str(r[4])): r for r in sheet.iter_rows(min_row=6, values_only=True)}
    for (code, line), row in table.items():
        numbers = [v for v in row[8:] if isinstance(v, int | float)]
        if row[6] == "合计" and line != "较上年末":
            assert row[5] == pytest.approx(sum(numbers), abs=1e-9)
        elif row[6] == "完成家数":
            assert row[5] == row[8:].count("已完成")
        elif line == "比率":
            ratio = registry.indicator[code].ratio
            assert ratio is not None
            over, under = (
                next(table[part, name][5] for name in ("本年累计", "期末数") if (part, name) in table)
                for part in (str(ratio.numerator), str(ratio.denominator))
            )
            assert row[5] == pytest.approx(100 * over / under)


def test_distinct_counts_are_not_added_across_units(written: Path, month: Month) -> None:
    """An enterprise that appears in two units counts once in the city's month."""
    sheet = loaded(written, values=True)["指标汇总"]
    row = next(r for r in sheet.iter_rows(min_row=6, values_only=True) if r[1] == "4205" and r[4] == "本月数")
    assert row[6] == "台账去重"
    assert row[5] == month.ledgers["pledges"]["uscc"].nunique()
    assert len(month.ledgers["pledges"]) > row[5]


def test_text_never_becomes_a_formula(registry: Registry, tmp_path: Path) -> None:
    """What begins with = + - @ stays text, in narratives as in ledgers."""
    month = make_month(registry, 3)
    month.progress.loc[month.progress["field"] == "progress", "text"] = '=HYPERLINK("http://x")'
    month.ledgers["events"]["event_name"] = "@SUM(A1)"
    write_workbook(month, assess(month), tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    for name in ("工作进展", "活动培训台账"):
        kinds = {
            c.data_type for row in book[name].iter_rows() for c in row if str(c.value).startswith(("=", "@"))
        }
        assert kinds == {"s"}


def test_the_file_reaches_nowhere_else(written: Path) -> None:
    """No macro, no link to another workbook or to the web."""
    with zipfile.ZipFile(written) as archive:
        names = archive.namelist()
        assert not any("vba" in name.lower() or "externalLink" in name for name in names)
        relations = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    assert b"http://schemas" in relations
    assert b'TargetMode="External"' not in relations


def test_every_sheet_prints_on_a4_with_headings_frozen_and_repeated(written: Path) -> None:
    """Page set-up is part of every sheet."""
    for sheet in loaded(written):
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert "第" in str(sheet.oddFooter.right.text)
        if sheet.title not in ("总览", "封面"):
            assert sheet.freeze_panes
            assert sheet.print_title_rows


def test_links_lead_from_a_figure_to_its_origin_and_back(written: Path) -> None:
    """A figure's link ends on the row that names the same unit and indicator, whose link returns."""
    book = loaded(written)
    summary, origins = book["指标汇总"], book["数据溯源"]
    cell = summary["I6"]
    place = cell.hyperlink.location.split("!")[1]
    row = origins[place].row
    assert origins[row][0].value == summary["I5"].value
    assert origins[row][2].value == summary["B6"].value
    back = summary[origins[row][2].hyperlink.location.split("!")[1]]
    assert (back.column, summary.cell(back.row, 2).value) == (cell.column, summary["B6"].value)


def test_many_units_run_down_the_sheets(registry: Registry, tmp_path: Path) -> None:
    """With many units the totals stand on top and the units below, and the file still opens."""
    units = tuple(
        u if n == 0 else u.model_copy(update={"code": f"{u.code}{n}", "short": f"{u.short}{n}"})
        for n in range(4)
        for u in registry.units
    )
    month = make_month(registry.model_copy(update={"units": units}))
    write_workbook(month, assess(month), tmp_path / "many.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "many.xlsx", data_only=True)["指标汇总"]
    heads = [sheet.cell(row, 1).value for row in range(5, 14)]
    assert heads[5] == "全市合计"
    assert heads[8] == units[0].short
    column = [sheet.cell(row, 2).value for row in range(13, 13 + len(units))]
    assert sheet.cell(10, 2).value == sum(v for v in column if isinstance(v, int | float))
