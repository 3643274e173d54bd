"""The year's workbook: its months, its year-to-date figures, its scores and its bytes."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

from flows.consolidation.figure_table import build_figure_table
from flows.consolidation.scoring import assess
from flows.consolidation.year import NothingAcceptedError, Year, year_of
from flows.outputs.workbook.year.write import write_year_workbook
from schemas import Kind, Period, Registry
from tests.outputs.workbook.months import make_month
from tests.outputs.workbook.recalculation import (
    empty_references,
    formulas,
    loaded,
    recalculated,
    stored,
)
from tests.outputs.workbook.years import BEHIND, LATE, MONTHS, NEVER, RETURNED, make_months, make_year

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl drops sparklines


@pytest.fixture(scope="module")
def year(registry: Registry) -> Year:
    return make_year(registry)


@pytest.fixture(scope="module")
def written_year(year: Year, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("year") / "year.xlsx"
    write_year_workbook(year, path)
    return path


def test_each_unit_counts_with_its_own_newest_accepted_month(year: Year) -> None:
    """A unit that fell behind keeps the figures of its last month, and is named for it."""
    periods = year.composed.figures.groupby("unit_code")["period"].unique()
    assert list(periods[BEHIND]) == ["2023-03"]
    assert list(periods[RETURNED]) == ["2023-05"]
    assert list(periods[LATE]) == ["2023-06"]
    assert NEVER not in periods
    assert dict(year.behind) == {BEHIND: Period(2023, 3), RETURNED: Period(2023, 5)}


def test_months_are_taken_in_their_order_only(registry: Registry) -> None:
    """Of two months the later is a unit's last: another order would give other figures without a word."""
    months = make_months(registry)
    with pytest.raises(ValueError, match="2023-02 after 2023-03"):
        year_of([months[0], months[2], months[1]])
    with pytest.raises(ValueError, match="2023-01 after 2023-01"):
        year_of([months[0], months[0]])


def test_a_year_without_an_accepted_report_is_no_year(registry: Registry) -> None:
    """There is nothing to write, and that is said rather than written."""
    with pytest.raises(NothingAcceptedError):
        year_of([make_month(registry, empty=True)])
    with pytest.raises(NothingAcceptedError):
        year_of([])


def test_the_sheets_of_the_year_stand_in_their_order(written_year: Path) -> None:
    """The overview first, the notes last."""
    assert loaded(written_year).sheetnames == [
        "年度总览", "年度得分", "年度计分", "指标年度", "月度走势", "月度明细",
        "报送情况", "指标解释", "说明",
    ]  # fmt: skip


