"""A home to start from, and what an undisturbed run makes of it, shared by the tests of failures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.intake import validation_results
from flows.reading.worker_pool import kept_workers
from tests.intake.beginning import State, begin, copied, state, whole_run
from tests.intake.remembered import remembered


@pytest.fixture(scope="module")
def remember() -> Iterator[None]:
    with remembered(), pytest.MonkeyPatch.context() as patch:
        # A run's account of itself goes by batches, which a run that was cut short had others of.
        patch.setattr(validation_results, "save_results", lambda *_: None)
        yield


@pytest.fixture(scope="module", autouse=True)
def _reading_workers() -> Iterator[None]:
    """Processes that read are kept from test to test, as a service keeps them from run to run."""
    with kept_workers():
        yield


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, remember: None) -> Path:
    """A home in which May is done and June's reports wait."""
    return begin(tmp_path_factory.mktemp("start"))


@pytest.fixture(scope="module")
def undisturbed(start: Path, tmp_path_factory: pytest.TempPathFactory) -> State:
    root = copied(start, tmp_path_factory.mktemp("undisturbed"))
    whole_run(root)
    return state(root)
