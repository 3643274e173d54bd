"""The register that is verified is a copy, of what was committed and of nothing else."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from flows.cli.verify import copied


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """One row is committed; then a transaction is begun."""
    with closing(sqlite3.connect(tmp_path / "register.db", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("INSERT INTO t VALUES (1)")
        connection.execute("PRAGMA cache_size=5")
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT a FROM t").fetchall()


def test_what_a_run_is_writing_is_not_in_it(writer: sqlite3.Connection, tmp_path: Path) -> None:
    """The other's transaction is not disturbed either."""
    writer.execute("INSERT INTO t VALUES (2)")
    copied(tmp_path / "register.db", tmp_path / "copy.db")
    assert rows(tmp_path / "copy.db") == [(1,)]
    writer.execute("COMMIT")
    copied(tmp_path / "register.db", tmp_path / "later.db")
    assert rows(tmp_path / "later.db") == [(1,), (2,)]


def test_what_a_killed_run_had_not_finished_is_undone_in_it(
    writer: sqlite3.Connection, tmp_path: Path
) -> None:
    """Half of its rows are in the file, and what they replaced in the journal: neither is touched."""
    for _ in range(500):
        writer.execute("INSERT INTO t VALUES (?)", ("x" * 1_000,))
    killed = tmp_path / "killed"
    killed.mkdir()
    for name in ("register.db", "register.db-journal"):
        shutil.copy(tmp_path / name, killed / name)
    before = {path.name: path.read_bytes() for path in killed.iterdir()}
    copied(killed / "register.db", tmp_path / "copy.db")
    assert rows(tmp_path / "copy.db") == [(1,)]
    assert {path.name: path.read_bytes() for path in killed.iterdir()} == before
