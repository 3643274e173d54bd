"""The main job end to end, as the three users meet it, on the demonstration's reports."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from flows.consolidation.merge import merge
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.write import draw_for_tracing
from flows.platform.home import Home
from flows.register.database import open_register
from schemas import Period, Registry
from tests.commands import yaodian
from tests.demonstration import Shown
from tests.outputs import city_totals
from tests.outputs.workbook.recalculation import recalculated, stored

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def _digests(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_the_demo_shows_every_kind_of_answer(demo: Shown) -> None:
    """Returned for a total, returned for a check character, queried, missing, late, set aside."""
    status = json.loads(demo.run("status", "2023-06", "--json").stdout)
    states = {unit["unit"]: unit["state"] for unit in status["units"]}
    assert sorted(set(states.values())) == ["missing", "queried", "reported", "returned"]
    assert [unit["unit"] for unit in status["units"] if unit["late"]] == ["经开区分局"]
    found = json.loads((demo.june / "findings.json").read_text("utf-8"))["findings"]
    by_unit = {one["unit"]: one["rule"] or one["code"] for one in found if one["severity"] == "error"}
    assert by_unit["襄城县"].startswith("total-")
    assert "uscc" in by_unit["长葛市"]
    assert [one["status"] for one in found if one["severity"] == "query"] == ["explained"]
    states_shown = {state for unit in status["units"] for state in unit["work_points"].values()}
    assert states_shown == {"REPORTED", "CONFIRMED_ZERO", "MISSING", "LATE", "RETURNED", "NOT_APPLICABLE"}


def test_nothing_dropped_is_lost(demo: Shown) -> None:
    """The inbox holds only answers; every original is in the archive; the stray file has its reason."""
    left = [p for p in (demo.home / "inbox").rglob("*") if p.is_file() and "回执" not in p.parts]
    assert left == []
    with sqlite3.connect(demo.home / "outputs" / "register.db") as register:
        taken = register.execute("SELECT file_sha256 FROM submissions").fetchall()
        aside = register.execute("SELECT file_sha256, file FROM quarantined").fetchall()
    for sha256, *_ in [*taken, *aside]:
        content = (demo.home / "outputs" / "archive" / sha256[:2] / sha256).read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256
    quarantine = {p.name for p in (demo.home / "outputs" / "quarantine").iterdir()}
    assert quarantine == {"Q00001_情况说明.xlsx", "Q00001_情况说明.xlsx.原因.txt"}


def test_every_clerk_finds_a_receipt(demo: Shown) -> None:
    """Each unit that sent something has its receipt; a returned one its marked workbook beside it."""
    answers = {
        folder.name: sorted(p.name for p in (folder / "回执").glob("2023-06-*"))
        for folder in (demo.home / "inbox").iterdir()
        if folder.is_dir()
    }
    assert [len(answers[unit]) for unit in ("魏都区", "襄城县", "长葛市", "知识产权促进科")] == [1, 2, 2, 0]
    marked = next(name for name in answers["襄城县"] if name.endswith(".xlsx"))
    book = openpyxl.load_workbook(demo.home / "inbox" / "襄城县" / "回执" / marked)
    assert book.sheetnames[0] == "校验结果"


@pytest.mark.usefixtures("prefect_api")
def test_consolidating_again_changes_no_byte(demo: Shown) -> None:
    """A second run on unchanged input leaves every output as it was."""
    before = _digests(demo.june)
    done = demo.run("consolidate", "2023-06")
    assert done.returncode == 0, done.stderr
    assert _digests(demo.june) == before
    assert "没有变化" in done.stdout


def test_an_independent_script_finds_the_same_city_totals(demo: Shown) -> None:
    """Every 全市合计 that is a sum equals openpyxl's arithmetic over the stored originals."""
    added = city_totals.totals(demo.home / "outputs", "2023-06")
    sheet = openpyxl.load_workbook(demo.workbook, data_only=True)["指标汇总"]
    rows = list(sheet.iter_rows(values_only=True))
    heading = next(row for row in rows if "全市合计" in row)
    code, measure, total, how = (heading.index(t) for t in ("代码", "口径", "全市合计", "合计方法"))
    checked = 0
    for row in rows:
        if row[how] == "合计" and row[measure] in city_totals.MEASURES:
            assert row[total] == pytest.approx(added[row[code], row[measure]], abs=1e-6), row[:6]
            checked += 1
    assert checked > 270


