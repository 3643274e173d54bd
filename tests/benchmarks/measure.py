"""What a command costs: wall time, processor time and peak memory of its whole process tree (Linux)."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY_SECONDS = 0.2
_PAGE_KIB = os.sysconf("SC_PAGE_SIZE") / 1024
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """``memory``: the largest sum of proportional set sizes seen, in MiB; shared pages count once."""

    wall: float
    processor: float
    memory: float
    output: str


class FailedError(Exception):
    """A measured command ended with a failure; its output is the message."""


def cost(command: Sequence[str], environment: Mapping[str, str], *, beside: Beside | None = None) -> Cost:
    """Run the command to its end, and count what ``beside`` does meanwhile as its own."""
    others = beside or Beside()
    before = others.processor()
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watch = _Watch(process.pid, others)
        watch.start()
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    watch.done.set()
    watch.join()
    if process.returncode:
        raise FailedError(f"{' '.join(command)}: {process.returncode}\n{output}")
    own = usage.ru_utime + usage.ru_stime
    return Cost(wall, own + others.processor() - before, watch.peak / 1024, output)


@dataclass(frozen=True)
class Beside:
    """A process that works for the command: with all below it, but without the trees of ``less``.

    ``less`` is Prefect's own server: its processor time counts, its memory is not the work's.
    """

    root: int | None = None
    less: frozenset[int] = frozenset()

    def processor(self) -> float:
        """Seconds so far, with those of processes below it that have ended."""
        return 0.0 if self.root is None else sum(map(_processor_seconds, _tree(self.root)))

    def processes(self) -> list[int]:
        """Those whose memory counts."""
        if self.root is None:
            return []
        not_ours = {process for root in self.less for process in _tree(root)}
        return [process for process in _tree(self.root) if process not in not_ours]


class _Watch(threading.Thread):
    """Looks at the tree now and then, so that what it sees is hardly slowed by that.

    Proportional sizes cost the system a walk through all pages. They are asked for where the resident
    sizes, which cost nothing, are at a new height.
    """

    def __init__(self, root: int, beside: Beside) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.beside = beside
        self.peak = 0.0  # KiB
        self._resident = 0.0
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(_EVERY_SECONDS):
            processes = [*_tree(self.root), *self.beside.processes()]
            resident = sum(map(_resident, processes))
            if resident > self._resident:
                self._resident = resident
                self.peak = max(self.peak, sum(map(_memory, processes)))


def _tree(root: int) -> list[int]:
    found = [root]
    for process in found:
        for thread in Path(f"/proc/{process}/task").glob("*"):
            try:
                found += map(int, (thread / "children").read_text().split())
            except OSError:
                continue  # ended since
    return found


def _resident(process: int) -> float:
    """KiB."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE_KIB
    except OSError:
        return 0.0


def _memory(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in lines if line.startswith("Pss:")), 0.0)


def _processor_seconds(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0  # ended; its parent has what it took
    return sum(map(int, fields[11:15])) / _TICKS
