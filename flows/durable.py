"""Writing so that a reader, or a run after a crash, sees the old file or the new one whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def write(path: Path, content: bytes, *, mode: int = 0o644) -> bool:
    """Write ``content`` under a temporary name, flush it, rename it; False if it stood already.

    Raises ``OSError`` (disk full, read-only folder) and then leaves the old file as it was.
    """
    if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
        return False
    put(path, [content], mode=mode)
    return True


def put(path: Path, content: Iterable[bytes], *, mode: int = 0o644) -> None:
    """As :func:`write`, piece by piece, for what should not be held in memory whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_name(path)
    # A link that someone laid under this name is removed, never followed.
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in content:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def temporary_name(path: Path) -> Path:
    """Always the same for a path: what a killed run left behind is overwritten by the next."""
    return path.with_name(f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:24]}.part")


def flush_folder(folder: Path) -> None:
    """Make renames and removals in ``folder`` survive a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
