"""Commands handed over to a running service."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.operation.service.command_client import run_by_service, service_address_file
from flows.operation.service.command_server import CommandServer, RunCommand
from flows.platform import environment
from flows.platform.home import Home

INTAKE = "flows.cli.intake:take_in"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in (*environment.PERSONAL, *environment.SHARED):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "outputs" / ".prefect").mkdir(parents=True)
    return Home(tmp_path)


Calls = list[tuple[object, ...]]


@pytest.fixture
def calls() -> Calls:
    """What was carried out: thread, command, arguments, who acts."""
    return []


@pytest.fixture
def run_command(calls: Calls) -> RunCommand:
    def noted(home: Home, command: str, *arguments: object) -> int:
        calls.append((threading.current_thread().name, command, arguments, environment.actor()))
        print("一行")
        print("另一行", file=sys.stderr)
        return 3

    return noted


@pytest.fixture
def open_server(home: Home, run_command: RunCommand) -> Iterator[CommandServer]:
    with ThreadPoolExecutor(1, "run") as thread, CommandServer(home, thread.submit, run_command) as opened:
        yield opened


@pytest.mark.usefixtures("open_server")
def test_a_command_is_carried_out_by_the_service(home: Home, calls: Calls) -> None:
    """On the thread of the runs, for the person who gave it; its lines and its status come back."""
    command = "flows.cli.consolidate:consolidate_period"
    # From another process, as in life: the service's own standard output is turned over meanwhile.
    ordering = (
        "import sys; from pathlib import Path; from flows.platform.home import Home; "
        "from flows.operation.service.command_client import run_by_service; "
        "sys.exit(run_by_service(Home(Path(sys.argv[1])), *sys.argv[2:]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", ordering, str(home.root), command, "2023-06"],
        env=os.environ | {"YAODIAN_USER": "小王", "PYTHONIOENCODING": "utf-8"},
        capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert told.returncode == 3
    assert calls == [("run_0", command, ("2023-06",), "小王")]
    assert (told.stdout, told.stderr) == ("一行\n", "另一行\n")


def test_without_a_service_the_work_is_ours(home: Home) -> None:
    """No service has ever run here, or it ended without a word: nobody takes the order."""
    assert run_by_service(home, INTAKE) is None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service_address_file(home).write_text(json.dumps({"port": port, "token": "x"}))
    assert run_by_service(home, INTAKE) is None
    service_address_file(home).write_text("{")
    assert run_by_service(home, INTAKE) is None


@pytest.mark.usefixtures("open_server")
def test_a_service_with_other_settings_takes_no_order(
    home: Home, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another register, other policies or another Prefect server: the command does its own work."""
    for name in ("YAODIAN_DATABASE_URL", "YAODIAN_SCHEMAS", "PREFECT_API_URL"):
        with monkeypatch.context() as other:
            other.setenv(name, "elsewhere")
            assert run_by_service(home, INTAKE) is None
    assert not calls


@pytest.mark.usefixtures("open_server")
@pytest.mark.parametrize("wrong", ["token", "home", "command", "nothing"])
def test_nobody_else_can_give_orders(home: Home, calls: Calls, wrong: str) -> None:
    """Without the token, for another home, for anything but the two commands: declined."""
    there = json.loads(service_address_file(home).read_text("utf-8"))
    assert service_address_file(home).stat().st_mode & 0o077 == 0
    order = {
        "token": there["token"], "home": str(home.root.resolve()), "command": INTAKE,
        "arguments": [], "personal": {}, "shared": {},
    }  # fmt: skip
    order[wrong] = "flows.cli.seal:seal_month"
    said = b"[]" if wrong == "nothing" else json.dumps(order).encode()
    with socket.create_connection(("127.0.0.1", there["port"])) as line:
        line.sendall(said + b"\n")
        assert json.loads(line.makefile().readline()) == {"taken": False}
    assert not calls


def test_an_order_is_carried_out_although_who_gave_it_has_gone(
    home: Home, calls: Calls, run_command: RunCommand
) -> None:
    """The line breaks off before the work begins: it is done all the same."""
    begin = threading.Event()
    with ThreadPoolExecutor(1, "run") as thread:
        thread.submit(begin.wait)
        with CommandServer(home, thread.submit, run_command):
            there = json.loads(service_address_file(home).read_text("utf-8"))
            order = {
                "token": there["token"], "home": str(home.root.resolve()), "command": INTAKE,
                "arguments": [], "personal": {}, "shared": {},
            }  # fmt: skip
            with socket.create_connection(("127.0.0.1", there["port"])) as line:
                line.sendall(json.dumps(order).encode() + b"\n")
                assert json.loads(line.makefile().readline()) == {"taken": True}
            begin.set()
    assert [command for _, command, _, _ in calls] == [INTAKE]
    assert not service_address_file(home).exists()


def test_a_service_that_stops_in_the_middle_is_told(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """The order was taken and the line broke off: one line says so, and the status is a failure."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        about = {"port": listening.getsockname()[1], "token": "x"}
        service_address_file(home).write_text(json.dumps(about))

        def take_and_stop() -> None:
            line, _ = listening.accept()
            with line, line.makefile("rwb") as said:
                said.readline()
                said.write(b'{"taken": true}\n')

        stopping = threading.Thread(target=take_and_stop)
        stopping.start()
        assert run_by_service(home, INTAKE) == 4
        stopping.join()
    assert "没有完成" in capsys.readouterr().err
