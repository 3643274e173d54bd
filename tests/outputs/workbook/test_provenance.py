"""What each cell of the workbook is, as its sheet tells it: held against the workbook itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl import Workbook

from flows.audit.cell_trace import NoSuchCellError, OtherCellError, trace_cell
from flows.consolidation.figure_table import ABSENT, Mark
from flows.consolidation.month import Month
from flows.outputs.workbook.drawing.provenance import CellMeaning
from flows.outputs.workbook.drawing.tracing_canvas import TracingCanvas
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.ranking_plan import TOTAL, RankingPlan
from flows.outputs.workbook.sheets.summary import city_meaning
from flows.outputs.workbook.write import draw_for_tracing, sheet_names
from schemas import Kind, Period, Registry
from tests.outputs.workbook.months import PERIOD
from tests.outputs.workbook.recalculation import loaded

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl drops sparklines

NUMBER = (int, float)


@pytest.fixture(scope="module")
def plan(month: Month) -> Plan:
    return Plan.of(month)


@pytest.fixture(scope="module")
def canvases(plan: Plan) -> Mapping[str, TracingCanvas]:
    return {name: draw_for_tracing(plan, name) for name in sheet_names(plan)}


@pytest.fixture(scope="module")
def book(written: Path) -> Workbook:
    return loaded(written, values=True)


def numbers(book: Workbook, name: str) -> Iterator[tuple[Any, float]]:
    for row in book[name].iter_rows():
        for cell in row:
            if isinstance(cell.value, NUMBER):
                yield cell, cell.value


def meaning_at(canvases: Mapping[str, TracingCanvas], address: str) -> CellMeaning | None:
    name, cell = address.split("!")
    column, row = openpyxl.utils.cell.coordinate_from_string(cell)
    return canvases[name].meaning(row - 1, openpyxl.utils.column_index_from_string(column) - 1)


def test_every_number_of_the_workbook_is_told(book: Workbook, canvases: Mapping[str, TracingCanvas]) -> None:
    """One by one, or for counts of findings and rules by a sentence of their sheet."""
    untold = [
        f"{name}!{cell.coordinate}"
        for name, canvas in canvases.items()
        for cell, _ in numbers(book, name)
        if canvas.meaning(cell.row - 1, cell.column - 1) is None and not canvas.otherwise
    ]
    assert untold == []


def test_figures_behind_a_number_add_up_to_it(
    book: Workbook, month: Month, canvases: Mapping[str, TracingCanvas]
) -> None:
    """Whatever sheet shows it: the units' values of the measure, added up, are the number."""
    keys = zip(
        *(month.figures[n].astype("object") for n in ("unit_code", "indicator", "measure")), strict=True
    )
    held = dict(zip(keys, month.figures["value"].tolist(), strict=True))
    checked: dict[str, int] = {}
    for name in ("总览", "指标汇总", "一、政策机制", "三、严格保护", "月度走势", "数据溯源"):
        for cell, value in numbers(book, name):
            told_of = canvases[name].meaning(cell.row - 1, cell.column - 1)
            assert told_of is not None
            summed = told_of.measure not in ("", "status") and "去重" not in told_of.said
            if not summed or (told_of.period or PERIOD) != PERIOD:
                continue
            parts = [held[unit.code, i.code, told_of.measure] for unit, i in told_of.figures]
            assert pd.Series(parts).sum() == pytest.approx(value), f"{name}!{cell.coordinate}"
            checked[name] = checked.get(name, 0) + 1
    assert min(checked.values()) > 10
    assert len(checked) == 6


def test_the_cells_that_a_score_is_made_of_hold_what_is_said_of_them(
    book: Workbook, canvases: Mapping[str, TracingCanvas]
) -> None:
    """Each is in the workbook with that value, and can be traced further or is a setting."""
    steps = [
        step
        for name in ("总览", "考核得分", "计分明细", "三、严格保护", "月度走势")
        for cell, _ in numbers(book, name)
        for step in canvases[name].meaning(cell.row - 1, cell.column - 1).steps  # type: ignore[union-attr]
    ]
    assert len(steps) > 1000
    for step in {step.cell: step for step in steps}.values():
        name, cell = step.cell.split("!")
        assert book[name][cell].value == pytest.approx(step.value), step
        assert meaning_at(canvases, step.cell) is not None


def test_a_total_is_weighed_from_the_work_points_it_names(
    book: Workbook, plan: Plan, canvases: Mapping[str, TracingCanvas]
) -> None:
    """Totals to the cent, section scores exactly; each work point's score is the mean of its indicators'."""
    ranking, sheet = RankingPlan(plan), book["考核得分"]
    scored = [unit for unit in plan.units if plan.scores.units[unit.code].total is not None]
    for unit in scored:
        row = ranking.row[unit.code]
        for column in (TOTAL, *ranking.section_column.values()):
            value = sheet.cell(row + 1, column + 1).value
            told_of = canvases["考核得分"].meaning(row, column)
            assert told_of is not None
            weights = [step.weight or 0.0 for step in told_of.steps]
            if not weights:
                assert value == "—"
                continue
            mean = sum(float(s.value) * w for s, w in zip(told_of.steps, weights, strict=True)) / sum(weights)
            assert value == pytest.approx(mean, abs=0.00501 if column == TOTAL else 1e-9)
        for column in ranking.point_column.values():
            told_of = canvases["考核得分"].meaning(row, column)
            if told_of is not None and told_of.steps:
                mean = sum(float(s.value) for s in told_of.steps) / len(told_of.steps)
                assert sheet.cell(row + 1, column + 1).value == pytest.approx(mean)


