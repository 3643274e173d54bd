"""Where the work of a run is done: on this machine, or on a Dask cluster where one is configured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from flows.intake.batches.check import CheckJob, CheckResult
from flows.intake.inbox import Drop
from flows.operation import tasks
from flows.operation.tasks import as_is
from flows.platform import environment
from flows.platform.context import RunContext
from flows.reading.model import Reading, Unreadable
from schemas import RegistryError


class Executor(Protocol):
    """Asked from inside a flow, where each of its questions is a task run or several."""

    def read(self, context: RunContext, drops: Sequence[Drop]) -> list[Reading | Unreadable]:
        """As :func:`flows.intake.collect.read`."""

    def check(self, batch: CheckJob) -> list[CheckResult]:
        """The batch in chunks, in order."""


class LocalExecutor:
    """Local processes."""

    def read(self, context: RunContext, drops: Sequence[Drop]) -> list[Reading | Unreadable]:
        return tasks.read(context, as_is(drops))

    def check(self, batch: CheckJob) -> list[CheckResult]:
        return tasks.check(as_is(batch))


@contextmanager
def configured_executor() -> Iterator[Executor]:
    """The engine that YAODIAN_DASK asks for; :class:`schemas.RegistryError` when it is not installed."""
    address = environment.dask_address()
    if address is None:
        yield LocalExecutor()
        return
    try:
        from flows.operation.dask_executor import open_dask_executor
    except ImportError as error:
        raise RegistryError("YAODIAN_DASK", "", f"没有安装 Dask 支持 yaodian[dask]（{error}）") from error
    with open_dask_executor(address) as engine:
        yield engine
