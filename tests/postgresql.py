"""A PostgreSQL server of our own for the tests: Debian's binaries, loopback only, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from flows.operation.prefect_server import free_port

_DEBIAN = Path("/usr/lib/postgresql")
_START_SECONDS = 60


def binaries() -> Path | None:
    """The folder of the newest installed server, if any."""
    found = sorted(_DEBIAN.glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("postgres")
    return Path(elsewhere).parent if elsewhere else None


class Server:
    """``database`` makes a new, empty database and returns its address."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._numbers = count()

    def address(self, name: str) -> str:
        return f"postgresql://office@127.0.0.1:{self._port}/{name}"

    def database(self) -> str:
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def answers(self) -> bool:
        try:
            psycopg.connect(self.address("postgres"), connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running(bin_folder: Path) -> Iterator[Server]:
    """A server in a temporary folder. It refuses to run as root, so root lends it another account."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    user = None
    if os.geteuid() == 0:
        user = "postgres"
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, port = folder / "data", free_port()
    log = (folder / "log").open("wb")
    try:
        subprocess.run(
            [bin_folder / "initdb", "-D", data, "-U", "office", "-A", "trust", "-E", "UTF8", "-N"],
            check=True, user=user, stdout=log, stderr=log, cwd="/",
        )  # fmt: skip
        process = subprocess.Popen(
            [
                bin_folder / "postgres", "-D", data, "-p", str(port),
                "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}",
                "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
            ],
            user=user, stdout=log, stderr=log, cwd="/",
        )  # fmt: skip
        try:
            server = Server(port)
            until = time.monotonic() + _START_SECONDS
            while not server.answers():
                assert process.poll() is None, (folder / "log").read_text("utf-8")
                assert time.monotonic() < until, "PostgreSQL did not start"
                time.sleep(0.1)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        log.close()
        shutil.rmtree(folder, ignore_errors=True)
