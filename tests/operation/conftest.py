"""A Prefect server and a Dask cluster of the tests' own, started once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.operation import prefect_server as server
from flows.platform.home import Home
from tests.operation import cluster
from tests.operation.cluster import Cluster


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prefect server for the tests' own flows; its API's address."""
    home = Home(tmp_path_factory.mktemp("prefect"))
    settings = {
        "PREFECT_HOME": str(home.prefect),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_UI_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    own = server.start(home, server.free_port(), settings)
    try:
        own.wait()
        yield own.api
    finally:
        own.stop()


@pytest.fixture
def prefect_api(prefect_server: str, tmp_path: Path) -> Iterator[str]:
    """Inside, flows of this process are recorded by the test server."""
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

    with temporary_settings({PREFECT_API_URL: prefect_server, PREFECT_HOME: tmp_path / "prefect-home"}):
        yield prefect_server


@pytest.fixture(scope="session")
def dask(tmp_path_factory: pytest.TempPathFactory, object_store: dict[str, str]) -> Iterator[Cluster]:
    """A scheduler and two workers, processes of their own, as the README starts them."""
    with cluster.running(tmp_path_factory.mktemp("dask"), 2, **object_store) as running:
        yield running
