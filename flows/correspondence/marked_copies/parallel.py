"""Marked copies of many returned reports, several at a time.

A copy takes half a second. In a province's first round a third of the reports goes back, and whoever
waits for an answer would wait for all of them, one after the other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from flows.correspondence.marked_copies.marked_copy import returned_copy
from flows.platform.home import Home
from flows.platform.processes import process_pool, worthwhile_processes
from flows.register import archive
from schemas.form import Form
from validations.findings.finding import Finding

_LOG = logging.getLogger(__name__)
#: From so many copies on, processes pay for their start of a second or two.
MANY = 8

Copied = Callable[[], bytes]


class Copy(NamedTuple):
    """What a copy is made of, see :func:`flows.correspondence.marked_copies.marked_copy.returned_copy`."""

    home: Home
    sha256: str
    format: str
    findings: Sequence[Finding]
    title: str
    form: Form


def make_copies(copy: Copy) -> bytes:
    """The copy, here and now. Raises as :func:`flows.register.archive.open_archive` and ``fetch``."""
    original = archive.fetch(archive.open_archive(copy.home), copy.sha256)
    return returned_copy(original, copy.format, copy.findings, title=copy.title, form=copy.form)


@contextmanager
def copying(workers: int | None = None) -> Iterator[Callable[[Sequence[Copy]], list[Copied]]]:
    """Inside, what is given makes copies: each comes, or says why not, when it is asked for.

    Many at once are begun in processes, which then last to the end; where one of them ends before its
    time, which is logged, the copy is made here.
    """
    pool: ProcessPoolExecutor | None = None

    def make(copies: Sequence[Copy]) -> list[Copied]:
        nonlocal pool
        count = worthwhile_processes(len(copies), MANY, workers)
        if pool is None and count < 2:
            return [partial(make_copies, copy) for copy in copies]
        pool = pool or process_pool(count)
        return [partial(_awaited, _begun(pool, copy), copy) for copy in copies]

    try:
        yield make
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _begun(pool: ProcessPoolExecutor, copy: Copy) -> Future[bytes] | None:
    try:
        return pool.submit(make_copies, copy)
    except BrokenProcessPool:
        return None


def _awaited(begun: Future[bytes] | None, copy: Copy) -> bytes:
    try:
        return begun.result() if begun is not None else make_copies(copy)
    except BrokenProcessPool:
        _LOG.exception("a process that makes marked copies ended")
        return make_copies(copy)