def test_the_same_year_gives_the_same_bytes(registry: Registry, written_year: Path, tmp_path: Path) -> None:
    """No clock and no chance gets into the file."""
    write_year_workbook(make_year(registry), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == written_year.read_bytes()


def test_no_formula_of_the_year_refers_to_an_empty_place(written_year: Path) -> None:
    """Every cell that a formula names holds something."""
    assert empty_references(written_year) == []


def test_city_months_are_the_sums_of_what_was_accepted_in_them(
    year: Year, written_year: Path, registry: Registry
) -> None:
    """Added up here from the months' figures, without the code that wrote them; nothing for April."""
    sheet = loaded(written_year, values=True)["月度走势"]
    distinct = build_figure_table(year.composed).distinct
    rows = {str(row[1]): row for row in sheet.iter_rows(min_row=5, values_only=True)}
    flows = [i for i in registry.indicators if i.kind is Kind.FLOW and (i.code, "month") not in distinct]
    assert len(flows) > 50
    months = {month.period.month: month.figures for month in make_months(registry)}
    assert sorted(months) == list(MONTHS)
    for indicator in flows:
        for number in range(1, 13):
            assert rows[indicator.code][3 + number] == _added(months.get(number), indicator.code)


def _added(figures: pd.DataFrame | None, code: str) -> object:
    if figures is None:
        return "—"
    own = figures[(figures["indicator"] == code) & (figures["measure"] == "month")]
    used = own.loc[own["state"] == "used", "value"]
    return pytest.approx(math.fsum(used)) if len(used) else "—"


def test_who_is_absent_or_behind_is_named(written_year: Path, registry: Registry) -> None:
    """Beside every total of the year, over the unit's column, and in the ranking's remarks."""
    sheet = loaded(written_year, values=True)["指标年度"]
    never, behind = (registry.unit[code].short for code in (NEVER, BEHIND))
    rows = list(sheet.iter_rows(min_row=6, values_only=True))
    assert len(rows) > 150
    for row in rows:
        assert (never in str(row[7])) == ("county" in registry.indicator[str(row[1])].reported_by)
    assert f"{behind}\n截至3月" in [cell.value for cell in sheet[5]]
    remarks = {cell for row in loaded(written_year, values=True)["年度得分"].values for cell in row}
    assert {"截至3月", "截至5月", "未报送"} <= remarks


def test_scores_are_those_of_the_year_to_date(year: Year, written_year: Path, registry: Registry) -> None:
    """The overview shows the assessment of the composed month, by type and rank."""
    scores = assess(year.composed).units
    rows = list(
        loaded(written_year, values=True)["年度总览"].iter_rows(min_row=5, max_row=16, values_only=True)
    )
    shown = {str(row[1]): row[2] for row in rows}
    assert shown == {
        unit.short: pytest.approx(total) if (total := scores[unit.code].total) is not None else "未报送"
        for unit in registry.units
    }


def test_reporting_rates_leave_out_months_without_any_report(written_year: Path, registry: Registry) -> None:
    """Five months are due: a unit accepted in three of them has reported three fifths."""
    sheet = loaded(written_year, values=True)["报送情况"]
    rows = {str(row[0]): row for row in sheet.iter_rows(min_row=5, values_only=True)}
    behind, late = (rows[registry.unit[code].short] for code in (BEHIND, LATE))
    assert behind[2:8] == ("按时", "按时", "按时", "无报送", "未报送", "未报送")
    assert behind[14:20] == (5, 3, 3, 0.6, 0.6, "3月")
    assert late[7] == "迟报"
    assert late[14:19] == (5, 5, 4, 1.0, 0.8)
    assert rows["报送率"][5] == "—"
    assert rows["报送率"][2] == pytest.approx((len(registry.units) - 1) / len(registry.units))


def test_very_many_units_run_down_and_their_months_are_left_to_the_datasets(
    registry: Registry, tmp_path: Path
) -> None:
    """The city's months are there all the same."""
    county = registry.unit_by_name["魏都区"]
    more = tuple(
        county.model_copy(update={"code": f"42{n:04d}", "name": f"县{n}", "short": f"县{n}", "aliases": ()})
        for n in range(40)
    )
    wide = registry.model_copy(update={"units": registry.units + more})
    write_year_workbook(make_year(wide), tmp_path / "wide.xlsx")
    book = loaded(tmp_path / "wide.xlsx", values=True)
    assert "月度明细" not in book.sheetnames
    june = [row[9] for row in book["月度走势"].iter_rows(min_row=5, values_only=True)]
    assert sum(isinstance(value, int | float) for value in june) > 50
    assert empty_references(tmp_path / "wide.xlsx") == []


@pytest.mark.libreoffice
def test_the_year_recalculates_to_its_stored_values(written_year: Path, tmp_path: Path) -> None:
    """Two computations, one by us and one by LibreOffice, within 1e-9."""
    before, after = stored(written_year), recalculated(written_year, tmp_path)
    differing = {
        key: (before.get(key), after.get(key))
        for key in formulas(written_year)
        if not _equal(before.get(key), after.get(key))
    }
    assert len(formulas(written_year)) > 3000
    assert differing == {}


def _equal(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == pytest.approx(other, rel=1e-9, abs=1e-9)
    return one == other


@pytest.mark.libreoffice
def test_changing_a_month_or_a_figure_of_the_year_changes_what_rests_on_it(
    written_year: Path, tmp_path: Path, registry: Registry
) -> None:
    """A unit's June goes into the city's June; a unit's year to date into its score."""
    weidu = registry.unit_by_name["魏都区"].short
    own = next(c for (s, c), v in stored(written_year).items() if s == "月度明细" and v == weidu)
    row = int(own[1:])
    figures = loaded(written_year, values=True)["指标年度"]
    column = next(cell.column for cell in figures[5] if cell.value == weidu)
    place = f"{get_column_letter(column)}6"
    assert (figures["B6"].value, figures["E6"].value) == ("1101", "本年累计")
    before = stored(written_year)
    after = recalculated(written_year, tmp_path, {("月度明细", f"J{row}"): 7777, ("指标年度", place): 9999})
    changed = {key for key in formulas(written_year) if not _equal(before.get(key), after.get(key))}
    assert ("月度走势", "J5") in changed
    assert after["月度走势", "J5"] == before["月度走势", "J5"] + 7777 - before["月度明细", f"J{row}"]  # type: ignore[operator]
    assert {sheet for sheet, _ in changed} >= {"年度计分", "年度得分", "年度总览"}
