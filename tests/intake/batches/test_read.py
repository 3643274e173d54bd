"""Originals read in chunks, from wherever the archive is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import schemas
from flows.intake import collect
from flows.intake.batches import read
from flows.intake.batches.read import ReadJob
from flows.platform.context import RunContext
from flows.reading.model import Reading, Unreadable
from flows.register import archive
from schemas import RegistryError
from tests.intake.corpus import packed
from tests.intake.run import context_at, drop, good, wishes


@pytest.fixture
def context(tmp_path: Path) -> RunContext:
    context = context_at(tmp_path / "home")
    drop(context.home.root, "魏都区/六月.xlsx", good("魏都区"), second=1)
    drop(context.home.root, "长葛市/照片.xlsx", b"\x89PNG\r\n\x1a\n", second=2)
    drop(context.home.root, "长葛市/空.zip", packed(), second=3)
    drop(context.home.root, "禹州市/六月.xlsx", good("禹州市"), second=4)
    return context


@pytest.mark.parametrize("store", ["folder", "bucket"])
def test_chunks_give_what_reading_here_gives(
    context: RunContext, store: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In order, the refused among them, from a folder or from an object store."""
    if store == "bucket":
        monkeypatch.setenv("YAODIAN_ARCHIVE", request.getfixturevalue("bucket"))
    drops = collect.collect(context, wishes()).fresh
    here = collect.read(context, drops)
    assert [type(one) for one in here] == [Reading, Unreadable, Unreadable, Reading]
    chunks = read.split(collect.reading_job(context, drops), 2)
    assert [len(chunk.jobs) for chunk in chunks] == [2, 1]
    parts = [read.read(chunk) for chunk in chunks]
    assert collect.merge_refused(drops, read.join_results(parts)) == here


def test_bytes_are_proved_before_they_are_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is given other bytes than the hash says parses none of them."""
    monkeypatch.setattr(read, "read_all", None)
    sha256 = archive.store(tmp_path, b"report")
    path = archive.path_of(tmp_path, sha256)
    path.chmod(0o644)
    path.write_bytes(good("魏都区"))
    chunk = ReadJob(tmp_path, ((sha256, "六月.xlsx"),), collect.Limits(), {})
    with pytest.raises(archive.ArchiveDamagedError):
        read.read(chunk)


def test_a_worker_with_another_policy_is_refused(context: RunContext) -> None:
    """It would read other headings than ours."""
    chunk = collect.reading_job(context, collect.collect(context, wishes()).fresh)
    assert set(chunk.policy) == set(schemas.years())
    with pytest.raises(RegistryError, match="不一致"):
        read.read(replace(chunk, policy={2023: "another"}))
