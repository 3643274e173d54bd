"""An object store through fsspec: what ``archive`` needs of one.

An object is put whole or not at all, so there is no temporary name and nothing to rename.
Credentials and addresses come from the environment, as the store's own fsspec backend takes them.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PIECE = 2**20


def read(url: str) -> bytes | None:
    """The object; None where there is none. ``OSError`` when the store can't be reached, as for all here."""
    try:
        return b"".join(pieces(url))
    except FileNotFoundError:
        return None


def pieces(url: str) -> Iterator[bytes]:
    """The object bit by bit; ``FileNotFoundError`` where there is none."""
    with _told(url):
        store, path = _store(url)
        with store.open(path, "rb", block_size=_PIECE) as file:
            yield from iter(lambda: file.read(_PIECE), b"")


def exists(url: str) -> bool:
    with _told(url):
        store, path = _store(url)
        return bool(store.exists(path))


def write(url: str, content: bytes) -> None:
    """Put the object whole."""
    with _told(url):
        store, path = _store(url)
        store.pipe_file(path, content)


def write_file(url: str, source: Path) -> None:
    """As :func:`write`, from a file that should not be held in memory."""
    with _told(url):
        store, path = _store(url)
        store.put_file(str(source), path)


def _store(url: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs

    # Another machine may have put an object a moment ago: nothing is answered from memory.
    store, path = url_to_fs(url, use_listings_cache=False)
    return store, path


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Every backend has exceptions of its own; callers know ``OSError``."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:  # whatever the backend has of its own; it stays as the cause
        raise OSError(errno.EIO, f"存档不可用（{type(error).__name__}：{error}）", url) from error
