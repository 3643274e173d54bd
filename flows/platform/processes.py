"""A process beside the run: it does what needs nothing that the run holds, on another processor."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import TypeVar

_LOG = logging.getLogger(__name__)
#: A fork of a process with threads (the flow's, fsspec's) may never come to life.
_SPAWN = multiprocessing.get_context("spawn")
T = TypeVar("T")


class _Process:
    """One process, started when there is work for it."""

    def __init__(self) -> None:
        self._theirs, self._ours = _SPAWN.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(1, mp_context=_SPAWN, initializer=_begin, initargs=(self._theirs,))

    def submit(self, work: Callable[..., T], *arguments: object) -> Future[T]:
        return self._pool.submit(work, *arguments)

    def end(self) -> None:
        """Whatever it is doing."""
        self._ours.close()
        self._pool.shutdown(cancel_futures=True)
        self._theirs.close()


class _Kept:
    """The process of a service, which lasts; else there is none."""

    def __init__(self) -> None:
        self.wanted = False
        self._process: _Process | None = None

    def take(self) -> _Process:
        process, self._process = self._process, None
        return process or _Process()

    def give_back(self, process: _Process, *, sound: bool) -> None:
        if self.wanted and sound:
            self._process = process
        else:
            process.end()

    def stop(self) -> None:
        self.wanted = False
        if self._process is not None:
            self._process.end()
            self._process = None


_kept = _Kept()


def has_standby_process() -> bool:
    """Whether a process is kept from run to run, and need not be started for each, a second or two."""
    return _kept.wanted


@contextmanager
def standby_process(prepare: Callable[[], object] | None = None) -> Iterator[None]:
    """Inside, the process is kept for the next run; with ``prepare`` it is started now, and does that.

    Only for one thread at a time.
    """
    _kept.wanted = True
    try:
        if prepare is not None:
            process = _kept.take()
            process.submit(prepare)
            _kept.give_back(process, sound=True)
        yield
    finally:
        _kept.stop()


@contextmanager
def run_in_background(work: Callable[..., T], *arguments: object) -> Iterator[Callable[[], T | None]]:
    """``work`` goes on beside what is done inside, and not after it; what is given waits for its end.

    It gives the result, or None where the process ended before its time, which is logged; it raises
    what ``work`` raises. Where what is done inside fails, the work is broken off.
    """
    process = _kept.take()
    try:
        doing = process.submit(work, *arguments)
    except BrokenProcessPool:
        # It ended while nothing was asked of it.
        process.end()
        process = _Process()
        doing = process.submit(work, *arguments)

    def result() -> T | None:
        try:
            return doing.result()
        except BrokenProcessPool:
            _LOG.exception("the process beside ended")
            return None

    sound = False
    try:
        yield result
        sound = not isinstance(doing.exception(), BrokenProcessPool)
    finally:
        _kept.give_back(process, sound=sound)


def _begin(until: Connection) -> None:
    # Ctrl-C reaches every process of a terminal; what is at hand is finished, or ended by the run.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    exit_with_parent(until)


def exit_with_parent(until: Connection | None = None) -> None:
    """End with the process that started this one, or when the other side of ``until`` is closed.

    A pool whose owner is killed would wait for work for ever.
    """
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            wait([parent.sentinel, until] if until is not None else [parent.sentinel])
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def worthwhile_processes(pieces: int, each: int, workers: int | None = None) -> int:
    """How many processes pay for their start, of ``workers`` or the machine's processors.

    One more for every ``each`` pieces of work; one is no better than to do the work here.
    """
    return min(workers or os.cpu_count() or 1, 1 + pieces // each)


def process_pool(workers: int) -> ProcessPoolExecutor:
    """Processes that end with this one, each started when there is work for it."""
    return ProcessPoolExecutor(workers, mp_context=_SPAWN, initializer=exit_with_parent)
