"""The demonstration, run once by the real command, for all tests that look at what it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Shown:
    """A home folder, and what the last command run in it said."""

    home: Path
    said: str

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return yaodian(self.home, *arguments)

    @property
    def june(self) -> Path:
        return self.home / "outputs" / "2023-06"

    @property
    def workbook(self) -> Path:
        return self.june / "考核汇总表_2023-06.xlsx"


def yaodian(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as an office runs it, in a process of its own, two weeks after the month's end."""
    environment = os.environ | {
        "YAODIAN_HOME": str(home),
        "YAODIAN_NOW": "2023-07-15T09:00:00+08:00",
        "YAODIAN_USER": "市局",
    }
    return subprocess.run(
        [sys.executable, "-c", "from flows.cli.app import main; main()", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """``yaodian demo`` in a new home folder."""
    home = tmp_path_factory.mktemp("demo")
    done = yaodian(home, "demo")
    assert done.returncode == 0, done.stderr
    return Shown(home, done.stdout)
