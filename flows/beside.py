"""A process beside the run: it does what needs nothing that the run holds, on another processor."""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

_LOG = logging.getLogger(__name__)
T = TypeVar("T")


class _Kept:
    """The process of a service, which lasts; else there is none."""

    def __init__(self) -> None:
        self.wanted = False
        self._pool: ProcessPoolExecutor | None = None

    def take(self) -> ProcessPoolExecutor:
        pool, self._pool = self._pool, None
        return pool or started()

    def give_back(self, pool: ProcessPoolExecutor, *, sound: bool) -> None:
        if self.wanted and sound:
            self._pool = pool
        else:
            pool.shutdown(cancel_futures=True)

    def stop(self) -> None:
        self.wanted = False
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


_kept = _Kept()


def is_kept() -> bool:
    """Whether there is a process that need not be started first, which takes a second or two."""
    return _kept.wanted


@contextmanager
def kept_beside(prepare: Callable[[], object]) -> Iterator[None]:
    """Inside, the process is kept for the next run; ``prepare`` is what it does first, now.

    Only for one thread at a time.
    """
    _kept.wanted = True
    try:
        pool = _kept.take()
        pool.submit(prepare)
        _kept.give_back(pool, sound=True)
        yield
    finally:
        _kept.stop()


@contextmanager
def beside(work: Callable[..., T], *arguments: object) -> Iterator[Callable[[], T | None]]:
    """``work`` goes on beside what is done inside, and has ended when that has; what is given waits for it.

    It gives the result, or None where the process ended before its time, which is logged; it raises
    what ``work`` raises.
    """
    pool = _kept.take()
    try:
        doing = pool.submit(work, *arguments)
    except BrokenProcessPool:
        # It ended while nothing was asked of it.
        pool = started()
        doing = pool.submit(work, *arguments)

    def result() -> T | None:
        try:
            return doing.result()
        except BrokenProcessPool:
            _LOG.exception("the process beside ended")
            return None

    try:
        yield result
    finally:
        _kept.give_back(pool, sound=not isinstance(doing.exception(), BrokenProcessPool))


def started(workers: int = 1) -> ProcessPoolExecutor:
    """Processes that end with this one, each started when there is work for it."""
    return ProcessPoolExecutor(
        workers,
        # A fork of a process with threads (the flow's, fsspec's) may never come to life.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_end_with_the_parent,
    )


def _end_with_the_parent() -> None:
    """A pool whose owner is killed would wait for work for ever."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
