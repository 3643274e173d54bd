"""Puts Great Expectations' Data Docs of a month beside the site's own pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flows.durable import Together
from flows.home import Home
from flows.site import address
from schemas import Period
from validations import data_docs
from validations.data_docs import Run, Summary

#: Beside a run's pages: what the month's list of runs tells of it.
_SUMMARY = "summary.json"


def write_data_docs(home: Home, period: Period) -> bool:
    """Write the pages of every run of the month below ``site/data_docs/``; False where there is none.

    A run never changes once it is kept, so runs whose pages stand are neither rendered nor read again:
    where reports come one by one a month is hundreds of runs, and rendering takes Great Expectations a
    quarter of a second for each. Raises ``OSError`` when they can't be written.
    """
    folder = home.site / "data_docs"
    kept = _folders(home.runs / str(period))
    if not kept:
        return False
    listed: dict[str, Summary] = {}
    with Together() as together:
        for name, content in data_docs.static_files().items():
            together.write(folder / name, content)
        for path in kept:
            pages = folder / str(period) / path.name
            known = _standing(pages, path)
            if known is None:
                run = _run(path)
                known = data_docs.summary(run)
                for name, content in data_docs.run_pages(run, period.chinese).items():
                    together.write(pages / name, content)
                together.write(pages / _SUMMARY, json.dumps(known).encode())
            listed[path.name] = known
        back = (period.chinese, f"../../{address.month(period)}")
        index = data_docs.index_page(listed, f"{period.chinese} 校验运行", back)
        together.write(folder / str(period) / "index.html", index)
        for error in together.settle().values():
            raise error
    return True


def kept_runs(folder: Path) -> list[Run]:
    """The runs below ``outputs/runs/<period>``, in order; see ``flows.runs.gx_results``."""
    return [_run(path) for path in _folders(folder)]


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _run(path: Path) -> Run:
    return Run(path.name, _documents(path / "results"), _documents(path / "suites"))


def _documents(folder: Path) -> dict[str, object]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def _standing(pages: Path, run: Path) -> Summary | None:
    """What is told of a run all of whose pages stand; None where one does not."""
    frames = sorted(path.stem for path in run.glob("results/*.json"))
    expected = [pages / f"{frame}.html" for frame in frames]
    expected += [pages / "expectations" / f"{path.stem}.html" for path in run.glob("suites/*.json")]
    kept = pages / _SUMMARY
    if not all(path.is_file() for path in (*expected, kept)):
        return None
    try:
        told: list[dict[str, Any]] = json.loads(kept.read_bytes())
        return told if [row["frame"] for row in told] == frames else None
    except (ValueError, TypeError, KeyError):
        return None
