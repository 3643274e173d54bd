"""A later notice renumbers its items; what an indicator's code means does not change with that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

import schemas
from schemas import RegistryError
from schemas.loading import FOLDER

MOVED = """
# 5.10
- code: "5901"
  work_point: "5.10"
  name: 新增活动
  unit: "场"
  kind: flow
  reported_by: [county]
  basis: 新增
  definition: 本月新增的活动场次。
"""
REPORT = """
import json, schemas
from flows.reading import read_report
from tests.reading.workbooks import filled_workbook, saved
registry = schemas.load(2023)
book = filled_workbook(registry, registry.unit_by_name["魏都区"])
for row in book["工作进展"].iter_rows(min_col=1, max_col=1):
    if row[0].value == "5.10":
        row[0].value = 5.1
reading = read_report(saved(book), "a.xlsx")
print(json.dumps([
    sorted({cell.work_point for cell in reading.progress}),
    [cell.value for cell in reading.figures if cell.indicator == "5901" and cell.measure == "month"],
    sorted({one.code for one in reading.findings}),
]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A notice whose fifth section has a tenth item, and which counts 1103 under 2.4."""
    folder = tmp_path / "schemas"
    copytree(FOLDER, folder, ignore=ignore_patterns("*.py", "__pycache__"))
    points, indicators = folder / "2023" / "work_points.yaml", folder / "2023" / "indicators.yaml"
    points.write_text(
        points.read_text("utf-8") + '  - {code: "5.10", short: 新增, title: 新增事项}\n', encoding="utf-8"
    )
    text = indicators.read_text("utf-8")
    assert '- code: "1103"\n' in text
    text = text.replace('- code: "1103"\n', '- code: "1103"\n  work_point: "2.4"\n')
    indicators.write_text(text + MOVED, encoding="utf-8")
    return folder


def test_an_indicator_stands_under_the_item_that_its_entry_names(folder: Path) -> None:
    """Without a word of it, under the first two digits of its code."""
    registry = schemas.load(2023, folder)
    assert registry.indicator["1103"].work_point == "2.4"
    assert registry.indicator["1104"].work_point == "1.1"
    assert "1103" in {indicator.code for indicator in registry.indicators_under["2.4"]}
    assert "1103" not in {indicator.code for indicator in registry.indicators_under["1.1"]}
    tenth = registry.work_point["5.10"]
    assert (tenth.section, tenth.item) == (5, 10)
    assert [indicator.code for indicator in registry.indicators_under["5.10"]] == ["5901"]


def test_an_item_that_is_not_there_is_refused_at_its_key(folder: Path) -> None:
    path = folder / "2023" / "indicators.yaml"
    path.write_text(path.read_text("utf-8").replace('work_point: "2.4"', 'work_point: "2.5"'), "utf-8")
    with pytest.raises(RegistryError, match=r"没有要点 2\.5") as refused:
        schemas.load(2023, folder)
    assert (refused.value.file, refused.value.key) == ("indicators.yaml", "[1103].work_point")


def test_a_report_of_a_tenth_item_is_read(folder: Path) -> None:
    """Also where Excel has turned its number into 5.1: the title says which is meant."""
    told = subprocess.run(
        [sys.executable, "-c", REPORT],
        env=os.environ | {"YAODIAN_SCHEMAS": str(folder), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    points, month, codes = json.loads(told.stdout)
    assert {"5.1", "5.10"} <= set(points)
    assert month == [1]
    assert codes == []
