"""A full disk, a folder that can't be written, a locked register, two runs at once."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.cli.failures import run_guarded
from flows.intake import inbox
from flows.platform import atomic_files
from flows.platform.exit_codes import FAILED, REFUSED
from flows.platform.home import Home
from flows.register import database
from tests.intake.beginning import State, check, copied, state
from tests.intake.run import tree

COMMAND = "tests.intake.plainly:run"
HOLDER = """
import sys, time
from pathlib import Path
from flows.platform.lock import home_lock
from flows.platform.home import Home
with home_lock(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def run(root: Path) -> int:
    return run_guarded(Home(root), COMMAND)


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What the office is told: a single line."""
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize("write", [1, 3, 8, 13, 20, 30, 45])
def test_a_full_disk_is_one_line_and_nothing_is_lost(
    start: Path,
    undisturbed: State,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    write: int,
) -> None:
    """From some write on there is no room: exit 4, no half file; with room again the run completes."""
    root = copied(start, tmp_path)
    before = tree(root)
    written = 0

    def full(_handle: int) -> None:
        nonlocal written
        written += 1
        if written >= write:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(atomic_files.os, "fsync", full)
        assert run(root) == FAILED
    assert "No space left on device" in one_line(capsys)
    after = tree(root)
    assert not [name for name in after if name.endswith(".part")]
    originals = {name: content for name, content in before.items() if name.startswith("inbox/")}
    kept = set(after.values())
    assert all(content in kept for content in originals.values())
    assert run(root) == 0
    check(root, undisturbed, f"full at {write}")


def test_a_register_that_can_not_be_written_is_one_line(
    start: Path,
    undisturbed: State,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another program holds the register: exit 4, all as it was; afterwards the run completes."""
    root = copied(start, tmp_path)
    monkeypatch.setattr(database, "_prepare_sqlite", _impatient)
    before = state(root)
    other = sqlite3.connect(root / "outputs" / "register.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert run(root) == FAILED
    assert "登记库无法使用" in one_line(capsys)
    other.close()
    register, files = state(root)
    assert register == before[0]
    assert {k: v for k, v in files.items() if k.startswith("inbox/")} == {
        k: v for k, v in before[1].items() if k.startswith("inbox/")
    }
    assert run(root) == 0
    (root / "outputs" / "yaodian.log").unlink()
    check(root, undisturbed, "locked")


def _impatient(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA busy_timeout=50")


@pytest.mark.parametrize(
    "place", ["inbox/魏都区/回执", "outputs/receipts", "outputs/archive", "outputs/2023-06"]
)
def test_a_folder_that_can_not_be_written_is_named(
    start: Path,
    undisturbed: State,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
) -> None:
    """Read-only: exit 4 and the folder's name; once it can be written, the run completes."""
    root = copied(start, tmp_path)
    opened = os.open

    def read_only(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if flags & os.O_CREAT and str(root / place) in str(path):
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return opened(path, flags, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(atomic_files.os, "open", read_only)
        assert run(root) == FAILED
    assert place in one_line(capsys)
    assert run(root) == 0
    check(root, undisturbed, place)


def test_one_units_folder_keeps_nobody_else_from_an_answer(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are answered although 魏都区's 回执 can't be written."""
    root = copied(start, tmp_path)
    opened = os.open

    def refusing(path: str | Path, *rest: Any, **named: Any) -> int:
        if f"魏都区/{inbox.ANSWERS}" in str(path):
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return opened(path, *rest, **named)

    monkeypatch.setattr(atomic_files.os, "open", refusing)
    assert run(root) == FAILED
    left = {name for name in tree(root / "inbox") if f"/{inbox.ANSWERS}/" not in name}
    assert left == {"魏都区/六月.xlsx", "魏都区/六月（改）.xlsx"}


@pytest.mark.kills
def test_two_runs_at_once_and_a_holder_that_dies(
    start: Path,
    undisturbed: State,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The second waits, then is refused and told by whom; a dead holder's lock is taken over."""
    root = copied(start, tmp_path)
    before = tree(root)
    monkeypatch.setenv("YAODIAN_LOCK_SECONDS", "0.2")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(root)],
        stdout=subprocess.PIPE,
        env=os.environ | {"YAODIAN_USER": "李四", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    assert run(root) == REFUSED
    waiting, refused = capsys.readouterr().err.splitlines()
    assert "等它办完" in waiting
    assert f"李四（进程 {holder.pid}" in refused
    assert {k: v for k, v in tree(root).items() if ".lock" not in k} == before
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert run(root) == 0
    check(root, undisturbed, "taken over")
