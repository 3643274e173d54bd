"""Reading in processes: what ends one of them costs one file."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import IO

import pytest

from flows.reading import Limits, read_all, read_each, read_report, worker_pool
from flows.reading.model import Reading, Unreadable
from flows.reading.worker_pool import WorkerError, kept_workers
from schemas import Registry, RegistryError, Unit
from schemas.loading import FOLDER
from tests.reading import files
from tests.reading.workbooks import filled

#: Bounds so wide that the guard lets everything through to the parser, in little memory.
OPEN = Limits(ratio=10**9, cells=10**15, unpacked_bytes=2**31, memory=600 * 2**20, seconds=6)


@pytest.fixture(scope="module")
def good(registry: Registry, county: Unit) -> bytes:
    return filled(registry, county)


def _jobs(folder: Path, contents: list[bytes]) -> list[tuple[Path, str]]:
    jobs = []
    for number, content in enumerate(contents):
        path = folder / f"{number:04}"
        path.write_bytes(content)
        jobs.append((path, f"{number}.xlsx"))
    return jobs


def test_results_come_in_the_order_of_the_jobs(tmp_path: Path, good: bytes) -> None:
    """Every file has its result at its place, under the name it was dropped with, and progress is told."""
    told: list[int] = []
    jobs = _jobs(tmp_path, [good, b"", good, b"%PDF-1.4"] * 8)
    results = read_all(jobs, workers=2, progress=told.append)
    assert [r.file for r in results] == [name for _, name in jobs]
    assert [isinstance(r, Reading) for r in results] == [True, False, True, False] * 8
    assert told == list(range(1, 33))


@pytest.mark.kills
@pytest.mark.parametrize("kill", [files.far_cell, files.hidden_ragged], ids=["far cell", "ragged"])
def test_files_that_kill_the_process_cost_only_themselves(tmp_path: Path, good: bytes, kill: object) -> None:
    """Even past the guard, a file that aborts its process is answered and its neighbours are read."""
    assert callable(kill)
    results = read_all(_jobs(tmp_path, [good, kill(), good]), limits=OPEN, workers=1)
    assert [type(r) for r in results] == [Reading, Unreadable, Reading]
    assert isinstance(results[1], Unreadable)
    assert results[1].code == "unprocessable"
    assert results[1].sha256
    assert "系统未能处理" in results[1].reason


@pytest.mark.kills
def test_repeated_cells_of_an_ods_are_bounded(tmp_path: Path, good: bytes) -> None:
    """An .ods that repeats a value over a whole sheet is refused or ends its own process only."""
    names = "urn:oasis:names:tc:opendocument:xmlns"
    cell = (
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    )
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="指标表">'
        f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    results = read_all(
        _jobs(tmp_path, [files.ods(content), good]), limits=Limits(memory=600 * 2**20, seconds=6)
    )
    assert [type(r) for r in results] == [Unreadable, Reading]


@pytest.mark.kills
def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path, good: bytes) -> None:
    """The time limit ends the reading of one file and says so; the next is read."""
    slow = files.package(files.sheet("<x:r/>" * 6_000_000, "<!-- -->"))
    limits = Limits(ratio=10**9, seconds=0.4)
    start = time.monotonic()
    results = read_all(_jobs(tmp_path, [slow, good]), limits=limits, workers=1)
    assert time.monotonic() - start < 10
    assert isinstance(results[0], Unreadable)
    assert "超过 0.4 秒" in results[0].reason
    assert isinstance(results[1], Reading)


def test_results_can_be_taken_one_by_one(tmp_path: Path, good: bytes) -> None:
    """A caller may stop in the middle; the processes end with it."""
    jobs = _jobs(tmp_path, [good] * 5)
    stream = read_each(jobs)
    index, result = next(stream)
    assert (index, type(result)) == (0, Reading)
    stream.close()


def test_no_jobs_start_nothing() -> None:
    """Nothing to read gives nothing."""
    assert read_all([]) == []


def test_an_original_that_is_gone_is_our_failure_and_one_files(tmp_path: Path, good: bytes) -> None:
    """A missing original is logged and answered; the others are read."""
    jobs = [(tmp_path / "gone", "a.xlsx"), *_jobs(tmp_path, [good])]
    results = read_all(jobs)
    assert [type(r) for r in results] == [Unreadable, Reading]


def _children() -> set[int]:
    task = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children")
    return {int(number) for number in task.read_text("ascii").split()}


def test_a_process_that_lasts_keeps_its_workers(tmp_path: Path, good: bytes) -> None:
    """The next files find the same worker, unless a file has ended it; in the end none is left."""
    before = _children()
    with kept_workers():
        read_all(_jobs(tmp_path, [good]))
        first = _children() - before
        assert len(first) == 1
        assert isinstance(read_all(_jobs(tmp_path, [good]))[0], Reading)
        assert _children() - before == first
        killed, read = read_all(_jobs(tmp_path, [files.far_cell(), good]), limits=OPEN, workers=1)
        assert (type(killed), type(read)) == (Unreadable, Reading)
        assert not (_children() - before) & first, "a worker under other limits is none of these"
    assert _children() == before


def test_a_kept_worker_knows_the_policy_of_today(
    tmp_path: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a file of the registry has changed, the worker that read the old one is not used again."""
    before = _children()
    with kept_workers():
        read_all(_jobs(tmp_path, [good]))
        first = _children() - before
        monkeypatch.setattr(worker_pool, "policy_stamp", lambda: (("units.yaml", 1, 1),))
        read_all(_jobs(tmp_path, [good]))
        assert not (_children() - before) & first
    assert _children() == before


def test_a_reading_arrives_as_it_was_read(good: bytes) -> None:
    """What travels between processes as plain tuples is the same reading on the other side."""
    read = read_report(good, "6月.xlsx")
    assert isinstance(read, Reading)
    assert read.figures
    assert read.ledgers
    arrived = pickle.loads(pickle.dumps(read))
    assert arrived == read
    for cells in ("figures", "progress", "ledgers"):
        assert [type(cell) for cell in getattr(arrived, cells)] == [
            type(cell) for cell in getattr(read, cells)
        ]


def test_a_process_that_can_not_be_started_leaves_none_behind(
    tmp_path: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one is ended when there is no second; what the system said is told."""
    started: list[subprocess.Popen[bytes]] = []
    really = worker_pool._started

    def scarce(line: int, said: IO[bytes]) -> subprocess.Popen[bytes]:
        if started:
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        started.append(really(line, said))
        return started[0]

    monkeypatch.setattr(worker_pool, "_started", scarce)
    monkeypatch.setattr(worker_pool, "_FILES_PER_WORKER", 1)
    with pytest.raises(WorkerError, match="Resource temporarily unavailable"):
        read_all(_jobs(tmp_path, [good, good]), workers=2)
    assert started[0].returncode is not None


def test_a_mistake_in_the_policy_of_a_reports_year_is_no_fault_of_the_report(
    tmp_path: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the office's: told as such, and the file is not set aside."""
    folder = tmp_path / "schemas"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "template"))
    shutil.copytree(folder / "2023", folder / "2022")
    (folder / "2023" / "waivers.yaml").unlink()
    monkeypatch.setenv("YAODIAN_SCHEMAS", str(folder))
    with pytest.raises(RegistryError, match=r"waivers\.yaml"):
        read_all(_jobs(tmp_path, [good]), workers=1)
