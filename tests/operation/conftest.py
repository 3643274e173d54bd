"""A Dask cluster of the tests' own, started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.operation import cluster
from tests.operation.cluster import Cluster


@pytest.fixture(scope="session")
def dask(tmp_path_factory: pytest.TempPathFactory, object_store: dict[str, str]) -> Iterator[Cluster]:
    """A scheduler and two workers, processes of their own, as the README starts them."""
    with cluster.running(tmp_path_factory.mktemp("dask"), 2, **object_store) as running:
        yield running
