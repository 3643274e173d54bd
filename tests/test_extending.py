"""What offices ask for is one file each, as docs/architecture.md says: tried in a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.validations.test_new_kind import ONE_FILE

ROOT = Path(__file__).parent.parent
PACKAGES = ("schemas", "validations", "flows")
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


class Addition(NamedTuple):
    """``named``: the file or folder as the page names it; ``text`` is appended to ``file``, or makes it."""

    named: str
    file: str
    text: str
    proof: str


INDICATOR = Addition(
    "schemas/2023/indicators.yaml",
    "schemas/2023/indicators.yaml",
    """
- code: "1198"
  name: 纲要宣讲报道
  unit: "篇"
  kind: flow
  reported_by: [county]
  basis: 组织开展知识产权强国、强省纲要解读宣传活动
  definition: 本月媒体对纲要宣讲活动的报道篇数，同一篇转载的不重复计。
""",
    """
from pathlib import Path
import openpyxl
import schemas
from flows.consolidation.scoring import assess
from flows.outputs.workbook.write import write_workbook
from schemas.dictionary import data_dictionary
from schemas.template.layout import lay_out
from tests.outputs.workbook.months import make_month

registry = schemas.load(2023)
layout = lay_out(registry, registry.unit_by_name["魏都区"], schemas.Period(2023, 6))
assert ("1198", "month") in layout.figures
assert "1198" in {entry.code for entry in data_dictionary(registry)}
month = make_month(registry)
write_workbook(month, assess(month), Path("book.xlsx"))
book = openpyxl.load_workbook("book.xlsx")
for sheet in ("指标汇总", "计分明细", "指标解释"):
    assert "1198" in {cell.value for row in book[sheet].iter_rows() for cell in row}, sheet
""",
)
KIND = Addition(
    "validations/kinds/",
    "validations/kinds/at_most_times.py",
    ONE_FILE,
    """
import schemas
from validations.kinds import checks_of, kinds
from validations.findings.finding import finding_types

registry = schemas.load(2023)
relation = schemas.Relation(
    id="times", kind="at_most_times", severity="query", more="3102", less="3105", times=2,
)
changed = registry.model_copy(update={"relations": (*registry.relations, relation)})
assert any(check.relation.kind == "at_most_times" for check in checks_of(changed))
assert "at_most_times" in finding_types()
""",
)
SHEET = Addition(
    "flows/outputs/workbook/sheets/",
    "flows/outputs/workbook/sheets/thanks.py",
    '''"""致谢: who reported in time."""

from __future__ import annotations

from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet


def draw_thanks(canvas, plan):
    canvas.title("致谢", "按时报送的单位")


SHEET = SheetKind(
    place=115,
    titles=one_sheet("致谢", "按时报送的单位"),
    draw=lambda canvas, drawing, _title: draw_thanks(canvas, drawing.plan),
)
''',
    """
from pathlib import Path
import openpyxl
import schemas
from flows.consolidation.scoring import assess
from flows.outputs.workbook.write import write_workbook
from tests.outputs.workbook.months import make_month

month = make_month(schemas.load(2023))
write_workbook(month, assess(month), Path("book.xlsx"))
book = openpyxl.load_workbook("book.xlsx")
names = book.sheetnames
assert names.index("报送情况") + 1 == names.index("致谢") == names.index("校验结果") - 1
assert "致谢" in {cell.value for row in book["封面"].iter_rows() for cell in row}
assert book["致谢"]["A1"].value == "致谢"
""",
)
FORMAT = Addition(
    "flows/reading/files/formats/",
    "flows/reading/files/formats/tabs.py",
    '''"""Sheets as text: a line with # and the title, then rows with tabs between the cells."""

from __future__ import annotations

from flows.reading.files.source_format import Guarded, Signature, SourceFormat
from flows.reading.grid import Grid


def _grids(guarded, _limits):
    grids = []
    for line in guarded.data.decode().splitlines():
        if line.startswith("#"):
            grids.append(Grid(line[1:], []))
        else:
            grids[-1].rows.append(line.split("\\t"))
    return grids


FORMAT = SourceFormat(
    title="制表符文本",
    signatures=(Signature("制表符文本", begins="#封面"),),
    survey=lambda content, _kind, _limits, _unread: Guarded(content),
    grids=_grids,
)
''',
    """
from flows.reading.files.file_kind import kind_of
from flows.reading.files.workbook import open_workbook
from flows.reading.limits import Limits

content = "#封面\\n填报单位\\t魏都区\\n#指标表\\n1101\\t5".encode()
assert (kind_of(content).name, kind_of(content).refused) == ("tabs", "")
book = open_workbook(content, Limits())
assert [(grid.name, grid.rows) for grid in book.grids] == [
    ("封面", [["填报单位", "魏都区"]]), ("指标表", [["1101", "5"]]),
]
""",
)


@pytest.mark.parametrize("addition", [INDICATOR, KIND, SHEET, FORMAT], ids=lambda a: Path(a.file).stem)
def test_an_addition_is_the_one_file_that_the_page_names(addition: Addition, tmp_path: Path) -> None:
    """In a copy of the packages one file is added or appended to, and the whole follows."""
    assert f"`{addition.named}`" in PAGE
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    target = tmp_path / addition.file
    known = target.read_text("utf-8") if target.exists() else ""
    target.write_text(known + addition.text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-c", addition.proof],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
