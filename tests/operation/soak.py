"""A long run of ``serve``: ``python -m tests.operation.soak --drops 200 --minutes 10``.

Good, faulty, repeated and stray files arrive evenly over the time. Prints one JSON object and ends
with 1 when a drop was not answered, runs overlapped, memory grew or the end was not clean.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import schemas
from flows.demo.stage import stage
from flows.intake.inbox import ANSWERS
from tests.operation.test_serve import Service

UNITS = ("魏都区", "禹州市", "长葛市")
#: The service's first intakes import and fill what stays; growth is measured from there on.
_SETTLED = 0.4
_MOST_GROWTH = 1.10
_PATIENCE = 300.0


@dataclass
class Soak:
    """What was seen: seconds from drop to answer, and the resident memory over time in MiB."""

    waits: list[float] = field(default_factory=list)
    memory: list[tuple[float, float, float]] = field(default_factory=list)
    waiting: dict[Path, float] = field(default_factory=dict)

    def look(self) -> None:
        """A file that left the inbox has been answered."""
        for path in [path for path in self.waiting if not path.exists()]:
            self.waits.append(time.monotonic() - self.waiting.pop(path))


def contents() -> list[tuple[str, str, bytes]]:
    """(folder, suffix, content): three counties' reports of both months, faulty ones, and a stray."""
    registry = schemas.load(2023)
    units = tuple(unit for unit in registry.units if unit.short in UNITS)
    staged = stage(registry.model_copy(update={"units": units}))
    files = [(drop.folder, Path(drop.file).suffix, drop.content) for drop in staged]
    # Every other one comes twice: the second is a repeat.
    return [*files, *files[::2], (UNITS[0], ".txt", "情况说明".encode())]


def resident(process: int) -> float:
    """MiB."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def run(home: Path, drops: int, seconds: float) -> dict[str, Any]:
    """Drop, watch, end; see the module's description."""
    for unit in UNITS:
        (home / "inbox" / unit).mkdir(parents=True)
    files = contents()
    service = Service(home)
    served = int(
        Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text("ascii").split()[0]
    )
    soak, began = Soak(), time.monotonic()
    for number in range(drops):
        folder, suffix, content = files[number % len(files)]
        path = home / "inbox" / folder / f"{number:04d}{suffix}"
        path.write_bytes(content)
        soak.waiting[path] = time.monotonic()
        while time.monotonic() - began < (number + 1) * seconds / drops:
            time.sleep(0.25)
            soak.look()
        soak.memory.append((time.monotonic() - began, resident(service.process.pid), resident(served)))
    end = time.monotonic() + _PATIENCE
    while soak.waiting and time.monotonic() < end:
        time.sleep(0.25)
        soak.look()
    soak.memory.append((time.monotonic() - began, resident(service.process.pid), resident(served)))
    runs = service.runs("COMPLETED", "FAILED", "CRASHED")
    api = service.addresses["api"]
    status = service.end(signal.SIGINT)
    return report(soak, runs, seconds) | {
        "drops": drops,
        "exit_status": status,
        "left_behind": Path(f"/proc/{served}").exists(),
        "receipts": sum(1 for _ in (home / "inbox").glob(f"*/{ANSWERS}/**/*.html")),
        "api": api,
    }


def report(soak: Soak, runs: Sequence[dict[str, Any]], seconds: float) -> dict[str, Any]:
    """The figures, and ``failed``: what was not as it must be."""
    settled = [one for one in soak.memory if one[0] >= _SETTLED * seconds]
    third = max(1, len(settled) // 3)
    growth = [
        max(one[which] for one in settled[-third:]) / max(one[which] for one in settled[:third])
        for which in (1, 2)
    ]
    ran = sorted((one["start_time"], one["end_time"]) for one in runs)
    overlaps = sum(later[0] < earlier[1] for earlier, later in pairwise(ran))
    states = [one["state_name"] for one in runs]
    waits = sorted(soak.waits)
    return {
        "answered": len(waits),
        "unanswered": [path.name for path in soak.waiting],
        "seconds_to_answer": {"median": waits[len(waits) // 2], "most": waits[-1]} if waits else {},
        "runs": {name: states.count(name) for name in sorted(set(states))},
        "overlaps": overlaps,
        "memory_mib": {"service": soak.memory[-1][1], "server": soak.memory[-1][2]},
        "memory_growth": {"service": growth[0], "server": growth[1]},
        "failed": bool(soak.waiting or overlaps or growth[0] > _MOST_GROWTH)
        or any(name not in ("Completed", "Skipped") for name in states),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drops", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seen = run(Path(folder), given.drops, given.minutes * 60)
    print(json.dumps(seen, ensure_ascii=False, indent=2))
    return int(seen["failed"] or seen["exit_status"] != 0 or seen["left_behind"])


if __name__ == "__main__":
    sys.exit(main())
