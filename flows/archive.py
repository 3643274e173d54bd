"""Originals, byte for byte, under their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from flows import durable


class ArchiveDamagedError(Exception):
    """A stored original no longer has the content that its name says."""


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def path_of(archive: Path, sha256: str) -> Path:
    return archive / sha256[:2] / sha256


def store(archive: Path, content: bytes) -> str:
    """Keep ``content`` and return its SHA-256; storing the same bytes again changes nothing.

    Raises ``OSError`` when it cannot be written.
    """
    sha256 = digest(content)
    durable.write(path_of(archive, sha256), content, mode=0o444)
    return sha256


def store_pieces(archive: Path, pieces: Callable[[], Iterable[bytes]]) -> str:
    """As :func:`store`, for a file too large to be held in memory; ``pieces`` is asked twice.

    Raises ``OSError`` when it cannot be written, and :class:`ArchiveDamagedError` when the second
    reading differs from the first.
    """
    hashed = hashlib.sha256()
    for piece in pieces():
        hashed.update(piece)
    sha256 = hashed.hexdigest()
    if not path_of(archive, sha256).is_file():
        durable.put(path_of(archive, sha256), _checked(pieces(), sha256), mode=0o444)
    return sha256


def copy(archive: Path, sha256: str, target: Path) -> None:
    """Put a copy of the original at ``target``; :class:`ArchiveDamagedError` as for :func:`fetch`."""
    source = path_of(archive, sha256)
    if not source.is_file():
        raise ArchiveDamagedError(f"原始文件缺失：{sha256}")
    durable.put(target, _checked(_pieces(source), sha256))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(2**20):
            yield piece


def _checked(pieces: Iterable[bytes], sha256: str) -> Iterator[bytes]:
    hashed = hashlib.sha256()
    for piece in pieces:
        hashed.update(piece)
        yield piece
    if hashed.hexdigest() != sha256:
        raise ArchiveDamagedError(f"原始文件内容与其指纹不符：{sha256}")


def fetch(archive: Path, sha256: str) -> bytes:
    """The original; :class:`ArchiveDamagedError` when it is gone or changed."""
    path = path_of(archive, sha256)
    if not path.is_file():
        raise ArchiveDamagedError(f"原始文件缺失：{sha256}")
    content = path.read_bytes()
    if digest(content) != sha256:
        raise ArchiveDamagedError(f"原始文件内容与其指纹不符：{sha256}")
    return content
