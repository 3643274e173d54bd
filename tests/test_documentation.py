"""What the README promises exists, and what exists is in it."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from flows.cli.app import app
from schemas.assessment import Assessment, Method, Waiver
from schemas.models import Deadline, Unit
from schemas.settings import Channel, ChaseSettings, InboxSettings, Settings

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
PAGES = (
    *READMES,
    "CONTRIBUTING.md",
    "SECURITY.md",
    *(f"docs/{p.name}" for p in sorted((ROOT / "docs").glob("*.md"))),
)
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text("utf-8")
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


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_and_link_leads_somewhere(page: str) -> None:
    """Pictures and linked files stand in the tree."""
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text("utf-8")):
        assert (ROOT / page).parent.joinpath(target).is_file(), target


def test_the_readme_is_short() -> None:
    """What a newcomer needs; the rest stands in docs/."""
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 200


def _rooms() -> set[str]:
    """The packages, and the folders of code directly below them."""
    below = {
        f.parent for package in ("schemas", "validations", "flows") for f in (ROOT / package).glob("*/*.py")
    }
    return {f"{folder.relative_to(ROOT).as_posix()}/" for folder in below} | {"schemas/", "validations/"}


def test_every_room_is_on_the_page_and_the_other_way_round() -> None:
    """The table of rooms in docs/architecture.md is the tree's own."""
    table = ARCHITECTURE[ARCHITECTURE.index("## The rooms") : ARCHITECTURE.index("## The way of one report")]
    assert set(re.findall(r"^\| `([a-z_/]+/)` \|", table, re.MULTILINE)) == _rooms()


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_file_and_name_on_the_pages_is_in_the_tree(page: str) -> None:
    """Paths exist, and dotted names can be imported."""
    text = (ROOT / page).read_text("utf-8")
    for path in re.findall(r"`((?:flows|schemas|validations|tests)/[\w./-]*)`", text):
        assert (ROOT / path).exists(), path
    for name in re.findall(r"`((?:flows|schemas|validations)(?:\.\w+)+)`", text):
        module, _, attribute = name.rpartition(".")
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            assert hasattr(importlib.import_module(module), attribute), name


def test_every_environment_variable_is_documented() -> None:
    """What the code asks of the environment, docs/settings.md tells."""
    asked = {
        name
        for path in (ROOT / "flows").rglob("*.py")
        for name in re.findall(r"YAODIAN_[A-Z_]+", path.read_text("utf-8"))
    }
    told = set(re.findall(r"YAODIAN_[A-Z_]+", SETTINGS))
    assert asked <= told


def test_every_key_of_the_offices_settings_is_documented() -> None:
    """What settings.yaml, units.yaml, assessment.yaml and waivers.yaml may hold, docs/settings.md names."""
    models = (Settings, InboxSettings, ChaseSettings, Channel, Unit, Deadline, Assessment, Method, Waiver)
    keys = {key for model in models for key in model.model_fields} | set(
        get_args(Method.model_fields["method"].annotation)
    )
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", SETTINGS))))
    assert keys <= told, keys - told


def test_no_lock_file_and_no_download_address_in_the_tree() -> None:
    """Versions are fixed by a date, so that no registry's address is needed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "exclude-newer" in project["tool"]["uv"]
    assert "/uv.lock" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
