"""``python -m tests.benchmarks [--units 11|157|2844] [--json]``: ours beside a plain script and a floor.

With ``--whole-plain`` the plain script reads all of 2,844 files. With ``--months 12`` a year of one size
instead, month after month: what a month costs must not grow with the months that are held already.

All three work on the same files, one after the other in one go: ratios hold where seconds drift.
Ours is ``yaodian consolidate`` as an office gives it, with ``yaodian serve`` running on the home.
Peak memory is that of the command, the service and its readers together, without Prefect's server.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.operation import prefect_server
from flows.operation.service.command_client import service_address_file
from flows.platform.home import Home
from tests.benchmarks.measure import Beside, Cost, cost
from tests.benchmarks.province import PERIOD, Province, prepare, prepare_months
from tests.benchmarks.stages import pause_schedules, stages

SIZES = (11, 157, 2844)
#: Of more files than this the plain script reads so many, and its time is scaled up, unless it is asked to
#: read all: that takes ten minutes and three gigabytes, and a sixth more than the scaled time.
PLAIN_AT_MOST = 157
_NOW, _YEARS_END = "2023-07-04T09:00:00+08:00", "2024-01-04T09:00:00+08:00"
_CLOCK = {"YAODIAN_NOW": _NOW, "YAODIAN_USER": "benchmark"}
#: Longer than a service waits before it gives back the memory of a long run.
_PAUSE = 15
_PYTHON = (sys.executable, "-m")
_YAODIAN = (sys.executable, "-c", "from flows.cli.app import main; main()")
_SERVER = "flows.operation.prefect_server_process"


def measured(units: int, reports: Path, scratch: Path, plain_at_most: int = PLAIN_AT_MOST) -> dict[str, Any]:
    """One size, as ``--json`` prints it; ``reports`` keeps the generated files between runs."""
    province = prepare(reports / str(units), units)
    plain = _plain(province, scratch, units, min(units, plain_at_most))
    floor = cost([*_PYTHON, "tests.benchmarks.floor", str(province.inbox)], {})
    home = Home(scratch / "home")
    with _running_service(home, province) as (running, beside):
        _drop(province.inbox, home)
        ours = _consolidate(home, province, beside)
        spent = stages(running["api"], ours.wall)
        _drop(province.corrections, home)
        changed = _consolidate(home, province, beside)
        spent_on_change = stages(running["api"], changed.wall)
    found: dict[str, Any] = {
        "ratio_to_plain": round(ours.wall / plain.wall, 3),
        "ratio_to_floor": round(ours.wall / floor.wall, 2),
        "ratio_of_one_change": round(changed.wall / ours.wall, 3),
        "peak_memory_mib": round(ours.memory),
        "wall_seconds": _rounded(plain=plain.wall, floor=floor.wall, ours=ours.wall, change=changed.wall),
        "processor_seconds": _rounded(plain=plain.processor, floor=floor.processor, ours=ours.processor),
        "stages": spent,
        "stages_of_one_change": spent_on_change,
        "plain_scaled_from": plain_at_most if units > plain_at_most else None,
    }
    if units == min(SIZES):
        found["nothing_running"] = _nothing_running(province, scratch)
    return found


def measured_months(units: int, count: int, reports: Path, scratch: Path) -> dict[str, Any]:
    """The year's first ``count`` months, each consolidated in turn; by month as ``--json`` has it."""
    province = prepare(reports / str(units), units)
    inboxes = prepare_months(reports / f"{units}-months", province, count)
    home = Home(scratch / "home")
    found: dict[str, Any] = {}
    with _running_service(home, province, _YEARS_END) as (running, beside):
        for inbox in inboxes:
            # An office's months are weeks apart: what a long run has let go has been given back by then.
            time.sleep(_PAUSE if found else 0)
            _drop(inbox, home)
            told = _consolidate(home, province, beside, inbox.name, _YEARS_END)
            found[inbox.name] = {
                "wall_seconds": round(told.wall, 1),
                "processor_seconds": round(told.processor, 1),
                "peak_memory_mib": round(told.memory),
                "stages": stages(running["api"], told.wall),
            }
    return found


def _plain(province: Province, scratch: Path, units: int, most: int) -> Cost:
    """The plain script on so many files, scaled up to all."""
    command = [*_PYTHON, "tests.benchmarks.plain", str(scratch / "plain.xlsx"), str(province.inbox)]
    told = cost([*command, "--most", str(most)], {})
    return Cost(told.wall * units / most, told.processor * units / most, told.memory, told.output)


def _drop(reports: Path, home: Home) -> None:
    """All of them at once: they are laid beside the inbox and moved into it."""
    laid = home.root / "laid"
    shutil.copytree(reports, laid)
    for folder in sorted(laid.iterdir()):
        for path in sorted(folder.iterdir()):
            (home.inbox / folder.name).mkdir(parents=True, exist_ok=True)
            path.rename(home.inbox / folder.name / path.name)
    shutil.rmtree(laid)


