"""A Prefect worker that runs its flows in this process, on one thread, one after the other.

Prefect's own process worker starts an interpreter for each run; with our imports that is ten
seconds and more of a processor every minute, to find an empty inbox. Here all is imported once.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from anyio.abc import TaskStatus
from prefect import Flow
from prefect.client.schemas.objects import FlowRun
from prefect.flow_engine import run_flow_async
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

from flows.platform.memory import release_memory

WORKER_TYPE = "yaodian"
T = TypeVar("T")
_LONG, _QUIET = 1.0, 10.0  # seconds


class OfficeWorker(BaseWorker[BaseJobConfiguration, BaseVariables, BaseWorkerResult]):
    """Runs of the deployments in its pool. ``flows``: by name."""

    type = WORKER_TYPE

    def __init__(self, flows: Mapping[str, Flow[..., Any]], **options: Any) -> None:
        # Runs never overlap: one at a time from the pool, and one thread to run them on. Great
        # Expectations, too, is only ever used from that thread.
        super().__init__(limit=1, prefetch_seconds=0, **options)
        self._flows = flows
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="run")

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,
        task_status: TaskStatus[int] | None = None,
    ) -> BaseWorkerResult:
        """Run the flow to its end; its own state says how it ended."""
        if task_status is not None:
            task_status.started(os.getpid())
        wanted = self._flows[(await self.client.read_flow(flow_run.flow_id)).name]
        await asyncio.wrap_future(self.do(partial(_run, wanted, flow_run)))
        return BaseWorkerResult(identifier=str(os.getpid()), status_code=0)

    def do(self, work: Callable[[], T]) -> Future[T]:
        """Have ``work`` done on the thread of the runs, when those before it are done."""
        return self._thread.submit(self._done, work)

    def _done(self, work: Callable[[], T]) -> T:
        begun = time.monotonic()
        try:
            return work()
        finally:
            if time.monotonic() - begun >= _LONG:
                # Nothing else runs while garbage is collected, and who has been answered often asks again.
                later = threading.Timer(_QUIET, self._give_back)
                later.daemon = True
                later.start()

    def _give_back(self) -> None:
        """Have what a run has let go given back, on the thread of the runs."""
        with suppress(RuntimeError):  # the service has ended meanwhile
            self._thread.submit(release_memory)

    def finish(self) -> None:
        """Wait for the run in progress."""
        self._thread.shutdown(wait=True, cancel_futures=True)


def _run(wanted: Flow[..., Any], flow_run: FlowRun) -> None:
    asyncio.run(run_flow_async(wanted, flow_run, parameters=flow_run.parameters, return_type="state"))
