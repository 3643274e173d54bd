"""Writing so that a reader, or a run after a crash, sees the old file or the new one whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

_PIECE = 2**20


def write(path: Path, content: bytes, *, mode: int = 0o644) -> bool:
    """Write ``content`` under a temporary name, flush it, rename it; False if it stood already.

    Raises ``OSError`` (disk full, read-only folder) and then leaves the old file as it was.
    """
    if has_content(path, content):
        return False
    write_pieces(path, [content], mode=mode)
    return True


def write_all(folder: Path, contents: Iterable[tuple[str, bytes]]) -> list[str]:
    """Write many files below ``folder``, flushed together at the end; the names of those that changed.

    Each is seen old or new whole. A power cut before the end may damage any of them, so the caller
    must be able to tell that this has not returned, and write them again. One flush of everything
    instead of two for each of a thousand pages.
    """
    together = hasattr(os, "sync")
    changed: list[str] = []
    for name, content in contents:
        if not has_content(folder / name, content):
            write_pieces(folder / name, [content], flush=not together)
            changed.append(name)
    if together and changed:
        os.sync()
    return changed


def has_content(path: Path, content: bytes) -> bool:
    """Whether the file is there and holds just that."""
    if not path.is_file() or path.stat().st_size != len(content):
        return False
    place, wanted = 0, memoryview(content)  # of a province's dataset, no second copy
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if wanted[place : place + len(piece)] != piece:
                return False
            place += len(piece)
    return place == len(content)


def write_pieces(path: Path, content: Iterable[bytes], *, mode: int = 0o644, flush: bool = True) -> None:
    """As :func:`write`, piece by piece, for what should not be held in memory whole.

    Without ``flush`` the caller sees to it that a power cut does no harm.
    """
    temporary = _write_beside(path, content, mode, flush=flush)
    try:
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if flush:
        flush_folder(path.parent)


def write_aside(path: Path, content: bytes) -> None:
    """The content beside ``path``, under its temporary name; flushed, or not, by who takes it up."""
    _write_beside(path, [content], 0o644, flush=False)


def rename_aside(path: Path) -> None:
    """Give what :func:`write_aside` wrote its name; ``OSError`` when it is not there."""
    temporary_name(path).replace(path)


def remove_aside(folder: Path) -> None:
    """Remove what was laid in the folder and not taken up."""
    if folder.is_dir():
        for path in folder.glob(".*.part"):
            path.unlink(missing_ok=True)


class FsyncBatch:
    """Many files, each as safe as by :func:`write`, in a fraction of the time.

    They are flushed side by side: a disk writes twenty files down almost as fast as one, if it is
    asked for them at once. None stands under its name before :meth:`settle`. Used with ``with``, so
    that nothing half done stays where it does not come to that.
    """

    def __init__(self) -> None:
        self._written: dict[Path, Path] = {}  # path -> temporary

    def __enter__(self) -> FsyncBatch:
        return self

    def __exit__(self, *_: object) -> None:
        for temporary in self._written.values():
            _tried(Path.unlink, temporary)

    def write(self, path: Path, content: bytes, *, mode: int = 0o644) -> None:
        """As :func:`write`; ``OSError`` when it can't be written, and then it is not among the rest."""
        if not has_content(path, content):
            self._written[path] = _write_beside(path, [content], mode, flush=False)

    def settle(self) -> dict[Path, OSError]:
        """Flush all, give each its name; the files that failed, and why. They are as they were."""
        written, self._written = self._written, {}
        failed: dict[Path, OSError] = {}

        def keep(paths: Iterable[Path], errors: Iterable[OSError | None]) -> None:
            failed.update({p: e for p, e in zip(paths, errors, strict=True) if e is not None})

        with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
            keep(written, threads.map(partial(_tried, _flush), written.values()))
            for path, temporary in written.items():
                if path not in failed:
                    keep([path], [_tried(temporary.replace, path)])
                if path in failed:
                    _tried(Path.unlink, temporary)
            named = [path for path in written if path not in failed]
            folders = list({path.parent for path in named})
            told = dict(zip(folders, threads.map(partial(_tried, flush_folder), folders), strict=True))
            keep(named, [told[path.parent] for path in named])
        return failed


_SIDE_BY_SIDE = 16


def _tried(work: Callable[[Path], object], path: Path) -> OSError | None:
    try:
        work(path)
    except OSError as error:
        return error
    return None


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _write_beside(path: Path, content: Iterable[bytes], mode: int, *, flush: bool) -> Path:
    """The content under the path's temporary name, which is returned."""
    temporary = temporary_name(path)
    try:
        handle = _new(temporary)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _new(temporary)
    except FileExistsError:
        # A link that someone laid under this name is removed, never followed.
        temporary.unlink(missing_ok=True)
        handle = _new(temporary)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in content:
                file.write(piece)
            file.flush()
            if flush:
                os.fsync(file.fileno())
        temporary.chmod(mode)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _new(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


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
