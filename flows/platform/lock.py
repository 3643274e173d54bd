"""One run at a time in a home folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.platform.environment import actor, lock_seconds, now
from flows.platform.errors import RefusedError
from flows.platform.home import Home

#: How long a second run waits for the first before it says who holds the lock.
LOCK_SECONDS = 600


@contextmanager
def home_lock(home: Home, *, seconds: float | None = None) -> Iterator[None]:
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
        holder.write_text(f"{actor()}（进程 {os.getpid()}，{now():%m-%d %H:%M} 起）", "utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _whose(holder: Path) -> str:
    try:
        return holder.read_text("utf-8")
    except OSError:
        return "另一个进程"
