"""Reads many files in worker processes: a file that ends its process costs that file only."""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import IO

from flows.platform.processes import worthwhile_processes
from flows.reading.limits import Limits
from flows.reading.model import Reading, Unreadable
from schemas import RegistryError
from schemas.freshness import Stamp, policy_stamp
from validations.findings.finding import finding_type

_LOG = logging.getLogger(__name__)
#: A further worker pays for its start from about this many files on, and when it is kept from these.
_FILES_PER_WORKER, _FILES_PER_KEPT_WORKER = 24, 4
#: Time beyond the file's own limit after which a worker that answers nothing is stopped from outside.
_GRACE = 15.0
_START = 60.0

#: Files after which a worker is kept no longer: whatever a parser leaks goes with it, and a province's
#: month is merged without the memory of two of them.
_MOST_FILES = 500

#: A workbook's memory is kept for the next one instead of being given back to the system and asked for
#: again, page by page; glibc's own settings, which others pass over.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20)}

Job = tuple[Path, str]


class _Kept:
    """Workers that wait for the next files, in a process that lasts; else there are none."""

    def __init__(self) -> None:
        self.wanted = False
        self._idle: list[_Worker] = []

    def take(self, limits: Limits) -> _Worker:
        """An idle worker under the same limits, that knows the policy as it is now, or a new one."""
        policy = policy_stamp()
        while self._idle:
            worker = self._idle.pop()
            if worker.limits == limits and worker.policy == policy and worker.fresh:
                return worker
            worker.stop()
        return _Worker(limits, policy)

    def give_back(self, worker: _Worker) -> None:
        if self.wanted and worker.job is None and worker.fresh:
            self._idle.append(worker)
        else:
            worker.stop()

    def stop(self) -> None:
        self.wanted = False
        while self._idle:
            self._idle.pop().stop()


_kept = _Kept()


@contextmanager
def kept_workers(ahead: int = 0) -> Iterator[None]:
    """Inside, workers are not ended after their last file: starting one takes as long as forty files.

    ``ahead``: so many are started now, before there is anything to read. Only for one thread at a time.
    """
    _kept.wanted = True
    started: list[_Worker] = []
    try:
        try:
            for _ in range(ahead):
                started.append(_kept.take(Limits()))  # noqa: PERF401 - as in read_each
        finally:
            for worker in started:
                _kept.give_back(worker)
        yield
    finally:
        _kept.stop()


class WorkerError(RuntimeError):
    """No worker process could be started: a failure of ours, with what it said."""


def read_all(
    jobs: Sequence[Job],
    *,
    limits: Limits | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Reading | Unreadable]:
    """Read the originals at the paths of ``jobs``, dropped under the names beside them; results in order.

    ``progress`` is called with the number of files done. Raises :class:`WorkerError`, and
    :class:`schemas.RegistryError` where the policy of a report's year can't be used.
    """
    results: dict[int, Reading | Unreadable] = {}
    for index, result in read_each(jobs, limits=limits, workers=workers):
        results[index] = result
        if progress is not None:
            progress(len(results))
    return [results[index] for index in range(len(jobs))]


def read_each(
    jobs: Sequence[Job], *, limits: Limits | None = None, workers: int | None = None
) -> Iterator[tuple[int, Reading | Unreadable]]:
    """As :func:`read_all`, each result with its position as soon as it is there, in any order.

    Memory stays bounded when the caller lets go of what it was given.
    """
    bounds = limits or Limits()
    share = _FILES_PER_KEPT_WORKER if _kept.wanted else _FILES_PER_WORKER
    count = min(worthwhile_processes(len(jobs), share, workers), len(jobs))
    pending = iter(enumerate(jobs))
    pool: list[_Worker] = []
    try:
        for _ in range(count):
            pool.append(_kept.take(bounds))  # noqa: PERF401 - those that did start are given back
        for worker in pool:
            worker.next(pending)
        while busy := {worker.connection: (worker, worker.job) for worker in pool if worker.job is not None}:
            ready = wait(list(busy), timeout=bounds.seconds + _GRACE)
            for worker, job in [pair for line, pair in busy.items() if line in ready] or busy.values():
                done = worker.answer(job, stuck=not ready)
                worker.next(pending)
                yield done
    finally:
        for worker in pool:
            _kept.give_back(worker)


