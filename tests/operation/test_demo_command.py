"""The README's first command as a newcomer runs it: a process with a Prefect server of its own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.services


def test_the_demonstration_leaves_outputs_and_a_whole_record(tmp_path: Path) -> None:
    """Its flows ended completed, their tables of status and findings are there, and the promised files."""
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli.app import main; main()", "demo", "--home", str(tmp_path)],
        env=os.environ | {"YAODIAN_USER": "市局"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "报送情况：yaodian status 2023-06"
    outputs = tmp_path / "outputs"
    assert (outputs / "2023-06" / "考核汇总表_2023-06.xlsx").is_file()
    assert (outputs / "site" / "index.html").is_file()
    with sqlite3.connect(outputs / ".prefect" / "prefect.db") as prefect:
        states = prefect.execute(
            "SELECT f.name, r.state_type, COUNT(*) FROM flow_run r "
            "JOIN flow f ON f.id = r.flow_id GROUP BY 1, 2"
        ).fetchall()
        keys = {key for (key,) in prefect.execute("SELECT DISTINCT key FROM artifact")}
    assert {(name, state) for name, state, _ in states} == {
        ("intake", "COMPLETED"),
        ("consolidate", "COMPLETED"),
    }
    assert {"status-2023-06", "findings-2023-06", "intake"} <= keys
