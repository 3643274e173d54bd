"""Two worker processes on one work pool, as the README starts them, on one machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from flows.platform.home import Home
from flows.register import queries
from flows.register.database import open_register
from tests.operation.test_serve import drop, environment, until

pytestmark = pytest.mark.services

POOL = "yaodian-homes"
WORKERS = ("甲机", "乙机")


class Api:
    """Questions to the Prefect server."""

    def __init__(self, address: str) -> None:
        self.address = address

    def ask(self, path: str, question: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"{self.address}{path}", json.dumps(question or {}).encode(), {"Content-Type": "application/json"}
        )
        for patience in (1, 2, 4, 8, 0):
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                # The server's SQLite is busy with a worker's writing; Prefect's own clients ask again.
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE or not patience:
                    raise
                time.sleep(patience)
        return None

    def runs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask(
            "/flow_runs/filter", {"work_pools": {"name": {"any_": [POOL]}}, "sort": "EXPECTED_START_TIME_ASC"}
        )
        return found

    def takers(self, run: dict[str, Any]) -> list[str]:
        """The workers that wanted the run, by what they say of it.

        Two that look at the same time both want it; the server gives it to one.
        """
        return [name for line in self._said(run, "submitting flow run") for name in WORKERS if name in line]

    def refused(self, run: dict[str, Any]) -> int:
        """How many of them the server told that another had it."""
        return len(self._said(run, "Aborted submission of flow run"))

    def _said(self, run: dict[str, Any], words: str) -> list[str]:
        logs = self.ask("/logs/filter", {"logs": {"flow_run_id": {"any_": [run["id"]]}}, "limit": 200})
        return [line["message"] for line in logs if words in line["message"]]


@pytest.fixture
def variables(prefect_server: str, tmp_path: Path) -> dict[str, str]:
    return environment() | {
        "PREFECT_API_URL": prefect_server,
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PYTHONIOENCODING": "utf-8",
    }


@pytest.fixture
def homes(tmp_path: Path) -> list[Home]:
    """In each a file waits that is no report."""
    made = []
    for name in ("甲市", "乙市"):
        root = tmp_path / name
        (root / "inbox" / "魏都区").mkdir(parents=True)
        drop(root, f"{name}.txt")
        made.append(Home(root))
    return made


@pytest.fixture
def workers(variables: dict[str, str], homes: list[Home], tmp_path: Path) -> Iterator[Path]:
    """Pool and deployments, and two workers that take one run at a time; what they said."""
    made = subprocess.run(
        [sys.executable, "-m", "flows.operation.service.pool", *(str(home.root) for home in homes)],
        env=variables, capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert made.stdout.split() == ["intake/甲市", "consolidate/甲市", "intake/乙市", "consolidate/乙市"]
    said = tmp_path / "workers.log"
    started = []
    for name in WORKERS:
        with said.open("ab") as output:
            started.append(
                subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "prefect",
                        "worker",
                        "start",
                        "--pool",
                        POOL,
                        "--type",
                        "process",
                        "--name",
                        name,
                        "--limit",
                        "1",
                    ],
                    env=variables,
                    stdout=output,
                    stderr=output,
                    cwd=tmp_path,
                )
            )
    yield said
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_two_workers_share_the_runs_of_a_pool(prefect_server: str, homes: list[Home], workers: Path) -> None:
    """Both take part, every run is taken by one of them, once, and what it was for is done.

    Two runs are of one home: the lock has the second wait for the first.
    """
    api = Api(prefect_server)

    def words() -> str:
        return workers.read_text("utf-8", "replace")[-4000:]

    def online() -> bool:
        found = api.ask(f"/work_pools/{POOL}/workers/filter")
        return {one["name"] for one in found if one["status"] == "ONLINE"} == set(WORKERS)

    until(online, words)
    deployments = {
        (one["name"], one["entrypoint"].rpartition("_")[2]): one["id"]
        for one in api.ask("/deployments/filter")
        if one["work_pool_name"] == POOL
    }
    for name, flow in (
        ("甲市", "intake"),
        ("甲市", "consolidate"),
        ("乙市", "intake"),
        ("乙市", "consolidate"),
    ):
        asked = {"parameters": {"home": _home(homes, name), "period": "2023-06"}}
        if flow == "intake":
            del asked["parameters"]["period"]
        api.ask(f"/deployments/{deployments[name, flow]}/create_flow_run", asked)
    ended = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
    until(lambda: all(run["state_type"] in ended for run in api.runs()), words)
    runs = api.runs()
    # An intake that finds its home busy for long leaves the drop to the other run: it has done its work too.
    assert [run["state_type"] for run in runs] == ["COMPLETED"] * 4, words()
    assert [run["run_count"] for run in runs] == [1] * 4
    # What a worker logs arrives every two seconds.
    until(lambda: all(len(api.takers(run)) == 1 + api.refused(run) for run in runs), words)
    takers = [api.takers(run) for run in runs]
    assert {name for names in takers for name in names} == set(WORKERS)
    for home in homes:
        engine = open_register(home.database_url(None))
        with engine.connect() as connection:
            assert [one.file for one in queries.quarantined(connection)] == [f"{home.root.name}.txt"]
            assert queries.unclosed_keys(connection) == set()
        engine.dispose()
        assert (home.outputs / "2023-06" / "manifest.json").is_file()


def _home(homes: list[Home], name: str) -> str:
    return next(str(home.root) for home in homes if home.root.name == name)
