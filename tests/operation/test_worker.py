"""The worker's thread: one thing after another, and tidied when a long one is over."""

from __future__ import annotations

import threading

import pytest

from flows.operation.service import worker
from flows.operation.service.worker import OfficeWorker


@pytest.mark.parametrize("long", [True, False])
def test_memory_is_given_back_after_a_long_run(*, long: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the thread of the runs, when whoever gave the order has long been answered."""
    given = threading.Event()
    where: list[str] = []

    def give_back() -> None:
        where.append(threading.current_thread().name)
        given.set()

    monkeypatch.setattr(worker, "release_memory", give_back)
    monkeypatch.setattr(worker, "_LONG", 0.0 if long else 60.0)
    monkeypatch.setattr(worker, "_QUIET", 0.1)
    office = OfficeWorker({}, work_pool_name="pool", name="office")
    assert office.do(lambda: 1).result() == 1
    assert given.is_set() is False
    assert given.wait(5 if long else 0.5) is long
    office.finish()
    assert [name.partition("_")[0] for name in where] == ["run"] * long


def test_a_worker_that_has_finished_gives_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service may end in the while between."""
    monkeypatch.setattr(worker, "release_memory", lambda: pytest.fail("there is nobody to give it back"))
    monkeypatch.setattr(worker, "_LONG", 0.0)
    office = OfficeWorker({}, work_pool_name="pool", name="office")
    assert office.do(lambda: 1).result() == 1
    office.finish()
    office._give_back()
