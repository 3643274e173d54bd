"""A run killed anywhere, and run again, leaves what an undisturbed one leaves."""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows import durable
from flows.demo.edits import Edit
from tests.intake.remembered import remembered
from tests.intake.run import (
    JUNE,
    MAY,
    NOW,
    consolidated,
    desk_at,
    drop,
    dump,
    good,
    sample,
    take_in,
    tree,
    written,
)

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


@pytest.fixture(scope="module")
def remember() -> Iterator[None]:
    with remembered():
        yield


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, remember: None) -> Path:
    """A home in which May is done, and June's reports wait: right, wrong, corrected, packed, and strays."""
    root = tmp_path_factory.mktemp("start")
    drop(root, "魏都区/五月.xlsx", good("魏都区", MAY))
    may = desk_at(root, NOW.replace(month=6))
    take_in(may)
    consolidated(may, MAY)
    may.engine.dispose()
    wrong = written(sample("魏都区"), [Edit("figures", ("3105", "month"), 999)])
    drop(root, "魏都区/六月.xlsx", wrong, second=1)
    drop(root, "魏都区/六月（改）.xlsx", good("魏都区"), second=2)
    drop(root, "知识产权保护科/报表.xlsx", good("知识产权保护科"), second=3)
    drop(root, "知识产权保护科/报表 - 副本.xlsx", good("知识产权保护科"), second=4)
    packed = {"保护中心.xlsx": good("市维权保护中心"), "说明.txt": b"see above"}
    drop(root, "市维权保护中心/六月.zip", zipped(packed), second=5)
    drop(root, "长葛市/照片.xlsx", b"\x89PNG\r\n\x1a\n", second=6)
    return root


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2023, 7, 1, 8, 0, 0)), content)
    return stream.getvalue()


def state(root: Path) -> tuple[list[str], dict[str, bytes]]:
    """The register and every file."""
    desk = desk_at(root)
    try:
        register = dump(desk)
    finally:
        desk.engine.dispose()
    return register, tree(root)


def whole_run(root: Path, fault: Callable[[str], None] = lambda _point: None) -> None:
    """Intake and consolidation of June."""
    desk = desk_at(root, fault=fault)
    take_in(desk)
    consolidated(desk, JUNE)
    desk.engine.dispose()


@pytest.fixture(scope="module")
def undisturbed(start: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], dict[str, bytes]]:
    root = copied(start, tmp_path_factory.mktemp("undisturbed"))
    whole_run(root)
    return state(root)


def copied(start: Path, beside: Path) -> Path:
    return Path(shutil.copytree(start, beside / "home", symlinks=True))


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


def points_of(start: Path, folder: Path) -> list[str]:
    """The names of the points that an undisturbed run comes by."""
    seen: list[str] = []
    whole_run(copied(start, folder), seen.append)
    return seen


def check(root: Path, undisturbed: tuple[list[str], dict[str, bytes]], where: str) -> None:
    register, files = state(root)
    assert register == undisturbed[0], where
    assert sorted(files) == sorted(undisturbed[1]), where
    assert [name for name in files if files[name] != undisturbed[1][name]] == [], where


def test_killed_at_every_point_and_run_again(
    start: Path, undisturbed: tuple[list[str], dict[str, bytes]], tmp_path: Path
) -> None:
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
    undisturbed: tuple[list[str], dict[str, bytes]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half a file under a temporary name does no harm and does not stay."""
    for number in range(1, 26, 2):
        root = copied(start, tmp_path / f"{number}")
        with monkeypatch.context() as patch:
            fault = dying_at(number)
            patch.setattr(durable.os, "fsync", lambda _handle, fault=fault: fault("fsync"))
            assert in_child(lambda root=root: whole_run(root)) == KILLED
        assert any(name.endswith(".part") for name in tree(root))
        whole_run(root)
        check(root, undisturbed, f"write {number}")


def test_killed_at_any_moment(
    start: Path, undisturbed: tuple[list[str], dict[str, bytes]], tmp_path: Path
) -> None:
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


def test_run_after_run_dying_gets_there(
    start: Path, undisturbed: tuple[list[str], dict[str, bytes]], tmp_path: Path
) -> None:
    """Each run goes on from where the last one died, however often that happens."""
    root = copied(start, tmp_path / "again")
    points = random.Random(5)
    runs = 0
    while in_child(lambda: whole_run(root, dying_at(points.randrange(13, 40)))) == KILLED:
        runs += 1
        assert runs < 60
    assert runs > 1
    check(root, undisturbed, "dying again and again")
