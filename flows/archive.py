"""Originals, byte for byte, under their SHA-256."""

from __future__ import annotations

import hashlib
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


def fetch(archive: Path, sha256: str) -> bytes:
    """The original; :class:`ArchiveDamagedError` when it is gone or changed."""
    path = path_of(archive, sha256)
    if not path.is_file():
        raise ArchiveDamagedError(f"原始文件缺失：{sha256}")
    content = path.read_bytes()
    if digest(content) != sha256:
        raise ArchiveDamagedError(f"原始文件内容与其指纹不符：{sha256}")
    return content