class _Worker:
    """A process and the file that it is reading. ``policy``: the registry that it was started with."""

    def __init__(self, limits: Limits, policy: Stamp) -> None:
        self.limits = limits
        self.policy = policy
        self.job: tuple[int, Job] | None = None
        self._files = 0
        self._start()

    def _start(self) -> None:
        with ExitStack() as undone:
            try:
                ours, theirs = socket.socketpair()
                undone.callback(ours.close)
                with theirs:
                    self._said: IO[bytes] = undone.enter_context(tempfile.TemporaryFile())
                    self._process = _started(theirs.fileno(), self._said)
                undone.callback(self._process.wait)
                undone.callback(self._process.kill)
                self.connection = Connection(ours.detach())
                undone.callback(self.connection.close)
                self.connection.send(self.limits)
            except OSError as error:
                raise WorkerError(f"no process for reading could be started: {error}") from error
            undone.pop_all()  # from here on it is ended by stop()
        self._ready = False

    @property
    def fresh(self) -> bool:
        return self._files < _MOST_FILES and self._process.poll() is None

    def _await_ready(self) -> None:
        """The worker's first word; awaited late, so that all of them start at the same time."""
        if self._ready:
            return
        try:
            if self.connection.poll(_START):
                self.connection.recv()
                self._ready = True
                return
        except (EOFError, OSError) as error:
            raise WorkerError(self._last_words()) from error
        raise WorkerError(f"no answer in {_START:.0f} s: {self._last_words()}")

    def next(self, pending: Iterator[tuple[int, Job]]) -> None:
        """Take up the next file, in a new process where the last one ended."""
        self.job = next(pending, None)
        if self.job is None:
            return
        if self._process.poll() is not None:
            self.stop()
            self._start()
        self._await_ready()
        path, name = self.job[1]
        self._files += 1
        try:
            self.connection.send((str(path), name))
        except OSError as error:  # the process ended between two files
            raise WorkerError(self._last_words()) from error

    def answer(self, job: tuple[int, Job], *, stuck: bool) -> tuple[int, Reading | Unreadable]:
        """The result of the file under way; where the process ended or is stuck, the reason."""
        index, (path, name) = job
        if stuck:
            self._process.kill()
        try:
            sent = self.connection.recv()
        except (EOFError, OSError):
            code = self._process.wait()
            _LOG.error("reading %s ended its process (%s): %s", name, code, self._last_words())
            return index, _unprocessable(path, name, _why(code, self.limits, stuck=stuck))
        if isinstance(sent, RegistryError):
            raise sent  # the office's, and no fault of the file
        if isinstance(sent, str):
            _LOG.error("reading %s failed:\n%s", name, sent)
            return index, _unprocessable(
                path, name, "读取程序出错" if "MemoryError" not in sent else "内存不足"
            )
        return index, sent

    def _last_words(self) -> str:
        self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, self._said.tell() - 2_000))
        return self._said.read().decode("utf-8", "replace").strip()

    def stop(self) -> None:
        self.connection.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._said.close()


def _started(line: int, said: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own module, no text from outside
        [sys.executable, "-m", "flows.reading.worker", str(line)],
        pass_fds=[line],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=said,
        env=os.environ | KEEP_MEMORY | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def _why(code: int, limits: Limits, *, stuck: bool) -> str:
    if stuck or code == -signal.SIGALRM:
        return f"读取超过 {limits.seconds:g} 秒"
    if code == -signal.SIGABRT:
        return f"读取所需内存超过 {limits.memory // 2**20} MB，或文件结构异常"
    return "读取程序中途停止"


def _unprocessable(path: Path, name: str, what: str) -> Unreadable:
    sha256, size = hashlib.sha256().hexdigest(), 0
    if path.is_file():
        with path.open("rb") as file:
            sha256, size = hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
    kind = finding_type("unprocessable")
    return Unreadable(
        file=name,
        sha256=sha256,
        size=size,
        code=kind.code,
        reason=kind.message.format(what=what),
        action=kind.action,
    )
