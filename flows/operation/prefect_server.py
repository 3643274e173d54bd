"""A Prefect server on loopback: started by us, found again by others, ended with its starter."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flows.platform import atomic_files
from flows.platform.home import Home

#: Written by ``serve`` into Prefect's folder, for the other commands on the same home.
ADDRESS_FILE = "server.json"
LOG_FILE = "server.log"
#: A first start migrates a new database, which takes its time on a slow disk.
START_SECONDS = 180.0
STOP_SECONDS = 15.0


class ServerError(Exception):
    """The server did not start; one Chinese line that says where to look."""


class PortTakenError(Exception):
    """Another program listens on the port; one Chinese line."""


@dataclass
class Server:
    """A server that belongs to this process. ``settings``: Prefect's, beside our own environment."""

    port: int
    log: Path
    settings: Mapping[str, str]
    process: subprocess.Popen[bytes]

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def wait(self, seconds: float = START_SECONDS) -> None:
        """Return once it answers; :class:`ServerError` when it ends or does not answer in time."""
        until = time.monotonic() + seconds
        while not is_answering(self.api):
            if self.process.poll() is not None:
                raise ServerError(f"Prefect 服务没有启动成功，详情见 {self.log}")
            if time.monotonic() > until:
                raise ServerError(f"Prefect 服务 {seconds:.0f} 秒内没有应答，详情见 {self.log}")
            time.sleep(0.05)

    def restart(self) -> None:
        """Start it again where it was, after it has ended of itself, and wait until it answers."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process = _process(self.port, self.log, self.settings)
        self.wait()

    def stop(self) -> None:
        """End it and wait until it is gone."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(home: Home, port: int, settings: Mapping[str, str]) -> Server:
    """Start a server in a process of its own; it is not yet ready: see :meth:`Server.wait`."""
    home.prefect.mkdir(parents=True, exist_ok=True)
    log = home.prefect / LOG_FILE
    return Server(port, log, settings, _process(port, log, settings))


def _process(port: int, log: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
            # -P: a folder named flows/ where the office stands is not ours to import.
            [sys.executable, "-P", "-m", "flows.operation.prefect_server_process", str(port)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **settings},
            # Ctrl-C is for us: we end our work first, and the server, which records it, last.
            start_new_session=True,
        )


def check_port(port: int) -> None:
    """:class:`PortTakenError` when something listens on it."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise PortTakenError(f"端口 {port} 已被占用，请另选一个")


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_answering(api: str, seconds: float = 2.0) -> bool:
    """Whether a Prefect API is at this address."""
    address = urlsplit(api)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=seconds)
    try:
        connection.request("GET", f"{address.path}/health")
        response = connection.getresponse()
        return response.status == http.client.OK and response.read().strip() == b"true"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def announce(home: Home, addresses: Mapping[str, str]) -> None:
    """Let other commands on this home find the running server. ``addresses``: api, ui, site."""
    atomic_files.write(home.prefect / ADDRESS_FILE, json.dumps(addresses).encode())


def withdraw(home: Home) -> None:
    (home.prefect / ADDRESS_FILE).unlink(missing_ok=True)


def announced_addresses(home: Home) -> Mapping[str, str]:
    """Addresses of the server that ``serve`` runs on this home; empty when none answers.

    A file that outlived its server, or is no JSON, is as good as none.
    """
    try:
        addresses = json.loads((home.prefect / ADDRESS_FILE).read_text("utf-8"))
        found = {name: str(addresses[name]) for name in ("api", "ui", "site")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if is_answering(found["api"]) else {}
