"""Puts Great Expectations' Data Docs of a month beside the site's own pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from flows.outputs.site import urls
from flows.platform.atomic_files import FsyncBatch
from flows.platform.home import Home
from schemas import Period
from validations import data_docs
from validations.data_docs import Run, Summary

#: Beside a run's pages: what the month's list of runs tells of it, and digests of the pages.
_SUMMARY = "summary.json"


def write_data_docs(home: Home, period: Period) -> bool:
    """Write the pages of every run of the month below ``site/data_docs/``; False where there is none.

    A run never changes once it is kept, so runs whose pages stand as they were drawn, by what would draw
    them now, are neither rendered nor read again: where reports come one by one a month is hundreds of
    runs, and rendering takes Great Expectations a quarter of a second for each.

    Raises ``OSError`` when they can't be written.
    """
    folder = home.site / "data_docs"
    kept = _folders(home.runs / str(period))
    if not kept:
        return False
    listed: dict[str, Summary] = {}
    with FsyncBatch() as together:
        for name, content in data_docs.static_files().items():
            together.write(folder / name, content)
        for path in kept:
            pages = folder / str(period) / path.name
            known = _standing(pages, path)
            if known is None:
                run = _run(path)
                known = data_docs.summary(run)
                drawn = data_docs.run_pages(run, period.chinese)
                for name, content in drawn.items():
                    together.write(pages / name, content)
                together.write(pages / _SUMMARY, _kept(known, drawn))
            listed[path.name] = known
        back = (period.chinese, f"../../{urls.month(period)}")
        index = data_docs.index_page(listed, f"{period.chinese} 校验运行", back)
        together.write(folder / str(period) / "index.html", index)
        for error in together.settle().values():
            raise error
    return True


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    # A leading point marks a run whose reports are not recorded yet, see flows.intake.validation_results.
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _run(path: Path) -> Run:
    return Run(path.name, _documents(path / "results"), _documents(path / "suites"))


def _documents(folder: Path) -> dict[str, object]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def _kept(told: Summary, pages: Mapping[str, bytes]) -> bytes:
    digests = {name: _digest(content) for name, content in pages.items()}
    return json.dumps({"told": told, "pages": digests, "drawn_with": data_docs.drawn_with()}).encode()


def _standing(pages: Path, run: Path) -> Summary | None:
    """What is told of a run all of whose pages stand as they would be drawn; None where one does not."""
    expected = {f"{path.stem}.html" for path in run.glob("results/*.json")}
    expected |= {f"expectations/{path.stem}.html" for path in run.glob("suites/*.json")}
    try:
        kept = json.loads((pages / _SUMMARY).read_bytes())
        if kept["drawn_with"] != data_docs.drawn_with() or kept["pages"].keys() != expected:
            return None
        whole = all(_digest((pages / name).read_bytes()) == digest for name, digest in kept["pages"].items())
        told: Summary = kept["told"]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return told if whole else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