def _consolidate(
    home: Home, province: Province, beside: Beside | None, month: str = str(PERIOD), now: str = _NOW
) -> Cost:
    environment = {**_CLOCK, "YAODIAN_NOW": now, "YAODIAN_SCHEMAS": str(province.policy)}
    told = cost([*_YAODIAN, "consolidate", month, "--home", str(home.root)], environment, beside=beside)
    if list(home.inbox.rglob("*.xlsx")):
        raise SystemExit(f"not every report was taken in:\n{told.output[-2000:]}")
    return told


@contextmanager
def _running_service(
    home: Home, province: Province, now: str = _NOW
) -> Iterator[tuple[Mapping[str, str], Beside]]:
    """``yaodian serve`` with its addresses, at rest: its intake of every minute does not come between."""
    home.root.mkdir(parents=True)
    clock = {**_CLOCK, "YAODIAN_NOW": now}
    environment = {**os.environ, **clock, "YAODIAN_SCHEMAS": str(province.policy)}
    command = [*_YAODIAN, "serve", "--port", "0", "--site-port", "0", "--home", str(home.root)]
    with (
        (home.root / "said").open("wb") as said,
        subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT) as process,
    ):
        try:
            while not (
                service_address_file(home).is_file() and (running := prefect_server.announced_addresses(home))
            ):
                if process.poll() is not None:
                    raise SystemExit(f"the service did not start:\n{Path(said.name).read_text()}")
                time.sleep(0.2)
            pause_schedules(running["api"])
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
            servers = [int(one) for one in children if _SERVER in Path(f"/proc/{one}/cmdline").read_text()]
            yield running, Beside(process.pid, frozenset(servers))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def _nothing_running(province: Province, scratch: Path) -> Mapping[str, float]:
    """A first command on a new home beside a first trivial flow, each with a new database."""
    home = Home(scratch / "alone")
    shutil.copytree(province.inbox, home.inbox)
    trivial = cost(
        [*_PYTHON, "tests.benchmarks.trivial"],
        {"PREFECT_HOME": str(scratch / "trivial"), "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180"},
    )
    ours = _consolidate(home, province, None)
    return {**_rounded(ours=ours.wall, trivial=trivial.wall), "peak_memory_mib": round(ours.memory)}


def _rounded(**seconds: float) -> dict[str, float]:
    return {name: round(value, 1) for name, value in seconds.items()}


def _tell(units: int, found: Mapping[str, Any]) -> None:
    wall = found["wall_seconds"]
    print(
        f"\n{units} units: ours {wall['ours']} s, plain {wall['plain']} s, calamine alone {wall['floor']} s"
    )
    if found["plain_scaled_from"]:
        print(f"  (the plain script read {found['plain_scaled_from']} files; its time is scaled up)")
    print(f"  ratio to plain {found['ratio_to_plain']}, to the floor {found['ratio_to_floor']}")
    print(f"  one changed report: {wall['change']} s, {found['ratio_of_one_change']} of the whole")
    print(f"  peak memory {found['peak_memory_mib']} MiB; processor {found['processor_seconds']}")
    print(f"  stages {found['stages']}")
    print(f"  of one change {found['stages_of_one_change']}")
    if "nothing_running" in found:
        print(f"  nothing running {found['nothing_running']}")


def _tell_months(given: argparse.Namespace) -> None:
    for units in given.units or [157]:
        with tempfile.TemporaryDirectory(prefix="yaodian-benchmark-") as scratch:
            place = Path(scratch)
            found = measured_months(units, given.months, given.reports or place / "reports", place)
        if given.json:
            print(json.dumps({str(units): found}, ensure_ascii=False, indent=2))
            continue
        print(f"\n{units} units, month after month:")
        for month, told in found.items():
            print(f"  {month}: {told['wall_seconds']} s, {told['peak_memory_mib']} MiB; {told['stages']}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--units", type=int, action="append", help="one size; all three by default")
    parser.add_argument("--json", action="store_true", help="one object keyed by size")
    parser.add_argument("--reports", type=Path, help="folder that keeps the generated reports between runs")
    parser.add_argument("--whole-plain", action="store_true", help="the plain script reads every file")
    parser.add_argument("--months", type=int, choices=range(1, 13), metavar="N", help="a year's first months")
    given = parser.parse_args()
    if given.months:
        _tell_months(given)
        return
    results: dict[str, Any] = {}
    for units in given.units or SIZES:
        with tempfile.TemporaryDirectory(prefix="yaodian-benchmark-") as scratch:
            place = Path(scratch)
            most = units if given.whole_plain else PLAIN_AT_MOST
            results[str(units)] = measured(units, given.reports or place / "reports", place, most)
        if not given.json:
            _tell(units, results[str(units)])
    if given.json:
        print(json.dumps(results, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
