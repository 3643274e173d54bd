"""Checking on this machine: a small batch here, a large one in processes of its own."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool

from flows.intake.batches import check
from flows.intake.batches.check import CheckJob, CheckResult
from flows.platform.processes import process_pool

_LOG = logging.getLogger(__name__)
#: From so many reports on, processes pay for their start: one costs 6 s of a processor to import what it
#: needs and each chunk 2 s however small, while a report costs 1 to 4 ms, by the mistakes in it.
MANY = 4_000
#: Reports checked together in a process.
TOGETHER = 2_000
#: How often a chunk is tried whose process ends.
TRIES = 2


class ChunkLostError(RuntimeError):
    """The processes that had a chunk ended, one after the other: a failure of ours, in one Chinese line."""


def check_here(batch: CheckJob) -> list[CheckResult]:
    """The batch checked, in one chunk or several. Raises as :func:`check_in_processes`."""
    if len(batch.reports) < MANY or (os.cpu_count() or 1) < 2:
        return [check.check(batch)] if batch.reports else []
    return check_in_processes(check.split(batch, TOGETHER))


def check_in_processes(chunks: Sequence[CheckJob], workers: int | None = None) -> list[CheckResult]:
    """Each chunk in a process of its own, as many at a time as the machine has processors.

    Great Expectations works in one thread of one process. Raises what a chunk raised, and
    :class:`ChunkLostError` when a process ended twice before its chunk was done.
    """
    done: dict[int, CheckResult] = {}
    for attempt in range(1, TRIES + 1):
        waiting = [number for number in range(len(chunks)) if number not in done]
        if not waiting:
            break
        try:
            for number, result in _tried(chunks, waiting, workers or os.cpu_count() or 1):
                done[number] = result  # noqa: PERF403 - what is done stays done when a later one fails
        except BrokenProcessPool:
            # One process that ends takes those of its neighbours with it.
            _LOG.exception("checking processes ended, attempt %d", attempt)
    if len(done) < len(chunks):
        lost = sum(len(one.reports) for number, one in enumerate(chunks) if number not in done)
        raise ChunkLostError(f"校验 {lost} 份报表的进程 {TRIES} 次中途停止，本次没有办完")
    return [done[number] for number in range(len(chunks))]


def _tried(
    chunks: Sequence[CheckJob], waiting: Sequence[int], workers: int
) -> Iterator[tuple[int, CheckResult]]:
    with process_pool(min(workers, len(waiting))) as pool:
        futures = {pool.submit(check.check, chunks[number]): number for number in waiting}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
