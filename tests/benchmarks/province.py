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
from dataclasses import dataclass, replace
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
    done, version = folder / "complete", f"{FORM} {schemas.load(PERIOD.year).version}"
    if not done.is_file() or done.read_text() != version:
        shutil.rmtree(folder, ignore_errors=True)
        _write_policy(made.policy, units)
        command = [sys.executable, "-m", "tests.benchmarks.province", str(made.inbox), str(made.corrections)]
        subprocess.run(command, check=True, env=os.environ | {"YAODIAN_SCHEMAS": str(made.policy)})
        done.write_text(version)
    return made


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
            _drop(inbox, code, content)


def write_correction(inbox: Path) -> None:
    """A report of the first unit that tells a little more of each work point."""
    code = schemas.load(PERIOD.year).units[0].code
    layout, report = _sample(code)
    told = {key: f"{text}（补充）" for key, text in report.progress.items() if text and key[1] == "progress"}
    _drop(inbox, code, filled(layout, replace(report, progress=report.progress | told)))


def _drop(inbox: Path, code: str, content: bytes) -> None:
    short = schemas.load(PERIOD.year).unit[code].short
    path = inbox / short / f"{short}_{PERIOD}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (_DROPPED, _DROPPED))


def _report(code: str) -> tuple[str, bytes]:
    return code, filled(*_sample(code))


def _sample(code: str) -> tuple[Layout, SampleReport]:
    registry = schemas.load(PERIOD.year)
    unit = registry.unit[code]
    report = sample_unit(registry, unit, PERIOD.year, [PERIOD.month], SEED)[code, PERIOD]
    return lay_out(registry, unit, PERIOD), report


def filled(layout: Layout, report: SampleReport) -> bytes:
    """The template of the layout's kind of unit with the report in it and the unit's own names."""
    digest = mark.digest(layout)
    if digest not in _templates:
        _templates[digest] = _template(layout)
    issued_to, template = _templates[digest]
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
#: By digest: units whose templates have the same cells share one.
_templates: dict[str, Template] = {}


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
    parser.add_argument("inbox", type=Path)
    parser.add_argument("corrections", type=Path)
    given = parser.parse_args()
    write_inbox(given.inbox)
    write_correction(given.corrections)
