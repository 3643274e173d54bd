"""A process that lasts sees what the office changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import schemas
from schemas.freshness import policy_stamp, reload_if_changed
from schemas.loading import FOLDER


def test_an_edit_is_seen_by_the_next_run(tmp_path: Path) -> None:
    """Nothing is read again while the files stand; after an edit everything is."""
    folder = tmp_path / "schemas"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "template"))
    reload_if_changed(folder)
    before = schemas.load(2023, folder)
    assert not reload_if_changed(folder)
    assert schemas.load(2023, folder) is before
    units = folder / "units.yaml"
    units.write_text(units.read_text("utf-8").replace("issuer: ", "issuer: 新", 1), "utf-8")
    assert reload_if_changed(folder)
    after = schemas.load(2023, folder)
    assert after.issuer == f"新{before.issuer}"
    assert not reload_if_changed(folder)


def test_a_new_year_is_seen(tmp_path: Path) -> None:
    """A folder for next year's notice is there from the next run on."""
    folder = tmp_path / "schemas"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "template"))
    reload_if_changed(folder)
    assert schemas.years(folder) == (2023,)
    shutil.copytree(folder / "2023", folder / "2024")
    assert reload_if_changed(folder)
    assert schemas.years(folder) == (2023, 2024)


def _policy(tmp_path: Path) -> Path:
    folder = tmp_path / "schemas"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "template"))
    return folder


def test_what_an_editor_lays_beside_a_file_is_passed_over(tmp_path: Path) -> None:
    """Its lock is a link to nowhere; a link to a file that is gone for a moment does no harm either."""
    folder = _policy(tmp_path)
    before = policy_stamp(folder)
    (folder / ".#units.yaml").symlink_to("somebody@office.1234")
    (folder / "gone.yaml").symlink_to(folder / "nowhere.yaml")
    assert policy_stamp(folder) == before


def test_next_years_folder_counts_once_it_is_filled(tmp_path: Path) -> None:
    """While the office makes it, there is only this year."""
    folder = _policy(tmp_path)
    (folder / "2024").mkdir()
    assert schemas.years(folder) == (2023,)


def test_a_mistake_in_next_years_policy_keeps_nobody_from_reporting_this_year(tmp_path: Path) -> None:
    """Units and form are those of all years; who needs that year is told what is wrong with it."""
    folder = _policy(tmp_path)
    shutil.copytree(folder / "2023", folder / "2024")
    reload_if_changed(folder)
    assert schemas.newest(folder).year == 2024
    (folder / "2024" / "waivers.yaml").unlink()
    assert reload_if_changed(folder)
    assert schemas.newest(folder) is schemas.load(2023, folder)
    with pytest.raises(schemas.RegistryError, match=r"waivers\.yaml"):
        schemas.load(2024, folder)
    (folder / "2023" / "relations.yaml").unlink()
    assert reload_if_changed(folder)
    with pytest.raises(schemas.RegistryError, match=r"waivers\.yaml"):
        schemas.newest(folder)
