"""Chunks of a run as Prefect tasks on a Dask cluster, through prefect-dask.

A worker that dies has its chunks given to another by Dask; a chunk that fails is tried again by
Prefect. What goes to a worker and comes back is pickled here, so that neither Prefect nor Dask
looks into each of a million cells.
"""

from __future__ import annotations

import errno
import logging
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import distributed
from distributed.scheduler import KilledWorker
from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.tasks import exponential_backoff
from prefect_dask.task_runners import DaskTaskRunner

from flows.intake import collect
from flows.intake.batches import check, read
from flows.intake.batches.check import CheckJob, CheckResult
from flows.intake.batches.local import ChunkLostError
from flows.intake.inbox import Drop
from flows.platform.context import RunContext
from flows.reading.model import Reading, Unreadable

T = TypeVar("T")
#: Originals read by one task: some seconds of work, so that its own cost does not matter.
READ_TOGETHER = 100
#: Reports checked by one task: a check costs 2 s however few they are, and 1 to 4 ms for each.
CHECK_TOGETHER = 500
#: How long a cluster may be without any worker.
_PATIENCE = 60.0
_LOOK_SECONDS = 2.0


@task(
    name="分块读表 read chunk",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=exponential_backoff(1),
    persist_result=False,
)
def read_chunk(chunk: bytes) -> bytes:
    return pickle.dumps(read.read(pickle.loads(chunk)))  # noqa: S301 - our own, from the flow


@task(
    name="分块校验 check chunk",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=exponential_backoff(1),
    persist_result=False,
)
def check_chunk(chunk: bytes) -> bytes:
    return pickle.dumps(check.check(pickle.loads(chunk)))  # noqa: S301 - as above


class DaskExecutor:
    """See :class:`flows.operation.executor.Executor`.

    Raises ``OSError`` when the scheduler or all workers are away, what a chunk raised in the end,
    and :class:`flows.intake.batches.local.ChunkLostError` when workers kept dying under one.
    """

    def __init__(self, runner: DaskTaskRunner, address: str) -> None:
        self._runner = runner
        self._address = address

    def read(self, context: RunContext, drops: Sequence[Drop]) -> list[Reading | Unreadable]:
        chunks = read.split(collect.reading_job(context, drops), READ_TOGETHER)
        return collect.merge_refused(drops, read.join_results(self._run(read_chunk, chunks)))

    def check(self, batch: CheckJob) -> list[CheckResult]:
        return self._run(check_chunk, check.split(batch, CHECK_TOGETHER))

    def _run(self, work: Task[[bytes], bytes], chunks: Sequence[Any]) -> list[Any]:
        """The results of all chunks, in order."""
        if not chunks:
            return []
        self._connect()
        sent = [self._runner.submit(work, {"chunk": pickle.dumps(chunk)}) for chunk in chunks]
        self._wait([future.wrapped_future for future in sent])
        try:
            return [pickle.loads(future.result()) for future in sent]  # noqa: S301 - our own, from our workers
        except KilledWorker as error:
            raise ChunkLostError(f"Dask 工作进程多次中途停止，本次没有办完（{error}）") from error
        except distributed.CancelledError as error:
            raise self._away("中途失去联系") from error

    def _connect(self) -> None:
        try:
            client = self._runner.client
        except (OSError, TimeoutError) as error:
            raise self._away("没有应答") from error
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise self._away("没有工作进程") from error

    def _wait(self, futures: Sequence[Any]) -> None:
        """Until all are done; a cluster whose last worker is gone is given up after a while."""
        without = 0.0
        while True:
            try:
                with self._runner.client.as_current():  # its wait() knows only the current client
                    distributed.wait(futures, timeout=_LOOK_SECONDS)
            except TimeoutError:
                without = 0.0 if self._workers() else without + _LOOK_SECONDS
                if without >= _PATIENCE:
                    raise self._away("没有工作进程") from None
            else:
                return

    def _workers(self) -> int:
        return len(self._runner.client.nthreads())  # type: ignore[no-untyped-call]

    def _away(self, what: str) -> OSError:
        return OSError(errno.ECONNREFUSED, f"Dask {what}", self._address)


@contextmanager
def open_dask_executor(address: str) -> Iterator[DaskExecutor]:
    """Connects when there is something to do."""
    # What Dask says of workers that come and go is in its own logs; the office is told what matters.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with DaskTaskRunner(address=address, client_kwargs={"timeout": _PATIENCE}) as runner:
        yield DaskExecutor(runner, address)
