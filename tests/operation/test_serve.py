"""``yaodian serve`` as an office runs it: real processes, on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.operation import prefect_server
from flows.operation.service.command_client import service_address_file
from flows.platform.home import Home

pytestmark = pytest.mark.services

#: Starting takes ten seconds on an idle machine, and much more where tests run side by side.
_PATIENCE = 240.0


class Service:
    """A running ``yaodian serve`` and what it said."""

    def __init__(self, home: Path) -> None:
        self.home = Home(home)
        self._said = (home / "said.txt").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from flows.cli.app import main; main()", "serve", "--port", "0",
             "--site-port", "0", "--home", str(home)],
            env=environment(),
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        until(lambda: bool(self.addresses) or self.process.poll() is not None, self.said)
        assert self.process.poll() is None, self.said()

    @property
    def addresses(self) -> dict[str, str]:
        return dict(prefect_server.announced_addresses(self.home))

    def said(self) -> str:
        return Path(self._said.name).read_text("utf-8")

    def ask(self, path: str, question: dict[str, Any] | None = None) -> Any:
        """One question to Prefect's API."""
        request = urllib.request.Request(
            f"{self.addresses['api']}{path}",
            json.dumps(question or {}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def runs(self, *states: str) -> list[dict[str, Any]]:
        wanted = {"flow_runs": {"state": {"type": {"any_": list(states)}}}}
        found: list[dict[str, Any]] = self.ask("/flow_runs/filter", wanted)
        return found

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        status = self.process.wait(_PATIENCE)
        self._said.close()
        return status


def environment() -> dict[str, str]:
    return os.environ | {"YAODIAN_NOW": "2023-07-15T09:00:00+08:00", "YAODIAN_USER": "市局"}


def until(true: Callable[[], bool], why: Callable[[], str], seconds: float = _PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, why()
        time.sleep(0.2)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "inbox" / "魏都区").mkdir(parents=True)
    yield tmp_path
    assert not prefect_server.announced_addresses(Home(tmp_path)), "a server was left behind"


def drop(home: Path, name: str) -> None:
    path = home / "inbox" / "魏都区" / name
    path.write_text("不是报表", "utf-8")
    os.utime(path, (0, 0))


def answered(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "inbox" / "魏都区").glob("回执/*.html"))


def test_a_service_answers_survives_and_ends(home: Path) -> None:
    """A drop gets its receipt, commands use the service, a crash leaves nothing, a restart goes on."""
    first = Service(home)
    api = first.addresses["api"]
    try:
        drop(home, "一.txt")
        until(lambda: answered(home) == ["Q00001_未能受理.html"], first.said, 90 + 60)
        drop(home, "二.txt")
        done = subprocess.run(
            [sys.executable, "-c", "from flows.cli.app import main; main()", "intake", "--home", str(home)],
            env=environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "二.txt：未能受理" in done.stdout
        assert len(answered(home)) == 2
        # Given to the service, which has all imported; its runs are in the same history.
        assert any(run["deployment_id"] is None for run in first.runs("COMPLETED"))
        deployments = {d["name"]: d for d in first.ask("/deployments/filter")}
        assert set(deployments) == {"every-minute", "after-deadline"}
        assert str(home) in json.dumps(deployments["every-minute"]["parameters"])
        until(lambda: bool(first.runs("COMPLETED")), first.said)
        # Prefect hands its log lines over every two seconds.
        until(lambda: "收件箱" in str(first.ask("/logs/filter", {"limit": 200})), first.said)
    finally:
        first.end(signal.SIGKILL)
    until(lambda: not prefect_server.is_answering(api), first.said)

    drop(home, "三.txt")
    second = Service(home)
    refused = subprocess.run(
        [sys.executable, "-c", "from flows.cli.app import main; main()", "serve", "--home", str(home)],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (refused.returncode, "已有一个 yaodian serve 在运行" in refused.stderr) == (3, True)
    until(lambda: len(answered(home)) == 3, second.said)
    assert len(second.ask("/deployments/filter")) == 2
    site = second.addresses["site"]
    api = second.addresses["api"]
    assert second.end(signal.SIGINT) == 0
    assert second.said().endswith("已结束。\n")
    assert not prefect_server.is_answering(api)
    assert not service_address_file(Home(home)).exists()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(site, timeout=5)
    assert not list((home / "inbox" / "魏都区").glob("*.txt"))
