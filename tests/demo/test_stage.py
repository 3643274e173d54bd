"""What the demonstration drops: two months, each kind of mishap once."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from flows.demo.fast import write_fast
from flows.demo.sample import SampleReport
from flows.demo.stage import Drop, drawn, earlier_figures, scenario, stage
from schemas import Period, Registry
from schemas.template.layout import Layout, lay_out
from schemas.template.workbook import Earlier
from tests.demo.test_fill import cells_of

MAY, JUNE = Period(2023, 5), Period(2023, 6)


@pytest.fixture(scope="module")
def asked() -> dict[tuple[str, Period], Earlier]:
    return {}


@pytest.fixture(scope="module")
def drops(registry: Registry, asked: dict[tuple[str, Period], Earlier]) -> list[Drop]:
    def draw_template(layout: Layout, earlier: Earlier) -> Workbook:
        asked[layout.unit.code, layout.period] = earlier
        return bare(layout, earlier)

    return stage(registry, draw_template)


def bare(layout: Layout, _: Earlier) -> Workbook:
    """A template without its finery, which is drawn in a hundredth of the time."""
    return load_workbook(
        io.BytesIO(write_fast(layout, SampleReport(layout.unit, layout.period, {}, {}, {}, {})))
    )


def of(drops: list[Drop], code: str, period: Period = JUNE) -> list[Drop]:
    return [d for d in drops if (d.unit_code, d.period) == (code, period)]


def test_every_unit_of_the_scenario_is_known(registry: Registry) -> None:
    """The scenario names units and work points by codes of the registry."""
    named = {code for month in scenario().months.values() for code in month} | set(scenario().quiet)
    assert named <= set(registry.unit)
    assert {p for points in scenario().quiet.values() for p in points} <= set(registry.work_point)


def test_may_comes_from_every_unit_in_time(registry: Registry, drops: list[Drop]) -> None:
    """So that June has a month before to be compared with."""
    may = [d for d in drops if d.period == MAY]
    assert {d.unit_code for d in may} == set(registry.unit)
    assert all(dt.date(2023, 6, 1) <= d.arrival.date() <= dt.date(2023, 6, 5) for d in may)


def test_june_has_one_missing_one_late_and_one_corrected(drops: list[Drop]) -> None:
    """Nobody else is late; the corrected report says that it is one."""
    assert of(drops, "4110K2") == []
    late = {d.unit_code for d in drops if d.period == JUNE and d.arrival.date() > dt.date(2023, 7, 5)}
    assert late == {"4110F2"}
    first, second = of(drops, "411081")
    assert first.arrival < second.arrival
    assert first.file == second.file == "禹州市_2023-06.xlsx"
    assert "更正报送" in cells_of(second.content).values()
    assert "首次报送" in cells_of(first.content).values()


def test_drops_come_in_order_of_arrival_in_shanghai(drops: list[Drop]) -> None:
    """Every arrival knows its zone."""
    assert [d.arrival for d in drops] == sorted(d.arrival for d in drops)
    assert {d.arrival.utcoffset() for d in drops} == {dt.timedelta(hours=8)}


def test_one_file_is_no_workbook(drops: list[Drop]) -> None:
    """A text under a workbook's name lies beside a right report."""
    assert len(of(drops, "411002")) == 2
    (stray,) = (d for d in drops if not d.content.startswith(b"PK"))
    assert stray.file.endswith(".xlsx")


def test_the_templates_of_june_hold_what_was_sent_for_may(
    registry: Registry, drops: list[Drop], asked: dict[tuple[str, Period], Earlier]
) -> None:
    """Last month's totals on 上期数 are those of the report that was accepted for May."""
    for code in ("411002", "411025", "4110Z1"):
        content = of(drops, code, MAY)[0 if code == "411002" else -1].content
        layout = lay_out(registry, registry.unit[code], MAY)
        figures = load_workbook(io.BytesIO(content))[layout.sheet("figures")]
        earlier = asked[code, JUNE]
        assert earlier
        for (indicator, _), value in earlier.items():
            measure = next(
                m for m in registry.indicator[indicator].measures if m in ("ytd", "stock", "status")
            )
            assert figures[layout.figures[indicator, measure]].value == value
    assert earlier_figures(None) == {}


def test_the_drawn_template_carries_live_checks_and_last_month(registry: Registry) -> None:
    """What stage uses by default: formulas on 自查, the earlier figure on 上期数."""
    layout = lay_out(registry, registry.unit["4110Z1"], JUNE)
    book = drawn(layout, {("3303", "last_month"): 57})
    assert book[layout.sheet("reference")][layout.reference["3303", "last_month"]].value == 57
    formulas = [
        c.value for row in book[layout.sheet("checks")].iter_rows() for c in row if c.data_type == "f"
    ]
    assert len(formulas) > 20


def test_the_same_seed_stages_the_same_bytes(registry: Registry, drops: list[Drop]) -> None:
    """A second staging does not differ in a byte."""
    assert stage(registry, bare) == drops
