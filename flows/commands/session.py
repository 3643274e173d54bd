"""What every working command begins with: its period, its clock, its lock, its flow."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from flows.commands.failures import RefusedError, WrongUseError
from flows.desk import Desk
from flows.environment import database, lock_seconds, now, who
from flows.home import Home
from schemas import Period, years

__all__ = ["alone", "database", "desk", "in_use", "now", "run_flow", "the_period", "the_year", "who"]

T = TypeVar("T")
#: How long a second run waits for the first before it says who holds the lock.
LOCK_SECONDS = 600


def the_period(text: str) -> Period:
    """A period of a year that has a registry; :class:`WrongUseError` otherwise."""
    try:
        period = Period.parse(text)
    except ValueError as error:
        raise WrongUseError(f"报告期应写成 2023-06 的样子，读到“{text}”") from error
    if period.year not in years():
        raise WrongUseError(f"没有 {period.year} 年的要点登记")
    return period


def the_year(text: str) -> int:
    """A year that has a registry; :class:`WrongUseError` otherwise."""
    if int(text) not in years():
        raise WrongUseError(f"没有 {text} 年的要点登记")
    return int(text)


def in_use(home: Home) -> None:
    """For what works on what is there: :class:`WrongUseError` where nothing ever came or was made.

    A mistyped folder would be one in which nobody has reported.
    """
    if not (home.inbox.is_dir() or home.outputs.is_dir()):
        raise WrongUseError(
            f"{home.root.resolve()} 里既没有 inbox/ 也没有 outputs/，请检查 --home（或 YAODIAN_HOME）"
        )


@contextmanager
def alone(home: Home, *, seconds: float | None = None) -> Iterator[None]:
    """One run at a time in a home folder. The lock goes with its process, however that ends.

    ``seconds``: how long to wait for another's. Raises :class:`RefusedError` naming the holder when
    it does not come free in time.
    """
    from filelock import FileLock, Timeout

    home.outputs.mkdir(parents=True, exist_ok=True)
    holder = home.lock.with_name(".lock-holder")
    lock = FileLock(home.lock)
    patience = lock_seconds(LOCK_SECONDS)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        wait = patience if seconds is None else seconds
        if wait > 0:
            print(f"{_whose(holder)}正在办理，等它办完……", file=sys.stderr, flush=True)
        try:
            lock.acquire(timeout=wait)
        except Timeout as error:
            raise RefusedError(f"{_whose(holder)}正在办理，请稍后再试") from error
    try:
        holder.write_text(f"{who()}（进程 {os.getpid()}，{now():%m-%d %H:%M} 起）", "utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _whose(holder: Path) -> str:
    try:
        return holder.read_text("utf-8")
    except OSError:
        return "另一个进程"


def run_flow(work: Coroutine[Any, Any, T]) -> T:
    """Run a Prefect flow to its end and return its result."""
    from prefect.utilities.annotations import quote

    result: Any = asyncio.run(work)
    return result.unquote() if isinstance(result, quote) else result  # type: ignore[no-any-return]


def desk(home: Home) -> Desk:
    """The desk of a command that works without Prefect."""
    from flows.register.database import open_register

    engine = open_register(home.database_url(database()))
    return Desk(home=home, engine=engine, now=now(), who=who())
