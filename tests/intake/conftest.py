"""A home to start from, and what an undisturbed run makes of it, shared by the tests of failures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.intake.beginning import State, begin, copied, state, whole_run
from tests.intake.remembered import remembered


@pytest.fixture(scope="module")
def remember() -> Iterator[None]:
    with remembered():
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
