"""A command with no service running: it starts what Prefect needs, and leaves a whole record."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from flows.operation import prefect_server
from flows.platform.home import Home
from tests.operation.test_serve import drop, environment

pytestmark = pytest.mark.services


def _intake(home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from flows.cli.app import main; main()", "intake", "--home", str(home)],
        env=environment() | variables, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def _asked(home: Path, question: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(home / "outputs" / ".prefect" / "prefect.db") as connection:
        return connection.execute(question).fetchall()


def test_a_failed_task_makes_the_flow_failed(tmp_path: Path) -> None:
    """The archive can't be written: run and task say so, and once it can, the same drop is taken."""
    (tmp_path / "inbox" / "魏都区").mkdir(parents=True)
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "archive").write_text("in the way")
    drop(tmp_path, "一.txt")
    failed = _intake(tmp_path)
    assert failed.returncode == 4, failed.stderr
    assert _asked(tmp_path, "select state_type from flow_run") == [("FAILED",)]
    assert _asked(tmp_path, "select state_type from task_run") == [("FAILED",)]
    (tmp_path / "outputs" / "archive").unlink()
    done = _intake(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "未能受理" in done.stdout
    states = _asked(tmp_path, "select state_type from flow_run order by created")
    assert states == [("FAILED",), ("COMPLETED",)]
    lines = [line for (line,) in _asked(tmp_path, "select message from log")]
    assert any("收件箱：1 个新文件" in line for line in lines)


def test_prefect_never_sees_the_registers_password(tmp_path: Path) -> None:
    """The register's address is no parameter of a flow, and not in what it says when it can't be reached."""
    (tmp_path / "inbox").mkdir()
    secret = "correct-horse"
    port = prefect_server.free_port()
    failed = _intake(tmp_path, YAODIAN_DATABASE_URL=f"postgresql://u:{secret}@127.0.0.1:{port}/register")
    assert failed.returncode == 4
    assert "登记库无法使用" in failed.stderr
    kept = Home(tmp_path).outputs
    for folder, _, names in os.walk(kept):
        for name in names:
            assert secret.encode() not in (Path(folder) / name).read_bytes(), name
    assert secret not in failed.stderr + failed.stdout
