"""A process that lasts sees what the office changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import schemas
from schemas.freshness import renew
from schemas.loading import FOLDER


def test_an_edit_is_seen_by_the_next_run(tmp_path: Path) -> None:
    """Nothing is read again while the files stand; after an edit everything is."""
    folder = tmp_path / "schemas"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "template"))
    renew(folder)
    before = schemas.load(2023, folder)
    assert not renew(folder)
    assert schemas.load(2023, folder) is before
    units = folder / "units.yaml"
    units.write_text(units.read_text("utf-8").replace("issuer: ", "issuer: 新", 1), "utf-8")
    assert renew(folder)
    after = schemas.load(2023, folder)
    assert after.issuer == f"新{before.issuer}"
    assert not renew(folder)


def test_a_new_year_is_seen(tmp_path: Path) -> None:
    """A folder for next year's notice is there from the next run on."""
    folder = tmp_path / "schemas"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "template"))
    renew(folder)
    assert schemas.years(folder) == (2023,)
    shutil.copytree(folder / "2023", folder / "2024")
    assert renew(folder)
    assert schemas.years(folder) == (2023, 2024)
