"""Originals under their hash: the same promises in a folder, on a share and in an object store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.operation.prefect_server import free_port
from flows.platform import environment
from flows.platform.home import Home
from flows.register import archive, object_store
from flows.register.archive import ArchiveDamagedError, Place


def overwrite(place: Place, sha256: str, content: bytes) -> None:
    """Change a stored original behind the archive's back."""
    if isinstance(place, Path):
        path = archive.path_of(place, sha256)
        path.chmod(0o644)
        path.write_bytes(content)
    else:
        object_store.write(f"{place}/{sha256[:2]}/{sha256}", content)


def test_what_is_stored_comes_back(place: Place, tmp_path: Path) -> None:
    """Fetched or copied, byte for byte, under the hash of its content; empty files too."""
    for content in (b"report", b""):
        sha256 = archive.store(place, content)
        assert sha256 == hashlib.sha256(content).hexdigest()
        assert archive.fetch(place, sha256) == content
        archive.copy(place, sha256, tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == content
        assert archive.local_copy(place, sha256, tmp_path / "here").read_bytes() == content


def test_storing_again_changes_nothing_and_mends_what_was_damaged(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An original that stands is not written again; one whose bytes changed is."""
    sha256 = archive.store(place, b"report")
    overwrite(place, sha256, b"rep0rt")
    assert archive.store(place, b"report") == sha256
    assert archive.fetch(place, sha256) == b"report"
    monkeypatch.setattr(object_store, "write", None)
    monkeypatch.setattr(archive.atomic_files, "write_pieces", None)
    assert archive.store(place, b"report") == sha256


def test_damage_and_absence_are_noticed(place: Place, tmp_path: Path) -> None:
    """Changed or gone, an original is refused, and no copy of it is left behind."""
    sha256 = archive.store(place, b"report")
    overwrite(place, sha256, b"rep0rt")
    for one in (sha256, "0" * 64):
        with pytest.raises(ArchiveDamagedError):
            archive.fetch(place, one)
        with pytest.raises(ArchiveDamagedError):
            archive.copy(place, one, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_large_file_is_stored_piece_by_piece(place: Place) -> None:
    """Whole under its hash; one that changes while it is read is not stored at all."""
    pieces = [bytes([n]) * 2**20 for n in range(12)]
    sha256 = archive.store_pieces(place, lambda: iter(pieces))
    assert archive.fetch(place, sha256) == b"".join(pieces)
    assert archive.store_pieces(place, lambda: iter(pieces)) == sha256

    readings = iter([[b"before"], [b"after"]])

    def changing() -> Iterator[bytes]:
        return iter(next(readings))

    with pytest.raises(ArchiveDamagedError):
        archive.store_pieces(place, changing)
    for content in (b"before", b"after"):
        with pytest.raises(ArchiveDamagedError):
            archive.fetch(place, archive.digest(content))


def test_a_share_that_is_not_mounted_is_no_empty_archive(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configured folder is never created: what is not there is said."""
    for address in (str(tmp_path / "gone"), (tmp_path / "gone").as_uri()):
        monkeypatch.setenv("YAODIAN_ARCHIVE", address)
        assert environment.archive_address() == address
        with pytest.raises(OSError, match="存档文件夹不存在"):
            archive.open_archive(home)
    assert not (tmp_path / "gone").exists()


def test_an_object_store_that_is_away_is_told_as_such(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an absence nor a damage: the run fails in one line, and its drops stay."""
    for address in ("nonsense://somewhere", f"s3://{free_port()}-no-such-bucket"):
        with pytest.raises(OSError, match=r"nonsense|no-such-bucket|bucket"):
            archive.store(address, b"report")
    monkeypatch.setattr("fsspec.core.url_to_fs", _away)
    with pytest.raises(OSError, match="存档不可用") as told:
        archive.fetch(bucket, "0" * 64)
    assert str(told.value.filename).startswith(bucket)


def _away(*_: object, **__: object) -> None:
    raise RuntimeError("no route")