def test_a_milestones_total_leads_only_to_units_that_said_how_far_they_are(month: Month) -> None:
    """A unit that shows a mark instead of a status has no figure to be traced."""
    figures = month.figures.copy()
    left_open = figures.index[(figures["measure"] == "status") & (figures["state"] == "used")][0]
    figures.loc[left_open, "state"] = "missing"
    month = replace(month, figures=figures)
    plan = Plan.of(month)
    seen: set[Mark] = set()
    for milestone in (i for i in plan.registry.indicators if i.kind is Kind.MILESTONE):
        row = zip(plan.units, plan.tally.row(milestone, "status"), strict=True)
        shown = {unit.code: cell for unit, cell in row}
        adding = {unit.code for unit, _ in city_meaning(plan, milestone, "status").figures}
        assert adding == {code for code, cell in shown.items() if cell.text}
        seen |= {cell.mark for code, cell in shown.items() if code not in adding}
    assert seen >= ABSENT | {Mark.NOT_APPLICABLE, Mark.OUTSIDE}


def test_a_ratio_of_the_city_leads_to_every_unit_in_its_sums(plan: Plan) -> None:
    """A unit whose own ratio has no base still adds to the numerator and the denominator."""
    without_base = 0
    for ratio in (i for i in plan.registry.indicators if i.kind is Kind.RATIO):
        row = zip(plan.units, plan.tally.row(ratio, "rate"), strict=True)
        none = {unit.code for unit, cell in row if cell.mark is Mark.NO_BASE}
        assert none <= {unit.code for unit, _ in city_meaning(plan, ratio, "rate").figures}
        without_base += len(none)
    assert without_base > 0


def test_an_earlier_month_of_the_trend_is_of_that_month(canvases: Mapping[str, TracingCanvas]) -> None:
    """Of the units that report the indicator; the reporting month's is the city's figure of 指标汇总."""
    march, june = (meaning_at(canvases, f"月度走势!{cell}") for cell in ("G6", "J6"))
    assert march is not None
    assert june is not None
    assert (march.period, march.measure, june.period) == (Period(2023, 3), "month", None)
    assert june == meaning_at(canvases, "指标汇总!F6")
    assert "2023年3月本月数" in march.said


def test_a_ledgers_cell_is_the_units_own(
    written: Path, plan: Plan, canvases: Mapping[str, TracingCanvas]
) -> None:
    """Its sheet, row, cell and raw text, as merged; the first column tells of the whole row."""
    ledger = plan.registry.ledger["cases"]
    row = plan.ledger_rows["cases"].iloc[2]
    column = ledger.columns[0]
    entry = meaning_at(canvases, f"{ledger.title}!C7").entry  # type: ignore[union-attr]
    assert entry is not None
    told_of = (entry.unit.code, entry.sheet, entry.row, entry.cell, entry.raw)
    parts = (row[f"{column.name}.cell"], row[f"{column.name}.raw"])
    assert told_of == (row["unit_code"], row["sheet"], row["row"], *parts)
    whole = meaning_at(canvases, f"{ledger.title}!A7").entry  # type: ignore[union-attr]
    assert whole is not None
    assert whole.cell == ""
    assert entry.raw in whole.raw
    assert trace_cell(written, plan, f"{ledger.title}!C7").meaning.entry == entry


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (
            "考核得分!J6",
            "要点 1.1 的权重（默认），是设定，不是报表数据；在 schemas/2023/assessment.yaml 的 weights",
        ),
        (
            "计分明细!G6",
            "1101 的目标值（默认），是设定，不是报表数据；在 schemas/2023/assessment.yaml 的 methods",
        ),
    ],
)
def test_a_setting_says_where_it_is_set(written: Path, plan: Plan, cell: str, said: str) -> None:
    """With its file and key: the office finds it, and nobody takes it for a county's number."""
    meaning = trace_cell(written, plan, cell).meaning
    assert meaning.setting
    assert meaning.said.startswith(said)


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("指标汇总!C6", "是文字（标题、名称或说明），不是数据"),
        ("总览!ZZ900", "是空的"),
        ("指标汇总!F0", "是空的"),
        ("汇总!F6", "汇总表里没有工作表“汇总”"),
        ("F6", "单元格应写成"),
    ],
)
def test_what_is_no_number_is_said_to_be_none(written: Path, plan: Plan, cell: str, line: str) -> None:
    """A word, an empty cell, another sheet, half an address."""
    with pytest.raises(NoSuchCellError, match=line):
        trace_cell(written, plan, cell)


def test_a_cell_that_is_not_what_the_register_comes_to_is_not_traced(
    written: Path, plan: Plan, tmp_path: Path
) -> None:
    """Nobody is led to figures that do not make the number that he looks at."""
    changed = loaded(written)
    changed["数据溯源"]["F5"] = 123456
    changed.save(tmp_path / "book.xlsx")
    assert trace_cell(written, plan, "数据溯源!F5").meaning.figures
    with pytest.raises(OtherCellError, match="与登记库现有数据算得的不一致"):
        trace_cell(tmp_path / "book.xlsx", plan, "数据溯源!F5")


def test_units_that_run_down_are_told_as_well(
    registry: Registry, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A province's sheets are drawn row by row; what their cells are, is known all the same."""
    monkeypatch.setattr("flows.outputs.workbook.plan.MOST_ACROSS", 2)
    plan = Plan.of(month)
    assert plan.large
    for name in ("指标汇总", "计分明细"):
        grid = plan.summary if name == "指标汇总" else plan.scoring
        place = grid.unit_places(grid.lines[0])[0]
        meaning = draw_for_tracing(plan, name).meaning(*place)
        assert meaning is not None
        assert meaning.figures == ((plan.units[0], registry.indicator["1101"]),)
