"""Puts Great Expectations' Data Docs of a month beside the site's own pages."""

from __future__ import annotations

import json
from pathlib import Path

from flows.durable import Together
from flows.home import Home
from flows.site import address
from schemas import Period
from validations import data_docs
from validations.data_docs import Run


def write_data_docs(home: Home, period: Period) -> bool:
    """Write the pages of every run of the month below ``site/data_docs/``; False where there is none.

    A run never changes once it is kept, so runs whose pages stand are not rendered again: rendering
    takes Great Expectations about 0.3 s a frame. Raises ``OSError`` when they can't be written.
    """
    folder = home.site / "data_docs"
    runs = kept_runs(home.runs / str(period))
    if not runs:
        return False
    with Together() as together:
        for name, content in data_docs.static_files().items():
            together.write(folder / name, content)
        for run in runs:
            if any(not path.is_file() for path in _expected(folder / str(period) / run.name, run)):
                for name, content in data_docs.run_pages(run, period.chinese).items():
                    together.write(folder / str(period) / run.name / name, content)
        back = (period.chinese, f"../../{address.month(period)}")
        index = data_docs.index_page(runs, f"{period.chinese} 校验运行", back)
        together.write(folder / str(period) / "index.html", index)
        for error in together.settle().values():
            raise error
    return True


def kept_runs(folder: Path) -> list[Run]:
    """The runs below ``outputs/runs/<period>``, in order; see ``flows.runs.gx_results``."""
    if not folder.is_dir():
        return []
    return [
        Run(path.name, _documents(path / "results"), _documents(path / "suites"))
        for path in sorted(folder.iterdir())
        if path.is_dir()
    ]


def _documents(folder: Path) -> dict[str, object]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def _expected(folder: Path, run: Run) -> list[Path]:
    return [folder / f"{frame}.html" for frame in run.results] + [
        folder / "expectations" / f"{frame}.html" for frame in run.suites
    ]
