"""What ``--help`` and ``--version`` say."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from flows.cli.app import commands, run

ROOT = Path(__file__).parents[2]
COMMANDS = [name for name, _ in commands()]


def test_the_overview_lists_every_command_with_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    """The office reads Chinese, and each command in the order of its work."""
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    places = [said.index(f"  {name} ") for name in COMMANDS]
    assert places == sorted(places)
    assert all(meaning in said for _, meaning in commands())
    assert run([]) == 0
    assert capsys.readouterr().out == said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_argument_is_explained_in_chinese(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Below the usage and the description stands a line for each argument, with its meaning."""
    run([command, "--help"])
    usage, _, about, _, *arguments = capsys.readouterr().out.rstrip("\n").split("\n")
    assert usage.startswith(f"用法：yaodian {command}")
    assert about == dict(commands())[command]
    assert arguments
    for line in arguments:
        assert re.search(r"\S  +\S.*[\u4e00-\u9fff]", line), line
        assert not re.search(r"required|default", line), line


def test_the_version_is_the_projects(capsys: pytest.CaptureFixture[str]) -> None:
    """A report of a fault names it."""
    run(["--version"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert capsys.readouterr().out.strip() == project["project"]["version"]


def test_the_overview_loads_nothing_that_draws() -> None:
    """It comes at once: the library's console is half of its time."""
    code = "import sys; from flows.cli.app import run; run(['--help']); print('rich.console' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "False"
