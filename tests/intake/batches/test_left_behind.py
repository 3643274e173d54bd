"""Checking processes end with the process that started them, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operation.test_serve import until

pytestmark = pytest.mark.kills

OWNER = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
import pytest

from flows.platform.processes import exit_with_parent

def main():
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=exit_with_parent) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 600).result()

if __name__ == "__main__":
    main()
"""


def test_a_killed_owner_leaves_no_process(tmp_path: Path) -> None:
    """SIGKILL gives nobody the time to tidy up; the process in the middle of a chunk ends all the same."""
    script = tmp_path / "owner.py"
    script.write_text(OWNER, "utf-8")
    owner = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert owner.stdout is not None
    worker = int(owner.stdout.readline())
    assert _lives(worker)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    until(lambda: not _lives(worker), lambda: f"process {worker} was left behind", 60)


def _lives(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
