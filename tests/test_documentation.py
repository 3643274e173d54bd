"""What the README promises exists, and what exists is in it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from flows.cli.app import app

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
COMMANDS = sorted(name for name in app if not name.startswith("-"))


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(readme: str, command: str) -> None:
    """A command that a README does not show is a command that nobody finds."""
    assert f"yaodian {command}" in (ROOT / readme).read_text("utf-8")


@pytest.mark.parametrize("readme", READMES)
def test_every_documented_command_exists(readme: str) -> None:
    """A README shows no command that is not there."""
    shown = re.findall(r"yaodian ([a-z]+)\b", (ROOT / readme).read_text("utf-8"))
    assert set(shown) <= set(COMMANDS)


@pytest.mark.parametrize("readme", READMES)
def test_every_picture_and_link_leads_somewhere(readme: str) -> None:
    """Pictures and linked files stand in the tree."""
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / readme).read_text("utf-8")):
        assert (ROOT / target).is_file(), target


def test_every_environment_variable_is_documented() -> None:
    """What the code asks of the environment, the README tells."""
    asked = {
        name
        for path in (ROOT / "flows").rglob("*.py")
        for name in re.findall(r"YAODIAN_[A-Z_]+", path.read_text("utf-8"))
    }
    told = set(re.findall(r"YAODIAN_[A-Z_]+", (ROOT / "README.md").read_text("utf-8")))
    assert asked <= told


def test_no_lock_file_and_no_download_address_in_the_tree() -> None:
    """Versions are fixed by a date, so that no registry's address is needed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "exclude-newer" in project["tool"]["uv"]
    assert "/uv.lock" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
