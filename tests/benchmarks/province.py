"""A registry with as many units as are asked for, and a month of their reports as files.

The city's own units come first, then counties as in a province that has as many.
Reports are what counties really send: the issued template, whole, with values in its input cells.
Saving two thousand workbooks with openpyxl would take an hour, so the values are put into the
sheets' XML of one issued template.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from itertools import chain, count, islice
from multiprocessing import get_context
from pathlib import Path

import yaml

import schemas
from flows.demo.cells import placed
from flows.demo.sample import SampleReport, sample_unit
from schemas import Period, Unit
from schemas.loading import COMMON_FILES, FOLDER, YEAR_FILES
from schemas.template.layout import Layout, lay_out
from schemas.template.sheets import mark
from schemas.template.workbook import issue
from validations.run import self_checks

PERIOD = Period(2023, 6)
SEED = 2023
#: What the files are made like; reports kept by an earlier run are made again when it changes.
FORM = "deflated"
_DONE = "complete"
_EMPTY = re.compile(r'<c r="([A-Z]+\d+)"((?: s="\d+")?)(?: t="n")?(?:/>|></c>)')
_EPOCH = dt.date(1899, 12, 30)
#: Older than any settling time.
_DROPPED = dt.datetime(2023, 7, 3, 9, tzinfo=dt.UTC).timestamp()


@dataclass(frozen=True)
class Province:
    """``inbox``: a right report of every unit. ``corrections``: another one of the first unit."""

    policy: Path
    inbox: Path
    corrections: Path


def prepare(folder: Path, units: int) -> Province:
    """A province of ``units`` units below ``folder``, made where it is not there yet.

    The reports are written by a process of its own, which reads that policy.
    """
    made = Province(folder / "schemas", folder / "inbox", folder / "corrections")
    if _outdated(folder):
        shutil.rmtree(folder, ignore_errors=True)
        _write_policy(made.policy, units)
        _written(made, "month", str(made.inbox), str(made.corrections))
        (folder / _DONE).write_text(_version())
    return made


def prepare_months(folder: Path, province: Province, count: int) -> Sequence[Path]:
    """Inboxes of the year's first ``count`` months below ``folder``, which is of that province alone."""
    inboxes = [folder / f"{count}" / str(Period(PERIOD.year, month)) for month in range(1, count + 1)]
    if _outdated(folder / f"{count}"):
        shutil.rmtree(folder / f"{count}", ignore_errors=True)
        _written(province, "months", *map(str, inboxes))
        (folder / f"{count}" / _DONE).write_text(_version())
    return inboxes


def _outdated(folder: Path) -> bool:
    done = folder / _DONE
    return not done.is_file() or done.read_text() != _version()


def _version() -> str:
    return f"{FORM} {schemas.load(PERIOD.year).version}"


