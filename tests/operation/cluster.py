"""A Dask cluster of real processes on loopback: a scheduler and workers that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import distributed

from flows.operation.prefect_server import free_port

_PATIENCE = 120


class Cluster:
    """``address``: the scheduler's. ``log``: what all of its processes said."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.log = folder / "dask.log"
        self._folder = folder
        self._variables = variables
        self._processes: list[subprocess.Popen[bytes]] = []
        port = self.address.rpartition(":")[2]
        self._start("dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        self.client: Any = distributed.Client(self.address, timeout=_PATIENCE, set_as_default=False)

    def worker(self, name: str, *options: str) -> subprocess.Popen[bytes]:
        """A worker as the README starts one; it is there when this returns."""
        before = len(self.client.nthreads())
        process = self._start(
            "dask_worker", self.address, "--nthreads", "1", "--name", name, "--no-dashboard", *options
        )
        self.client.wait_for_workers(before + 1, timeout=_PATIENCE)
        return process

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
                cwd=self._folder,
                env=os.environ | self._variables,
                stdout=said,
                stderr=said,
            )
        self._processes.append(process)
        return process

    def end(self) -> None:
        self.client.close()
        # Workers first: a nanny that is asked to end takes its worker with it.
        for process in reversed(self._processes):
            process.terminate()
        for process in reversed(self._processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def running(folder: Path, workers: int, *options: str, **variables: str) -> Iterator[Cluster]:
    cluster = Cluster(folder, **variables)
    try:
        for number in range(workers):
            cluster.worker(f"worker-{number}", *options)
        yield cluster
    finally:
        cluster.end()
