"""Single faults: each changes what it says, breaks its own relation and no other."""

from __future__ import annotations

import pytest
from stdnum.cn import uscc

from flows.demo.cells import placed
from flows.demo.edits import Fault, edited
from flows.demo.fast import write_fast
from flows.demo.faults import faults, find_fault, oddities
from flows.demo.sample import SampleReport
from schemas import Period, Registry
from schemas.template.layout import Layout, lay_out
from tests.demo.conftest import YEAR, Reports
from tests.demo.relations_by_hand import CHECKS, broken
from tests.demo.test_fill import cells_of

MAY, JUNE = Period(YEAR, 5), Period(YEAR, 6)
#: These need last month's figures to be evaluated.
BY_LAST_MONTH = ("carry_forward", "no_fall")
#: These cannot be seen in one unit's reports of one year.
BEYOND = ("unique_across_units", "prior_year_agrees")


@pytest.fixture(scope="module")
def made(layout: Layout, june: SampleReport, reports: Reports) -> list[Fault]:
    return faults(layout, june, 1, reports[june.unit.code, MAY])


def values(layout: Layout, report: SampleReport) -> dict[tuple[str, str], object]:
    return {(p.sheet, p.cell): p.value for p in placed(layout, report) if p.value is not None}


def test_there_are_more_than_fifty_of_every_named_sort(made: list[Fault]) -> None:
    """The sorts that a report must be tested with are all there."""
    assert len(made) > 50
    assert {f.name for f in made} >= {
        "broken_total", "part_above_whole", "carry_forward_broken", "month_above_year", "stock_fell",
        "unexplained_query", "explained_query", "implied_figure_is_zero", "completed_without_date",
        "no_narrative", "ledger_mismatch", "text_in_number", "missing_value", "negative", "fraction",
        "bad_choice", "bad_date", "date_outside", "wrong_check_character", "short_credit_code",
        "bad_patent", "duplicate_key",
    }  # fmt: skip


def test_a_fault_changes_exactly_the_cells_it_names(
    layout: Layout, june: SampleReport, made: list[Fault]
) -> None:
    """Cell by cell, nothing else differs from the right report, which itself stays as it was."""
    right = values(layout, june)
    for fault in made:
        wrong = values(layout, fault.report)
        differing = {at for at in right.keys() | wrong.keys() if right.get(at) != wrong.get(at)}
        assert differing == fault.changed, (fault.name, fault.rule)
        assert edited(june, fault.edits) == fault.report
    assert values(layout, june) == right


def test_the_cell_of_a_fault_is_one_that_changed_or_one_of_the_same_relation(made: list[Fault]) -> None:
    """A field's fault is found where it was put; only a relation may point at its other operand."""
    for fault in made:
        assert (fault.sheet, fault.cell) in fault.changed or fault.code in (*CHECKS, "duplicate_key")


def test_a_fault_is_in_the_written_file_too(layout: Layout, june: SampleReport, made: list[Fault]) -> None:
    """One of each sort, read back from the workbook."""
    right = cells_of(write_fast(layout, june))
    for name in sorted({f.name for f in made}):
        fault = find_fault(made, name)
        wrong = cells_of(write_fast(layout, fault.report))
        assert {at for at in right.keys() | wrong.keys() if right.get(at) != wrong.get(at)} == fault.changed


@pytest.mark.parametrize("seed", [1, 2])
def test_a_relations_fault_breaks_it_and_no_other(registry: Registry, reports: Reports, seed: int) -> None:
    """In every unit's report, with last month known or not as the fault says."""
    seen = set()
    for unit in registry.units:
        report, before = reports[unit.code, JUNE], reports[unit.code, MAY]
        for fault in faults(lay_out(registry, unit, JUNE), report, seed, before):
            if fault.code not in CHECKS:
                continue
            found = set()
            for relation in registry.relations_of(unit):
                if relation.kind in BEYOND:
                    continue
                if fault.last_month == "absent" and relation.kind in BY_LAST_MONTH:
                    continue
                if broken(registry, fault.report, before, relation):
                    found.add(relation.id)
            assert found == {fault.rule}, (unit.short, fault.name, fault.edits)
            seen.add(fault.rule)
    missed = {r.id for r in registry.relations if r.kind not in BEYOND} - seen
    # What cannot be broken alone, or only against an earlier year.
    assert missed <= {
        "implies-3107-3105", "implies-4204-4201", "implies-4205-4204", "part_of-2202",
    }  # fmt: skip


def test_a_wrong_check_character_is_wrong_and_was_right(
    layout: Layout, june: SampleReport, made: list[Fault]
) -> None:
    """Only the last character differs."""
    fault = find_fault(made, "wrong_check_character")
    (at,) = fault.changed
    right, wrong = str(values(layout, june)[at]), str(values(layout, fault.report)[at])
    assert uscc.is_valid(right)
    assert not uscc.is_valid(wrong)
    assert right[:-1] == wrong[:-1]


def test_the_seed_chooses_the_places(layout: Layout, june: SampleReport, made: list[Fault]) -> None:
    """Equal seeds give equal faults; another seed puts some elsewhere."""
    again = faults(layout, june, 1, None)
    assert [f.edits for f in again] == [f.edits for f in faults(layout, june, 1, None)]
    assert [f.edits for f in again] != [f.edits for f in faults(layout, june, 2, None)]


def test_an_explained_query_carries_its_explanation(made: list[Fault]) -> None:
    """The same breach once without and once with a 核实说明."""
    explained, open_one = find_fault(made, "explained_query"), find_fault(made, "unexplained_query")
    assert explained.code == open_one.code == "steady"
    assert list(explained.report.explanations) == [explained.edits[0].key[0]]
    assert explained.explained is not open_one.explained
    assert open_one.report.explanations == {}


def test_oddities_mean_the_same_number(layout: Layout, june: SampleReport) -> None:
    """Full-width digits, separators and units: without them the figure is what it was."""
    made = oddities(layout, june, 1)
    assert len(made) == 4
    for oddity in made:
        (edit,) = oddity.edits
        code, measure = map(str, edit.key)
        unit = layout.registry.indicator[code].unit
        text = str(edit.value).replace(unit, "").replace(",", "").strip()
        assert text != june.figures[code, measure] != edit.value
        assert float(text) == june.figures[code, measure]


def test_an_unknown_fault_is_our_mistake(made: list[Fault]) -> None:
    """Asking for a fault that cannot be made raises KeyError."""
    with pytest.raises(KeyError):
        find_fault(made, "no such fault")