def test_distinct_enterprises_are_counted_once_across_units(demo: Shown, registry: Registry) -> None:
    """City values taken from the merged ledger count an enterprise once."""
    sheet = openpyxl.load_workbook(demo.workbook, data_only=True)["指标汇总"]
    distinct = {row[1]: row[5] for row in sheet.iter_rows(values_only=True) if row[6] == "台账去重"}
    named = {
        r.params["indicator"]: (r.params["ledger"], r.params["column"])
        for r in registry.relations
        if r.kind == "ledger_distinct"
    }
    assert set(distinct) == set(named)
    for code, (ledger, column) in named.items():
        rows = pd.read_parquet(demo.june / "dataset" / f"ledger_{ledger}.parquet")
        assert distinct[code] == rows[column].nunique()


@pytest.mark.libreoffice
def test_libreoffice_recalculates_to_the_stored_values(demo: Shown, tmp_path: Path) -> None:
    """Every formula of the workbook gives the value that is stored with it; none shows an error."""
    before, after = stored(demo.workbook), recalculated(demo.workbook, tmp_path)
    wrong = [
        (place, value, after.get(place))
        for place, value in before.items()
        if not _same(value, after.get(place))
    ]
    assert wrong == []
    assert not [p for p, v in after.items() if isinstance(v, str) and v.startswith("#")]


def _same(one: object, two: object) -> bool:
    if isinstance(one, int | float) and isinstance(two, int | float):
        return one == pytest.approx(two, abs=1e-9, rel=1e-9)
    return one == two


