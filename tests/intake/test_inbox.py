"""What the inbox holds, whose it is, and when it may be taken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.intake import inbox
from flows.platform import atomic_files
from flows.register import archive
from schemas import Registry


def _drop(folder: Path, name: str, content: bytes = b"x", age: float = 60) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))
    return path


def test_a_units_folder_says_who_is_speaking(tmp_path: Path, registry: Registry) -> None:
    """Files below a folder named as a unit, or by one of its aliases, are that unit's."""
    _drop(tmp_path / "魏都区", "a.xlsx")
    _drop(tmp_path / "禹州市局" / "六月", "b.xlsx")
    _drop(tmp_path / "杂项", "c.xlsx")
    _drop(tmp_path, "d.xlsx")
    seen = {
        w.name: w.unit.short if w.unit else None
        for w in inbox.scan_inbox(tmp_path, registry.unit_by_name).waiting
    }
    assert seen == {"a.xlsx": "魏都区", "b.xlsx": "禹州市", "c.xlsx": None, "d.xlsx": None}


@pytest.mark.parametrize(
    "name",
    ["~$报表.xlsx", "Thumbs.db", ".DS_Store", "desktop.ini", ".~lock.报表.xlsx#", "x.tmp", "README.md"],
)
def test_system_litter_stays_where_it_is(tmp_path: Path, registry: Registry, name: str) -> None:
    """Lock files and what file managers leave behind are not looked at."""
    path = _drop(tmp_path / "魏都区", name)
    assert inbox.scan_inbox(tmp_path, registry.unit_by_name).waiting == ()
    assert path.exists()


def test_answers_are_never_taken_for_reports(tmp_path: Path, registry: Registry) -> None:
    """What lies in 回执 is ours."""
    _drop(tmp_path / "魏都区" / inbox.ANSWERS, "退回.xlsx")
    assert inbox.scan_inbox(tmp_path, registry.unit_by_name).waiting == ()


def test_links_and_devices_are_refused_not_followed(tmp_path: Path, registry: Registry) -> None:
    """A link to a file or a folder outside, and a pipe, are named and left alone."""
    outside = _drop(tmp_path / "outside", "secret.xlsx")
    box = tmp_path / "inbox"
    (box / "魏都区").mkdir(parents=True)
    (box / "魏都区" / "链接.xlsx").symlink_to(outside)
    (box / "魏都区" / "夹").symlink_to(outside.parent, target_is_directory=True)
    os.mkfifo(box / "魏都区" / "管道.xlsx")
    sighting = inbox.scan_inbox(box, registry.unit_by_name)
    assert sighting.waiting == ()
    assert [place for place, _ in sighting.refused] == ["魏都区/夹", "魏都区/管道.xlsx", "魏都区/链接.xlsx"]


def test_a_file_still_being_written_is_left_for_the_next_run(tmp_path: Path, registry: Registry) -> None:
    """A file that grows while it is watched has not settled; its neighbours have."""
    growing = _drop(tmp_path / "魏都区", "a.xlsx", age=0)
    _drop(tmp_path / "魏都区", "b.xlsx")
    waiting = inbox.scan_inbox(tmp_path, registry.unit_by_name).waiting
    ready = inbox.settled_files(waiting, 2, sleep=lambda _s: growing.write_bytes(b"longer") and None)
    assert [w.name for w in ready] == ["b.xlsx"]


def test_old_files_are_not_waited_for(tmp_path: Path, registry: Registry) -> None:
    """Nothing sleeps when every file is older than the interval."""
    _drop(tmp_path / "魏都区", "a.xlsx")
    waiting = inbox.scan_inbox(tmp_path, registry.unit_by_name).waiting

    def never(_seconds: float) -> None:
        raise AssertionError

    assert len(inbox.settled_files(waiting, 2, sleep=never)) == 1


@pytest.mark.parametrize("lock", ["~$报表.xlsx", "~$.xlsx", ".~lock.报表.xlsx#"])
def test_a_file_open_in_an_editor_is_left_alone(tmp_path: Path, registry: Registry, lock: str) -> None:
    """Excel's, WPS's and LibreOffice's lock files keep a report from being taken."""
    _drop(tmp_path / "魏都区", "报表.xlsx")
    _drop(tmp_path / "魏都区", lock)
    waiting = inbox.scan_inbox(tmp_path, registry.unit_by_name).waiting
    assert inbox.settled_files(waiting, 2) == []


_DAY = 24 * 60 * 60


