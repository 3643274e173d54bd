"""The demonstration, run once by the real command, for all tests that look at what it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands import ENVIRONMENT, Done, yaodian


@dataclass(frozen=True)
class Shown:
    """A home folder, and what the last command run in it said."""

    home: Path
    said: str

    def run(self, *arguments: str) -> Done:
        return yaodian(self.home, *arguments)

    @property
    def june(self) -> Path:
        return self.home / "outputs" / "2023-06"

    @property
    def workbook(self) -> Path:
        return self.june / "考核汇总表_2023-06.xlsx"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """``yaodian demo`` in a new home folder, in a process of its own, with a Prefect server of its own."""
    home = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli.app import main; main()", "demo"],
        env=os.environ | ENVIRONMENT | {"YAODIAN_HOME": str(home)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Shown(home, done.stdout)