def test_the_dataset_reads_back_with_its_types(demo: Shown) -> None:
    """Figures are numbers, dates are dates, and csv and parquet hold the same rows."""
    figures = pd.read_parquet(demo.june / "dataset" / "figures.parquet")
    assert figures["value"].dtype == "float64"
    wanted = [
        "period", "unit_code", "unit", "work_point", "indicator", "measure", "value", "raw",
        "unit_of_measure", "submission_id", "file_sha256", "sheet", "cell",
    ]  # fmt: skip
    assert [c for c in figures.columns if c in wanted] == wanted
    csv = pd.read_csv(demo.june / "dataset" / "figures.csv", dtype={"unit_code": str, "indicator": str})
    assert (demo.june / "dataset" / "figures.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert csv["value"].sum() == pytest.approx(figures["value"].sum())
    assert len(csv) == len(figures)
    pledges = pd.read_parquet(demo.june / "dataset" / "ledger_pledges.parquet")
    assert (
        str(pledges["lent_on"].dtype) == "date32[day][pyarrow]"
        or pledges["lent_on"].map(lambda day: day.month == 6).all()
    )
    assert pledges["amount"].dtype == "float64"


def test_every_figure_stands_in_the_cell_that_it_names(demo: Shown) -> None:
    """Each row of the dataset, followed back to its original, finds its raw text there."""
    figures = pd.read_parquet(demo.june / "dataset" / "figures.parquet")
    for sha256, own in figures.groupby("file_sha256"):
        book = _original(demo, str(sha256))
        for row in own.itertuples(index=False):
            cell = book[row.sheet][row.cell].value
            assert _typed(cell) == (row.raw if isinstance(row.raw, str) else ""), (row.sheet, row.cell)


def _original(demo: Shown, sha256: str) -> openpyxl.Workbook:
    with (demo.home / "outputs" / "archive" / sha256[:2] / sha256).open("rb") as original:
        return openpyxl.load_workbook(original)


def _typed(value: object) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFC", str(value)) if not isinstance(value, float) else repr(value)


def test_trace_goes_back_to_the_cell_and_the_clause(demo: Shown) -> None:
    """A figure's trace ends at a cell of a stored original, and quotes the notice."""
    done = demo.run("trace", "2023-06", "魏都区", "3105", "--json")
    traced = json.loads(done.stdout)
    month = next(cell for cell in traced["cells"] if cell["measure"] == "month")
    book = _original(demo, traced["submission"]["sha256"])
    assert book[month["sheet"]][month["cell"]].value == month["value"]
    assert traced["work_point"]["basis"] == "切实加大商标、专利、地理标志执法办案力度"
    assert demo.run("trace", "2023-06", "襄城县", "3105").returncode == 1


def test_the_month_rebuilds_from_the_originals(demo: Shown) -> None:
    """verify finds nothing to say about the demonstration."""
    done = demo.run("verify", "2023-06")
    assert (done.returncode, done.stdout.strip().splitlines()[-1]) == (
        0,
        "2023年6月：与由原始文件重建的结果逐字节一致。",
    )


@pytest.mark.usefixtures("prefect_api")
def test_a_period_with_nothing_in_it_gives_a_workbook_that_says_so(tmp_path: Path) -> None:
    """Consolidating an empty month is no error."""
    done = yaodian(tmp_path, "consolidate", "2023-03")
    assert done.returncode == 0, done.stderr
    path = tmp_path / "outputs" / "2023-03" / "考核汇总表_2023-03.xlsx"
    texts = [str(c.value) for row in openpyxl.load_workbook(path)["总览"].iter_rows() for c in row if c.value]
    assert any("没有" in text or "未报" in text for text in texts)


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["status", "2023-13"], 2, "报告期应写成 2023-06 的样子"),
        (["consolidate", "1999-01"], 2, "没有 1999 年的要点登记"),
        (["templates", "2023", "--unit", "不存在县"], 2, "没有这个填报单位"),
        (["trace", "2023-06", "魏都区", "9999"], 2, "没有这个指标代码"),
        (["frobnicate"], 2, "没有这个命令"),
        (["status"], 2, "缺少参数"),
        (["derive", "nowhere.txt"], 2, "读不出"),
        (["seal", "2023-04"], 3, "还没有汇总"),
        (["reopen", "2023-04", "--reason", "更正"], 3, "没有封存"),
    ],
)
def test_wrong_use_is_one_line(tmp_path: Path, arguments: list[str], status: int, line: str) -> None:
    """Wrong arguments and refusals end with their status and one Chinese line, never a traceback."""
    (tmp_path / "inbox").mkdir()
    done = yaodian(tmp_path, *arguments)
    assert done.returncode == status, done.stderr
    assert line in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_totals_script_runs_alone(demo: Shown) -> None:
    """The auditor's script needs nothing of ours to be importable."""
    script = shutil.copy(city_totals.__file__, demo.home / "city_totals.py")
    done = subprocess.run(
        [sys.executable, "-I", str(script), str(demo.home / "outputs"), "2023-06"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "4201 本月数" in done.stdout


def test_every_figure_and_total_of_the_workbook_traces_to_its_cells(demo: Shown) -> None:
    """Each number on 指标汇总 leads to the units behind it; a total's parts add up to it."""
    canvas = draw_for_tracing(_plan(demo), "指标汇总")
    sheet = openpyxl.load_workbook(demo.workbook, data_only=True)["指标汇总"]
    figures = pd.read_parquet(demo.june / "dataset" / "figures.parquet")
    held = figures.set_index(["unit_code", "indicator", "measure"])["value"]
    traced = 0
    for row in sheet.iter_rows(min_row=6, max_row=120):
        if row[4].value not in city_totals.MEASURES or row[6].value != "合计":
            continue
        for cell in (row[5], *row[8:]):
            if not isinstance(cell.value, int | float):
                continue
            stands = canvas.meaning(cell.row - 1, cell.column - 1)
            assert stands is not None
            parts = [held[unit.code, i.code, stands.measure] for unit, i in stands.figures]
            assert sum(parts) == pytest.approx(cell.value, abs=1e-6), cell.coordinate
            traced += 1
    assert traced > 500


def test_a_cell_of_the_workbook_can_be_traced_from_the_command_line(demo: Shown) -> None:
    """The total's parts are told one by one; a cell that holds no figure is wrong use."""
    done = demo.run("trace", "2023-06", "--cell", "指标汇总!F6", "--json")
    told = json.loads(done.stdout)
    assert told["total"]
    assert sum(part["cells"][0]["value"] for part in told["parts"]) == float(told["shown"])
    assert demo.run("trace", "2023-06", "--cell", "指标汇总!A1").returncode == 2


def test_a_score_traces_to_the_cells_that_it_is_made_of(demo: Shown) -> None:
    """A total to its work points, one of these to its indicators and their reported figures; a weight to
    the file where the office sets it.
    """
    total = json.loads(demo.run("trace", "2023-06", "--cell", "考核得分!D11", "--json").stdout)
    assert len(total["steps"]) > 15
    point = json.loads(demo.run("trace", "2023-06", "--cell", total["steps"][0]["cell"], "--json").stdout)
    assert float(point["shown"]) == pytest.approx(total["steps"][0]["value"])
    assert [step["title"][:4] for step in point["steps"]] == [part["indicator"] for part in point["parts"]]
    weight = demo.run("trace", "2023-06", "--cell", "考核得分!J6")
    assert weight.returncode == 2
    assert "schemas/2023/assessment.yaml 的 weights" in weight.stderr


def test_a_month_of_the_trend_traces_to_that_months_reports(demo: Shown) -> None:
    """May's figure of June's workbook leads to the reports of May that were accepted, and to no other."""
    told_of = json.loads(demo.run("trace", "2023-06", "--cell", "月度走势!I6", "--json").stdout)
    assert {part["period"] for part in told_of["parts"]} == {"2023-05"}
    assert sum(part["cells"][0]["value"] for part in told_of["parts"]) == float(told_of["shown"])


def test_a_ledgers_cell_traces_to_the_original(demo: Shown) -> None:
    """The raw text is what stands in that cell of the file with that hash."""
    done = demo.run("trace", "2023-06", "--cell", "执法案件台账!C5", "--json")
    entry = json.loads(done.stdout)["ledger"]
    book = _original(demo, entry["submission"]["sha256"])
    assert book[entry["sheet"]][entry["cell"]].value == entry["raw"]
    lines = demo.run("trace", "2023-06", "--cell", "执法案件台账!C5").stdout.splitlines()
    assert lines[1].endswith(f"← 执法案件台账!{entry['cell']} 原文“{entry['raw']}”，照用")


def test_a_number_that_the_register_does_not_come_to_is_not_traced(demo: Shown, tmp_path: Path) -> None:
    """Refused, with what to do: somebody changed the workbook, or a report came after it."""
    home = shutil.copytree(demo.home, tmp_path / "home")
    book = openpyxl.load_workbook(demo.workbook)
    book["指标汇总"]["F6"] = 99999
    book.save(home / "outputs" / "2023-06" / demo.workbook.name)
    done = yaodian(home, "trace", "2023-06", "--cell", "指标汇总!F6")
    assert done.returncode == 3
    assert "请重新汇总后再追" in done.stderr


def _plan(demo: Shown) -> Plan:
    with open_register(Home(demo.home).database_url(None)).connect() as connection:
        month = merge(connection, Period(2023, 6))
    return Plan.of(month)
