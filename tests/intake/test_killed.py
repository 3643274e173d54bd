"""A run killed anywhere, and run again, leaves what an undisturbed one leaves."""

from __future__ import annotations

import os
import random
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.outputs.site.publish import publish_site
from flows.platform import atomic_files
from tests.intake.beginning import State, check, copied, whole_run
from tests.intake.run import JUNE, context_at, tree

pytestmark = pytest.mark.kills

KILLED = 137
MEMORY = Path("/dev/shm")


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """In memory where the system can: flushing is slow, and no page goes with a process that is killed."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


def in_child(work: Callable[[], None], *, after: float | None = None) -> int:
    """Run ``work`` in a fork; ``after`` so many seconds it is killed. The status, as a shell gives it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - nothing may get out of the fork into the tests
            os._exit(1)
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return 128 - status if status < 0 else status


def dying_at(number: int) -> Callable[[str], None]:
    """Counts the points that a run comes by, and ends its process at one of them."""
    passed = 0

    def fault(_point: str) -> None:
        nonlocal passed
        passed += 1
        if passed == number:
            os._exit(KILLED)

    return fault


def dying_at_file(number: int) -> Callable[[int], None]:
    """As :func:`dying_at`, counting the files that are flushed; folders are passed by."""
    fault = dying_at(number)
    return lambda handle: fault("flush") if stat.S_ISREG(os.fstat(handle).st_mode) else None


def points_of(start: Path, folder: Path) -> list[str]:
    """The names of the points that an undisturbed run comes by."""
    seen: list[str] = []
    whole_run(copied(start, folder), seen.append)
    return seen


def test_killed_at_every_point_and_run_again(start: Path, undisturbed: State, tmp_path: Path) -> None:
    """Wherever the process ends, the next run gives the same register, outputs, answers and inbox."""
    points = points_of(start, tmp_path / "count")
    assert len(points) >= 50
    for number, point in enumerate(points, start=1):
        root = copied(start, tmp_path / f"{number}")
        assert in_child(lambda root=root, n=number: whole_run(root, dying_at(n))) == KILLED
        whole_run(root)
        check(root, undisturbed, f"{number} {point}")
        shutil.rmtree(root.parent)


def test_killed_while_a_file_is_half_written(
    start: Path,
    undisturbed: State,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half a file under a temporary name does no harm and does not stay."""
    for number in range(1, 27):
        root = copied(start, tmp_path / f"{number}")
        with monkeypatch.context() as patch:
            patch.setattr(atomic_files.os, "fsync", dying_at_file(number))
            assert in_child(lambda root=root: whole_run(root)) == KILLED
        assert any(name.endswith(".part") for name in tree(root))
        whole_run(root)
        check(root, undisturbed, f"write {number}")


def test_killed_while_the_site_is_written(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The auditors' pages are whole after the next run, and the same as if nothing had happened."""
    whole = run_with_site(copied(start, tmp_path / "whole"))
    pages = sum(name.startswith("outputs/site/") for name in whole)
    done = copied(start, tmp_path / "done")
    whole_run(done)
    for number in (1, pages // 2, pages - 1):
        root = copied(done, tmp_path / f"{number}")
        with monkeypatch.context() as patch:
            fault = dying_at(number)
            # Each page is written, given its mode, and only then its name.
            patch.setattr(atomic_files.Path, "chmod", lambda _path, _mode, fault=fault: fault("chmod"))
            assert in_child(lambda root=root: run_with_site(root)) == KILLED
        assert run_with_site(root) == whole


def run_with_site(root: Path) -> dict[str, bytes]:
    """A whole run and the site; every file that is there then."""
    whole_run(root)
    context = context_at(root)
    publish_site(context.home, context.engine, JUNE)
    context.engine.dispose()
    return tree(root)


def test_killed_at_any_moment(start: Path, undisturbed: State, tmp_path: Path) -> None:
    """SIGKILL at moments that nobody chose, several times over the same home."""
    began = time.monotonic()
    whole_run(copied(start, tmp_path / "timed"))
    took = time.monotonic() - began
    moments = random.Random(4)
    for number in range(6):
        root = copied(start, tmp_path / f"{number}")
        for _ in range(3):
            in_child(lambda root=root: whole_run(root), after=moments.uniform(0, took * 0.8))
        whole_run(root)
        check(root, undisturbed, f"moment {number}")


def test_run_after_run_dying_gets_there(start: Path, undisturbed: State, tmp_path: Path) -> None:
    """Each run goes on from where the last one died, however often that happens."""
    root = copied(start, tmp_path / "again")
    points = random.Random(5)
    runs = 0
    while in_child(lambda: whole_run(root, dying_at(points.randrange(13, 40)))) == KILLED:
        runs += 1
        assert runs < 60
    assert runs > 1
    check(root, undisturbed, "dying again and again")