def _written(province: Province, what: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.province", what, *arguments]
    subprocess.run(command, check=True, env=os.environ | {"YAODIAN_SCHEMAS": str(province.policy)})


def _write_policy(folder: Path, units: int) -> None:
    (folder / str(PERIOD.year)).mkdir(parents=True)
    for name in YEAR_FILES:
        shutil.copy(FOLDER / str(PERIOD.year) / name, folder / str(PERIOD.year) / name)
    for name in (*COMMON_FILES, "settings.yaml"):
        shutil.copy(FOLDER / name, folder / name)
    policy = yaml.safe_load((FOLDER / "units.yaml").read_text("utf-8"))
    counties = (
        {"code": str(100_000 + n), "type": "county", "name": f"第{n}县市场监督管理局", "short": f"第{n}县"}
        for n in count(1)
    )
    policy["units"] = list(islice(chain(policy["units"], counties), units))
    text = yaml.safe_dump(policy, allow_unicode=True, sort_keys=False)
    (folder / "units.yaml").write_text(text, "utf-8")


def write_inbox(inbox: Path) -> None:
    """A right report of every unit of the registry, each in its unit's folder."""
    with get_context("spawn").Pool() as pool:
        for code, content in pool.imap_unordered(_report, schemas.load(PERIOD.year).unit, chunksize=8):
            _drop(inbox, code, content, PERIOD)


def write_months(inboxes: Sequence[Path]) -> None:
    """The same for January and on, an inbox each; every month follows from the one before."""
    codes = list(schemas.load(PERIOD.year).unit)
    with get_context("spawn").Pool() as pool:
        for last, inbox in enumerate(inboxes, start=1):
            report = partial(_report, months=range(1, last + 1))
            for code, content in pool.imap_unordered(report, codes, chunksize=8):
                _drop(inbox, code, content, Period(PERIOD.year, last))


def write_correction(inbox: Path) -> None:
    """A report of the first unit that tells a little more of each work point."""
    code = schemas.load(PERIOD.year).units[0].code
    layout, report = _sample(code, [PERIOD.month])
    told = {key: f"{text}（补充）" for key, text in report.progress.items() if text and key[1] == "progress"}
    _drop(inbox, code, filled(layout, replace(report, progress=report.progress | told)), PERIOD)


def _drop(inbox: Path, code: str, content: bytes, period: Period) -> None:
    short = schemas.load(period.year).unit[code].short
    path = inbox / short / f"{short}_{period}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (_DROPPED, _DROPPED))


def _report(code: str, months: Sequence[int] = (PERIOD.month,)) -> tuple[str, bytes]:
    return code, filled(*_sample(code, months))


def _sample(code: str, months: Sequence[int]) -> tuple[Layout, SampleReport]:
    """The last of the ``months``."""
    registry = schemas.load(PERIOD.year)
    unit, period = registry.unit[code], Period(PERIOD.year, months[-1])
    report = sample_unit(registry, unit, period.year, list(months), SEED)[code, period]
    return lay_out(registry, unit, period), report


def filled(layout: Layout, report: SampleReport) -> bytes:
    """The template of the layout's kind of unit with the report in it and the unit's own names."""
    key = mark.digest(layout), layout.period
    if key not in _templates:
        _templates[key] = _template(layout)
    issued_to, template = _templates[key]
    cells: dict[str, dict[str, str]] = {}
    for title, cell, value in placed(layout, report):
        if value is not None:
            cells.setdefault(title, {})[cell] = _xml(value)
    names = {issued_to.name: layout.unit.name, issued_to.code: layout.unit.code}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, (title, text) in template.items():
            info = zipfile.ZipInfo(name)
            # An entry says itself how it is packed; left to its default it would not be.
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, _typed_in(text, cells.get(title, {}), names))
    return out.getvalue()


Template = tuple[Unit, dict[str, tuple[str, str]]]
#: By digest and month: units whose templates have the same cells share one.
_templates: dict[tuple[str, Period], Template] = {}


def _template(layout: Layout) -> Template:
    """Whom it was issued to, and its parts: name -> (title of the sheet, XML)."""
    with zipfile.ZipFile(io.BytesIO(issue(layout, self_checks(layout.registry, layout)))) as source:
        titles = re.findall(r'<sheet [^>]*?name="([^"]+)"', source.read("xl/workbook.xml").decode())
        sheets = {f"xl/worksheets/sheet{n}.xml": _plain(title) for n, title in enumerate(titles, start=1)}
        parts = {n: (sheets.get(n, ""), _plain(source.read(n).decode())) for n in source.namelist()}
    return layout.unit, parts


def _plain(text: str) -> str:
    """Characters instead of the numbers that openpyxl writes for them, as Excel saves them."""
    return re.sub(r"&#(\d+);", lambda m: chr(int(m[1])) if int(m[1]) > 127 else m[0], text)


def _typed_in(text: str, cells: dict[str, str], names: dict[str, str]) -> bytes:
    left = dict(cells)

    def typed(found: re.Match[str]) -> str:
        value = left.pop(found[1], None)
        return found[0] if value is None else f'<c r="{found[1]}"{found[2]}{value}</c>'

    text = _EMPTY.sub(typed, text) if cells else text
    if left:
        raise KeyError(f"the template has no empty cells {sorted(left)[:5]}")
    for old, new in names.items():
        text = text.replace(old, new)
    return text.encode()


def _xml(value: float | str | dt.date) -> str:
    if isinstance(value, dt.date):
        return f"><v>{(value - _EPOCH).days}</v>"
    if isinstance(value, str):
        return f' t="inlineStr"><is><t>{escape(value)}</t></is>'
    return f"><v>{value!r}</v>"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("month", "months"))
    parser.add_argument("folders", type=Path, nargs="+")
    given = parser.parse_args()
    if given.what == "month":
        write_inbox(given.folders[0])
        write_correction(given.folders[1])
    else:
        write_months(given.folders)
