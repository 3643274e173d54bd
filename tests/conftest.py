"""What the tests share: registry, registers, an object store, a Prefect server; and who runs which test."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

import schemas
from flows.operation import prefect_server as server
from flows.platform.home import Home
from flows.register.database import open_register
from schemas import Registry, Unit
from tests import postgresql

#: Fixtures that several rooms share: ``demo`` and ``june``.
pytest_plugins = ["tests.demonstration", "tests.june_register"]


# Tests start many processes that import the same modules: these are compiled once, and not by each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What tests write is flushed to disk thousands of times: in memory, where there is plenty, at no cost.
_MEMORY = Path("/dev/shm")
if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 4 * 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))

#: What must be installed for a marked test. `.ci/run` installs it all, so that none is skipped there.
PROGRAMS = {"libreoffice": "soffice", "chromium": "chromium"}
#: Costly fixture of a session -> the group of tests that share it, the slowest first; others go by file.
SHARED = {
    "demo": "demo",
    "prefect_server": "demo",
    "dask": "dask",
    "reports": "samples",
    "site": "site",
    "written": "written",
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, program in PROGRAMS.items():
        if item.get_closest_marker(marker) and shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the tests that one worker runs (``--dist loadgroup``), and begin with the longest groups."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    order = [*dict.fromkeys(SHARED.values())]
    items.sort(key=lambda item: order.index(group) if (group := _group(item)) in order else len(order))


def _group(item: pytest.Item) -> str:
    fixtures = getattr(item, "fixturenames", ())
    return next((group for name, group in SHARED.items() if name in fixtures), item.path.stem)


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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
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
def prefect_api(prefect_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Inside, flows and commands of this process are recorded by the test server."""
    monkeypatch.setenv("PREFECT_API_URL", prefect_server)
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

    with temporary_settings({PREFECT_API_URL: prefect_server, PREFECT_HOME: tmp_path / "prefect-home"}):
        yield prefect_server
