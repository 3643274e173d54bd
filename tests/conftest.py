"""What the tests share: the registry of 2023, a county, and a register on either database."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

import schemas
from flows.register.database import open_register
from schemas import Registry, Unit
from tests import postgresql

#: Fixtures that several rooms share: ``demo`` and ``june``.
pytest_plugins = ["tests.demonstration", "tests.june_register"]


@pytest.fixture(scope="session")
def registry() -> Registry:
    return schemas.load(2023)


@pytest.fixture(scope="session")
def county(registry: Registry) -> Unit:
    return registry.unit_by_name["魏都区"]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A real server, started once; skipped where its programs are not installed."""
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with postgresql.running(folder) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def register_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new register, on each database that there may be."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'outputs' / 'register.db'}"
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    return server.database()


@pytest.fixture
def engine(register_url: str) -> Iterator[Engine]:
    opened = open_register(register_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def object_store() -> Iterator[dict[str, str]]:
    """A real server of objects on loopback, as S3 speaks; the environment that reaches it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    server.stop()


_BUCKETS = count()


@pytest.fixture
def bucket(object_store: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a new, empty bucket's folder; the environment says how to reach it."""
    import boto3

    for name, value in object_store.items():
        monkeypatch.setenv(name, value)
    name = f"originals-{next(_BUCKETS)}"
    boto3.client("s3").create_bucket(Bucket=name)
    return f"s3://{name}/yaodian"
