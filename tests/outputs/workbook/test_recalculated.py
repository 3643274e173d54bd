"""The workbook recalculated by another program agrees with what is stored in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outputs.workbook.recalculation import Cells, formulas, recalculated, stored

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.filterwarnings("ignore:.*extension is not supported"),  # openpyxl drops sparklines
]


@pytest.mark.parametrize("which", ["written", "written_empty"])
def test_every_formula_recalculates_to_its_stored_value(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Two computations, one by us and one by LibreOffice, within 1e-9."""
    path: Path = request.getfixturevalue(which)
    before, after = stored(path), recalculated(path, tmp_path)
    differing = {
        key: (before.get(key), after.get(key))
        for key in formulas(path)
        if not _equal(before.get(key), after.get(key))
    }
    assert len(formulas(path)) > 3000
    assert differing == {}


def _equal(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == pytest.approx(other, rel=1e-9, abs=1e-9)
    return one == other


def test_changing_a_figure_a_weight_or_a_target_changes_score_and_rank(written: Path, tmp_path: Path) -> None:
    """The file is live: what the office tries out in it shows at once, here and on 总览."""
    before = stored(written)
    units = _column(before, "考核得分", "C")
    last = next(cell for cell in units if before["考核得分", cell.replace("C", "B")] == 4)
    row = last[1:]
    worst = units[last]
    figures = dict.fromkeys(_figures_of(before, str(worst)), 10000)
    after = recalculated(written, tmp_path / "figures", figures)
    assert float(str(after["考核得分", f"D{row}"])) > float(str(before["考核得分", f"D{row}"]))
    assert after["考核得分", f"B{row}"] == 1
    assert after["总览", "B10"] == worst

    changes: dict[tuple[str, str], object] = {("考核得分", f"{column}6"): 0 for column in ("J", "K", "L")}
    after = recalculated(written, tmp_path / "settings", {**changes, ("计分明细", "G6"): 1_000_000})
    assert after["考核得分", "D12"] != before["考核得分", "D12"]
    assert after["考核得分", "E12"] == "—"
    scores = [after["计分明细", f"{column}6"] for column in ("O", "P")]
    assert all(isinstance(s, int | float) and s < 1 for s in scores)


def _column(cells: Cells, sheet: str, column: str) -> dict[str, object]:
    return {
        cell: value
        for (name, cell), value in cells.items()
        if name == sheet and cell[0] == column and cell[1:].isdigit() and 11 <= int(cell[1:]) <= 22
    }


def _figures_of(cells: Cells, unit: str) -> list[tuple[str, str]]:
    heads = {
        cell: v for (s, cell), v in cells.items() if s == "指标汇总" and cell.endswith("5") and v == unit
    }
    letter = next(iter(heads)).rstrip("5")
    return [
        ("指标汇总", f"{letter}{row}")
        for row in range(6, 500)
        if cells.get(("指标汇总", f"E{row}")) in ("本年累计", "期末数")
        and isinstance(cells.get(("指标汇总", f"{letter}{row}")), int | float)
    ]