@pytest.mark.parametrize(
    ("report_age", "lock_age", "taken"),
    [(90 * _DAY, 90 * _DAY, 1), (90 * _DAY, 60, 0), (60, 90 * _DAY, 0), (2 * _DAY, 2 * _DAY, 1)],
)
def test_a_lock_that_a_crash_left_behind_ages_out(
    tmp_path: Path, registry: Registry, report_age: float, lock_age: float, taken: int
) -> None:
    """A lock keeps nothing from being taken once neither it nor the report has changed for a day."""
    _drop(tmp_path / "魏都区", "6月报表.xlsx", age=report_age)
    _drop(tmp_path / "魏都区", "~$6月报表.xlsx", age=lock_age)
    waiting = inbox.scan_inbox(tmp_path, registry.unit_by_name).waiting
    assert len(inbox.settled_files(waiting, 2, sleep=lambda _s: None)) == taken


def test_a_returned_copy_corrected_in_place_is_told_of(tmp_path: Path) -> None:
    """A marked copy in 回执 that differs from what was given is named; what is as given is not."""
    box, receipts, name = tmp_path / "inbox", tmp_path / "receipts", "2023-06-411002-01_退回_6月.xlsx"
    _drop(receipts / "2023-06", name, b"marked")
    answer = _drop(box / "魏都区" / inbox.ANSWERS, name, b"marked")
    _drop(answer.parent, f"~${name}", b"lock")
    _drop(answer.parent, "自存.xlsx", b"own")
    assert inbox.edited_answers(box, receipts) == ()
    answer.write_bytes(b"edited")
    ((place, reason),) = inbox.edited_answers(box, receipts)
    assert place == f"魏都区/回执/{name}"
    assert "移到" in reason


def test_a_file_replaced_between_look_and_read_is_not_read(tmp_path: Path, registry: Registry) -> None:
    """The bytes taken are those that were seen to have settled, or none."""
    path = _drop(tmp_path / "魏都区", "a.xlsx")
    (waiting,) = inbox.scan_inbox(tmp_path, registry.unit_by_name).waiting
    path.write_bytes(b"other")
    assert inbox.read(waiting) is None


def test_only_the_very_drop_that_was_taken_is_removed(tmp_path: Path, registry: Registry) -> None:
    """A newer file under the same name survives the removal of the older."""
    path = _drop(tmp_path / "魏都区", "a.xlsx")
    (waiting,) = inbox.scan_inbox(tmp_path, registry.unit_by_name).waiting
    drop = inbox.Drop(waiting, archive.digest(b"x"), 1)
    path.write_bytes(b"newer")
    assert inbox.remove(drop) is False
    assert path.read_bytes() == b"newer"


def test_any_file_name_can_be_written_down(tmp_path: Path, registry: Registry) -> None:
    """Names that are no UTF-8 are shown with replacements and still read."""
    folder = tmp_path / "魏都区"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.xlsx")).write_bytes(b"x")
    (waiting,) = inbox.scan_inbox(tmp_path, registry.unit_by_name).waiting
    assert waiting.name.encode()
    assert inbox.read(waiting) == b"x"


def test_the_archive_notices_damage(tmp_path: Path) -> None:
    """An original whose bytes changed is refused, not returned."""
    sha256 = archive.store(tmp_path, b"report")
    assert archive.fetch(tmp_path, sha256) == b"report"
    path = archive.path_of(tmp_path, sha256)
    path.chmod(0o644)
    path.write_bytes(b"rep0rt")
    with pytest.raises(archive.ArchiveDamagedError):
        archive.fetch(tmp_path, sha256)


def test_writing_the_same_bytes_again_touches_nothing(tmp_path: Path) -> None:
    """A second write of equal content reports no change and keeps the file's time."""
    path = tmp_path / "a" / "b.txt"
    assert atomic_files.write(path, b"1") is True
    before = path.stat().st_mtime_ns
    assert atomic_files.write(path, b"1") is False
    assert path.stat().st_mtime_ns == before


def test_a_failed_write_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the old content stands and no temporary file remains."""
    path = tmp_path / "a.txt"
    atomic_files.write(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic_files.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("place", [0, 2**20 - 1, 2**20, 3 * 2**20 - 1])
def test_a_file_that_differs_anywhere_does_not_stand(place: int, tmp_path: Path) -> None:
    """It is compared piece by piece."""
    path, content = tmp_path / "figures.csv", bytes(3 * 2**20)
    path.write_bytes(content)
    assert atomic_files.has_content(path, content)
    other = bytearray(content)
    other[place] = 1
    assert not atomic_files.has_content(path, bytes(other))
    assert not atomic_files.has_content(path, content[:-1])
    assert not atomic_files.has_content(tmp_path / "none.csv", b"")
