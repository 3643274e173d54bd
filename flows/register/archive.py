"""Originals, byte for byte, under their SHA-256: in a folder, or in an object store through fsspec."""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from flows.platform import atomic_files, environment
from flows.platform.atomic_files import FsyncBatch
from flows.platform.home import Home
from flows.register import object_store

#: A folder of this machine or of a share, or an object store's address that fsspec understands.
Place = Path | str


class ArchiveDamagedError(Exception):
    """A stored original no longer has the content that its name says."""


def open_archive(home: Home) -> Place:
    """Where this home's originals are: YAODIAN_ARCHIVE, else a folder of its own.

    Raises ``OSError`` when the configured folder is not there: a share that is not mounted must not
    be taken for an empty one.
    """
    configured = environment.archive_address()
    if configured is None:
        return home.archive
    parts = urlsplit(configured)
    if "://" in configured and parts.scheme != "file":
        return configured.rstrip("/")
    folder = Path(url2pathname(parts.path) if parts.scheme == "file" else configured)
    if not folder.is_dir():
        raise OSError(errno.ENOENT, "存档文件夹不存在（共享文件夹没有挂上，或尚未建立）", str(folder))
    return folder


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def path_of(archive: Path, sha256: str) -> Path:
    return archive / sha256[:2] / sha256


def _address(archive: str, sha256: str) -> str:
    return f"{archive}/{sha256[:2]}/{sha256}"


def store(archive: Place, content: bytes, together: FsyncBatch | None = None) -> str:
    """Keep ``content`` and return its SHA-256; storing the same bytes again changes nothing.

    In a folder and ``together`` with others, it is kept once those have settled. Raises ``OSError``
    when it cannot be written.
    """
    sha256 = digest(content)
    if isinstance(archive, Path):
        write = atomic_files.write if together is None else together.write
        write(path_of(archive, sha256), content, mode=0o444)
    elif object_store.read(_address(archive, sha256)) != content:
        object_store.write(_address(archive, sha256), content)
    return sha256


def store_pieces(archive: Place, pieces: Callable[[], Iterable[bytes]]) -> str:
    """As :func:`store`, for a file too large to be held in memory; ``pieces`` is asked twice.

    Raises ``OSError`` when it cannot be written, and :class:`ArchiveDamagedError` when the second
    reading differs from the first.
    """
    hashed = hashlib.sha256()
    for piece in pieces():
        hashed.update(piece)
    sha256 = hashed.hexdigest()
    if isinstance(archive, Path):
        if not path_of(archive, sha256).is_file():
            atomic_files.write_pieces(path_of(archive, sha256), _checked(pieces(), sha256), mode=0o444)
    elif not object_store.exists(_address(archive, sha256)):
        # Whole on this side first: an upload that turns out to differ could no longer be called back.
        with tempfile.NamedTemporaryFile() as file:
            for piece in _checked(pieces(), sha256):
                file.write(piece)
            file.flush()
            object_store.write_file(_address(archive, sha256), Path(file.name))
    return sha256


def copy(archive: Place, sha256: str, target: Path) -> None:
    """Put a copy of the original at ``target``; :class:`ArchiveDamagedError` as for :func:`fetch`."""
    atomic_files.write_pieces(target, _checked(_stored(archive, sha256), sha256))


def fetch(archive: Place, sha256: str) -> bytes:
    """The original; :class:`ArchiveDamagedError` when it is gone or changed, ``OSError`` when away."""
    return b"".join(_checked(_stored(archive, sha256), sha256))


def local_copy(archive: Place, sha256: str, folder: Path) -> Path:
    """The original as a file that can be opened: itself, or its copy in ``folder``, its hash proved."""
    if isinstance(archive, Path):
        return path_of(archive, sha256)
    target = folder / sha256
    if not target.is_file():
        copy(archive, sha256, target)
    return target


def _stored(archive: Place, sha256: str) -> Iterator[bytes]:
    try:
        if isinstance(archive, Path):
            with path_of(archive, sha256).open("rb") as file:
                yield from iter(lambda: file.read(2**20), b"")
        else:
            yield from object_store.pieces(_address(archive, sha256))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise ArchiveDamagedError(f"原始文件缺失：{sha256}") from error


def _checked(pieces: Iterable[bytes], sha256: str) -> Iterator[bytes]:
    hashed = hashlib.sha256()
    for piece in pieces:
        hashed.update(piece)
        yield piece
    if hashed.hexdigest() != sha256:
        raise ArchiveDamagedError(f"原始文件内容与其指纹不符：{sha256}")
