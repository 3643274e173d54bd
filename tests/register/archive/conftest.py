"""Each kind of place that originals may be kept in."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.platform.home import Home
from flows.register import archive
from flows.register.archive import Place


@pytest.fixture(params=["home", "shared folder", "object store"])
def place(
    request: pytest.FixtureRequest, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Place:
    if request.param == "shared folder":
        shared = tmp_path / "共享 share"
        shared.mkdir()
        monkeypatch.setenv("YAODIAN_ARCHIVE", shared.as_uri())
    elif request.param == "object store":
        monkeypatch.setenv("YAODIAN_ARCHIVE", request.getfixturevalue("bucket"))
    return archive.open_archive(home)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")
