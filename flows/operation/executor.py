"""Where the work of a run is done: on this machine, or on a Dask cluster where one is configured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from flows.intake.batches.check import Checked, Unchecked
from flows.intake.inbox import Drop
from flows.operation import tasks
from flows.operation.tasks import whole
from flows.platform import environment
from flows.platform.context import RunContext
from flows.reading.model import Reading, Unreadable
from schemas import RegistryError


class Engine(Protocol):
    """Asked from inside a flow, where each of its questions is a task run or several."""

    def read(self, context: RunContext, drops: Sequence[Drop]) -> list[Reading | Unreadable]:
        """As :func:`flows.intake.collect.read`."""

    def check(self, batch: Unchecked) -> list[Checked]:
        """The batch in chunks, in order."""


class Here:
    """Local processes."""

    def read(self, context: RunContext, drops: Sequence[Drop]) -> list[Reading | Unreadable]:
        return tasks.read(context, whole(drops))

    def check(self, batch: Unchecked) -> list[Checked]:
        return tasks.check(whole(batch))


@contextmanager
def configured() -> Iterator[Engine]:
    """The engine that YAODIAN_DASK asks for; :class:`schemas.RegistryError` when it is not installed."""
    address = environment.dask()
    if address is None:
        yield Here()
        return
    try:
        from flows.operation.dask_executor import on_dask
    except ImportError as error:
        raise RegistryError("YAODIAN_DASK", "", f"没有安装 Dask 支持 yaodian[dask]（{error}）") from error
    with on_dask(address) as engine:
        yield engine
