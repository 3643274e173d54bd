"""Outputs that lie in a temporary folder until they are put in place."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from flows.outputs.spill import TempFileMapping


def test_contents_are_read_back_and_the_folder_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    spilled = TempFileMapping([("甲/乙.csv", [b"a,", b"b"]), ("空", [])])
    assert dict(spilled) == {"甲/乙.csv": b"a,b", "空": b""}
    assert len(list(tmp_path.iterdir())) == 1
    del spilled
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_nothing_stays_where_making_the_contents_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ZeroDivisionError):
        TempFileMapping((name, [b"x" * (1 // len(name))]) for name in ("a", ""))
    gc.collect()
    assert list(tmp_path.iterdir()) == []
