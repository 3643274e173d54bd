"""The demonstration, run once for all tests that look at what it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands import Done, yaodian


@dataclass(frozen=True)
class Shown:
    """A home folder, and what the demonstration said in it."""

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
def demo(tmp_path_factory: pytest.TempPathFactory, prefect_server: str) -> Shown:
    """``yaodian demo`` in a new home folder, recorded by the tests' Prefect server."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    home = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch, temporary_settings({PREFECT_API_URL: prefect_server}):
        patch.setenv("PREFECT_API_URL", prefect_server)
        done = yaodian(home, "demo")
    assert done.returncode == 0, done.stderr
    return Shown(home, done.stdout)
