"""Chunks on a Dask cluster when workers die, are away, or never were."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.intake import collect, decide
from flows.intake.batches.local import ChunkLostError
from flows.intake.batches.read import ReadJob
from flows.operation import dask_executor, executor, flows, tasks
from flows.operation.dask_executor import DaskExecutor
from flows.operation.prefect_server import free_port
from flows.platform.home import Home
from schemas import RegistryError
from tests.intake.batches.deadly import Deadly, deaths
from tests.intake.run import JUNE, NOW, drop, good
from tests.operation import cluster
from tests.operation.cluster import Cluster

pytestmark = pytest.mark.dask

UNITS = ("魏都区", "长葛市", "禹州市")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Three reports wait."""
    for second, unit in enumerate(UNITS):
        drop(tmp_path, f"{unit}/六月.xlsx", good(unit), second=second)
    return Home(tmp_path)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_executor, "READ_TOGETHER", 2)
    monkeypatch.setattr(dask_executor, "CHECK_TOGETHER", 2)


def counted(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_worker_killed_in_the_middle_costs_nothing(
    home: Home,
    tmp_path_factory: pytest.TempPathFactory,
    dask: Cluster,
    bucket: str,
    prefect_api: str,
    small_chunks: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SIGKILL while a chunk is read, and again while one is checked: each goes to another worker.

    Originals are in an object store here, as for workers that share no folder with the flow.
    """
    folder = tmp_path_factory.mktemp("deaths")
    reading, checking = counted(folder / "reading"), counted(folder / "checking")
    unread, place = collect.reading_job, decide.number_reports

    def deadly_to_read(*arguments: Any) -> ReadJob:
        chunk = unread(*arguments)
        return replace(chunk, place=Deadly(chunk.place, reading))

    def deadly_to_check(*arguments: Any) -> decide.NumberedReports:
        placed = place(*arguments)
        deadly = replace(placed.unchecked, policy=Deadly(placed.unchecked.policy, checking))
        return replace(placed, unchecked=deadly)

    monkeypatch.setattr(collect, "reading_job", deadly_to_read)
    monkeypatch.setattr(tasks.decide, "number_reports", deadly_to_check)
    monkeypatch.setenv("YAODIAN_DASK", dask.address)
    monkeypatch.setenv("YAODIAN_ARCHIVE", bucket)
    state = asyncio.run(flows.intake_flow(str(home.root), NOW.isoformat(), "市局", return_state=True))
    assert state.is_completed()
    taken = asyncio.run(state.aresult())
    assert [s.result for s in taken.submissions] == ["accepted"] * 3
    assert [s.number for s in taken.submissions] == [1, 2, 3]
    assert len(list((home.runs / str(JUNE)).iterdir())) == 2
    assert (deaths(reading), deaths(checking)) == (1, 1)
    assert not home.archive.exists()


@pytest.fixture
def frail(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster that gives a chunk up with its first worker, and starts no worker again."""
    folder = tmp_path / "frail"
    folder.mkdir()
    with cluster.running(folder, 0, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as running:
        yield running


def test_what_kills_every_worker_is_our_failure(
    home: Home, frail: Cluster, prefect_api: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The run fails and says so; with a cluster in order again, the same drops are taken."""
    folder = counted(tmp_path / "deaths")
    monkeypatch.setenv("YAODIAN_DASK", frail.address)
    frail.worker("first", "--no-nanny")
    unread = collect.reading_job
    with monkeypatch.context() as patch:
        deadly = lambda *a: replace(unread(*a), policy=Deadly({}, folder, None))  # noqa: E731
        patch.setattr(collect, "reading_job", deadly)
        with pytest.raises(ChunkLostError, match="Dask 工作进程多次中途停止"):
            asyncio.run(flows.intake_flow(str(home.root), NOW.isoformat(), "市局"))
    assert deaths(folder) == 1
    frail.worker("second", "--no-nanny")
    taken = asyncio.run(flows.intake_flow(str(home.root), NOW.isoformat(), "市局"))
    assert [s.result for s in taken.submissions] == ["accepted"] * 3


def test_a_cluster_that_is_away_is_one_line(frail: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """No scheduler, or a scheduler without workers: an ``OSError`` that names the address."""
    monkeypatch.setattr(dask_executor, "_PATIENCE", 1.0)
    nowhere = f"tcp://127.0.0.1:{free_port()}"
    for address, words in ((nowhere, "Dask 没有应答"), (frail.address, "Dask 没有工作进程")):
        with (
            dask_executor.open_dask_executor(address) as workers,
            pytest.raises(OSError, match=words) as told,
        ):
            workers.check(_anything())
        assert told.value.filename == address


def _anything() -> Any:
    """Never sent: there is nobody to send it to."""
    from flows.intake.batches.check import CheckJob

    return CheckJob(JUNE, (("one", None),), None, {})  # type: ignore[arg-type]


def test_without_the_extra_it_is_a_setting_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says what to install."""
    import sys

    monkeypatch.setitem(sys.modules, "flows.operation.dask_executor", None)
    monkeypatch.setenv("YAODIAN_DASK", "tcp://127.0.0.1:1")
    with (
        pytest.raises(RegistryError, match=r"YAODIAN_DASK：没有安装 Dask 支持 yaodian\[dask\]"),
        executor.configured_executor(),
    ):
        pass


def test_nothing_to_do_connects_to_nobody() -> None:
    """An empty inbox needs no cluster."""
    with dask_executor.open_dask_executor("tcp://127.0.0.1:1") as workers:
        assert isinstance(workers, DaskExecutor)
