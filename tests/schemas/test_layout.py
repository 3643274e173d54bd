"""The template's layout gives every input its own cell, in registry order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pytest

import schemas
from schemas import Period, Registry, Unit
from schemas.template.layout import Layout, column_letter, lay_out

PERIOD = Period(2023, 6)
UNITS = [unit.code for unit in schemas.load(2023).units]


@pytest.fixture(params=UNITS)
def layout(request: pytest.FixtureRequest, registry: Registry) -> Layout:
    return lay_out(registry, registry.unit[request.param], PERIOD)


def row(cell: str) -> int:
    return int(re.sub(r"\D", "", cell))


def rows_of(cells: Mapping[tuple[str, str], str]) -> list[tuple[str, int]]:
    """Each name with its row, in the order in which the rows stand."""
    return sorted({(name, row(cell)) for (name, _), cell in cells.items()}, key=lambda pair: pair[1])


@pytest.mark.parametrize("table", ["figures", "progress", "reference", "cover", "ledger_columns"])
def test_every_cell_is_single(layout: Layout, table: str) -> None:
    """No two fields of a sheet share a cell."""
    cells: Mapping[object, str] = getattr(layout, table)
    place = (
        cells.items()
        if table != "ledger_columns"
        else [((k[0], v), v) for k, v in layout.ledger_columns.items()]
    )
    counted = Counter(cell if table != "ledger_columns" else key for key, cell in place)
    assert max(counted.values(), default=1) == 1


def test_rows_stand_in_registry_order(layout: Layout) -> None:
    """One row per indicator and work point, without a gap, in the order of the notice."""
    expected = [i.code for i in layout.registry.indicators_of(layout.unit)]
    for cells in (layout.figures, layout.reference):
        rows = rows_of(cells)
        assert [name for name, _ in rows] == expected
        assert [number for _, number in rows] == list(range(rows[0][1], rows[0][1] + len(rows)))
    points = [p.code for p in layout.registry.work_points_of(layout.unit)]
    assert [name for name, _ in rows_of(layout.progress)] == points


def test_a_measure_stands_under_its_own_column(layout: Layout) -> None:
    """All figures of a measure are in one column, the one that the form names for it."""
    form = layout.registry.form
    letters = {field.name: column_letter(n) for n, field in enumerate(form.figures)}
    for (_, name), cell in layout.figures.items():
        assert cell.rstrip("0123456789") == letters[form.column_of.get(name, name)]


def test_every_measure_of_every_indicator_has_a_cell(layout: Layout) -> None:
    """What a unit must report can be typed somewhere."""
    for indicator in layout.indicators:
        for measure in (*indicator.measures, "explanation"):
            assert (indicator.code, measure) in layout.figures


def test_references_are_absolute_and_name_their_sheet(registry: Registry, county: Unit) -> None:
    """Formulas of 自查 point at fixed cells."""
    layout = lay_out(registry, county, PERIOD)
    sheet = registry.form.sheets["figures"].title
    assert re.fullmatch(rf"'{sheet}'!\$[A-Z]\$\d+", layout.figure_ref("4201", "month"))
    first, last = layout.ledger_first_row, layout.ledger_last_row
    assert last - first + 1 == registry.form.ledger_rows
    assert layout.ledger_range("pledges", "amount") == f"'质押融资台账'!$E${first}:$E${last}"


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_lettered_as_in_excel(index: int, letters: str) -> None:
    """A to Z, then AA."""
    assert column_letter(index) == letters
