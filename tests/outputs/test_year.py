"""``yaodian consolidate 2023`` as an office runs it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from flows.cli.app import run
from tests.commands import yaodian
from tests.demonstration import Shown


@pytest.mark.parametrize("text", ["2024", "0000", "20233", "202"])
def test_a_year_without_registry_is_wrong_use(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2 and one line, before anything is started or written."""
    assert run(["consolidate", text, "--home", str(tmp_path)]) == 2
    assert text in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("prefect_api")
def test_a_year_is_written_once_and_then_unchanged(demo: Shown, tmp_path: Path) -> None:
    """Workbook and manifest from the accepted months; a second run changes no byte."""
    for name in ("register.db", "archive"):
        source = demo.home / "outputs" / name
        (shutil.copytree if source.is_dir() else _copy)(source, tmp_path / "outputs" / name)
    first = yaodian(tmp_path, "consolidate", "2023")
    assert first.returncode == 0, first.stderr
    folder = tmp_path / "outputs" / "2023"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(before) == {"年度考核汇总表_2023.xlsx", "manifest.json"}
    listed = json.loads(before["manifest.json"])
    assert listed["months"] == ["2023-05", "2023-06"]
    name = "年度考核汇总表_2023.xlsx"
    assert listed["outputs"] == {name: hashlib.sha256(before[name]).hexdigest()}
    assert all((tmp_path / "outputs" / "archive").rglob(f"{one['sha256']}*") for one in listed["originals"])
    second = yaodian(tmp_path, "consolidate", "2023")
    assert "没有变化" in second.stdout
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


@pytest.mark.usefixtures("prefect_api")
def test_a_year_with_nothing_says_so(tmp_path: Path) -> None:
    """No workbook is made of nothing."""
    done = yaodian(tmp_path, "consolidate", "2023")
    assert done.returncode == 0, done.stderr
    assert "没有已接收的报送" in done.stdout
    assert not (tmp_path / "outputs" / "2023").exists()
