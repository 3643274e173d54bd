"""Marked copies of many reports are those that are made one by one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from flows.correspondence.marked_copies import parallel
from flows.correspondence.marked_copies.parallel import Copy, copying
from flows.platform.home import Home
from flows.register import archive
from schemas import Registry
from tests.correspondence.samples import bytes_of, problem, report


@pytest.fixture
def wanted(tmp_path: Path, registry: Registry) -> list[Copy]:
    """As many as are worth a process, the last of an original that is gone."""
    home, made = Home(tmp_path), []
    for number in range(parallel.MANY):
        book = report()
        book["指标表"]["B2"] = number
        sha256 = archive.store(archive.open_archive(home), bytes_of(book))
        found = [problem("B2", value=str(number)), problem("C4", "query")]
        made.append(Copy(home, sha256, "xlsx", found, f"第{number}县 2023年6月", registry.form))
    return [*made[:-1], made[-1]._replace(sha256="0" * 64)]


def test_in_processes_they_are_the_same_bytes(wanted: list[Copy]) -> None:
    """And what can't be copied says so itself, and keeps no other from its answer."""
    with copying(workers=2) as copy:
        given = copy(wanted)
        later = copy(wanted[:1])
        with pytest.raises(archive.ArchiveDamagedError):
            given[-1]()
        assert [one() for one in given[:-1]] == [parallel.make_copies(one) for one in wanted[:-1]]
        assert later[0]() == given[0]()


def test_few_need_no_process(wanted: list[Copy], monkeypatch: pytest.MonkeyPatch) -> None:
    """A process would take longer to start than they take."""
    monkeypatch.setattr(parallel, "process_pool", _unwanted)
    with copying(workers=2) as copy:
        assert copy(wanted[:2])[1]() == parallel.make_copies(wanted[1])
    with copying(workers=1) as copy:
        assert copy(wanted)[1]() == parallel.make_copies(wanted[1])


def test_where_a_process_ends_the_copy_is_made_here(
    wanted: list[Copy], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody goes without an answer for it, and it is in the log."""
    whole = parallel.make_copies
    monkeypatch.setattr(parallel, "make_copies", _ends)
    with copying(workers=2) as copy:
        given = copy(wanted)
        monkeypatch.setattr(parallel, "make_copies", whole)
        assert given[0]() == whole(wanted[0])
        assert copy(wanted[:1])[0]() == whole(wanted[0])
    assert "a process that makes marked copies ended" in caplog.text


def _unwanted(workers: int) -> NoReturn:
    raise AssertionError(f"{workers} processes")


def _ends(copy: Copy) -> bytes:
    os._exit(3)
