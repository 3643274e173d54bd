"""What waits in the inbox: whose it is, whether it has settled, and its bytes, read once."""

from __future__ import annotations

import errno
import filecmp
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.reading.model import Unreadable
from schemas import Unit

#: Beside every unit's reports: what we answer. Never read as input.
ANSWERS = "回执"
#: What systems leave in shared folders; it stays where it is.
_LITTER_NAMES = frozenset({"thumbs.db", ".ds_store", "desktop.ini", "readme.md", ".gitkeep"})
_LITTER_PREFIXES = ("~$", ".~lock.", "._", ".")
_LITTER_SUFFIXES = (".tmp", ".part", ".crdownload", ".lnk")
#: Nobody sorts reports deeper than this; folders without end are somebody's mistake, or worse.
_DEEPEST = 6
_PIECE = 2**20
#: Seconds after which a lock file beside an unchanged report is taken for left behind.
_LOCK_HOLDS = 24 * 60 * 60
_CHANGED = "是改过的退回件，“回执”文件夹里的文件不收取；请移到上一级的报送文件夹中"


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A regular file seen in the inbox. ``unit`` is the one whose folder it lies in."""

    path: Path
    folder: str  # below the inbox, "" for the inbox itself
    unit: Unit | None
    size: int
    mtime_ns: int
    inode: int

    @property
    def name(self) -> str:
        """The file's name as it can be written down: bytes that are no UTF-8 are replaced."""
        return _writable(self.path.name)


@dataclass(frozen=True, slots=True)
class Drop:
    """A settled file whose bytes were read once; ``key`` identifies this very drop.

    A file out of a dropped .zip is a drop of its own: ``inner`` is its name in there.
    ``refusal``: why it is not read, where that is known already.
    """

    waiting: WaitingFile
    sha256: str
    size: int
    inner: str = ""
    refusal: Unreadable | None = None

    @property
    def name(self) -> str:
        """``6月.xlsx``, or ``报表.zip/6月.xlsx``."""
        return f"{self.waiting.name}/{self.inner}" if self.inner else self.waiting.name

    @property
    def key(self) -> str:
        place = f"{self.waiting.folder}/{self.waiting.path.name}"
        if self.inner:
            place += f"\0{self.inner}"
        text = f"{place}\0{self.waiting.mtime_ns}\0{self.sha256}"
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


@dataclass(frozen=True, slots=True)
class InboxScan:
    """The inbox at one look. ``refused``: what is left where it lies, with the reason (Chinese)."""

    waiting: tuple[WaitingFile, ...]
    refused: tuple[tuple[str, str], ...]


def scan_inbox(inbox: Path, unit_by_name: Mapping[str, Unit], largest: int | None = None) -> InboxScan:
    """Every file below the inbox that may be a report, ordered by time and then by name.

    Links and devices are never followed; files of more than ``largest`` bytes are not taken.
    """
    waiting: list[WaitingFile] = []
    refused: list[tuple[str, str]] = []
    if inbox.is_dir():
        for entry, folder in _entries(inbox, "", refused):
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # taken away since
            if largest is not None and status.st_size > largest:
                reason = f"有 {status.st_size / 2**20:.0f} MB，超过收件上限 {largest // 2**20} MB"
                refused.append((_writable(f"{folder}/{entry.name}".lstrip("/")), reason))
                continue
            owner = folder.split("/", 1)[0]
            waiting.append(
                WaitingFile(
                    path=Path(entry.path),
                    folder=_writable(folder),
                    unit=unit_by_name.get(owner.strip()),
                    size=status.st_size,
                    mtime_ns=status.st_mtime_ns,
                    inode=status.st_ino,
                )
            )
    waiting.sort(key=lambda w: (w.mtime_ns, w.folder, w.name))
    return InboxScan(tuple(waiting), tuple(sorted(refused)))


def edited_answers(inbox: Path, receipts: Path) -> tuple[tuple[str, str], ...]:
    """Marked copies that were corrected where they lie, in 回执, with the reason why they are left there.

    Told by their bytes: ``receipts`` keeps what was given, below the month with which the name begins.
    """
    if not inbox.is_dir():
        return ()
    found = []
    for folder in sorted(inbox.iterdir()):
        answers = folder / ANSWERS
        if folder.is_symlink() or answers.is_symlink() or not answers.is_dir():
            continue
        for path in sorted(answers.glob("*.xlsx")):
            given = receipts / path.name[:7] / path.name
            if is_system_file(path.name) or path.is_symlink() or not (path.is_file() and given.is_file()):
                continue
            try:
                same = filecmp.cmp(path, given, shallow=False)
            except OSError:
                continue  # open in an editor, or taken away since: the next run looks again
            if not same:
                found.append((_writable(f"{folder.name}/{ANSWERS}/{path.name}"), _CHANGED))
    return tuple(found)


def settled_files(
    waiting: tuple[WaitingFile, ...],
    seconds: float,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> list[WaitingFile]:
    """Those that nobody is still writing: unchanged over ``seconds``, no lock file beside them."""
    if not waiting:
        return []
    now = clock()
    ages = [now - w.mtime_ns / 1e9 for w in waiting]
    # Old enough to have settled already; a time in the future proves nothing, so it is watched.
    if any(not seconds <= age for age in ages):
        sleep(seconds)
    return [w for w in waiting if _unchanged(w) and not _locked(w, now)]


def read(waiting: WaitingFile) -> bytes | None:
    """The file's bytes; None when it changed or went while it was being read."""
    content = bytearray()
    try:
        for piece in read_pieces(waiting):
            content += piece
    except OSError:
        return None
    return bytes(content)


class ChangedError(OSError):
    """The file is no longer the one that was seen to have settled."""


def read_pieces(waiting: WaitingFile) -> Iterator[bytes]:
    """The file's bytes bit by bit; :class:`ChangedError` at the end when it changed meanwhile."""
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(waiting.path, os.O_RDONLY | flags), "rb") as file:
        size = 0
        while size <= waiting.size and (piece := file.read(_PIECE)):
            size += len(piece)
            yield piece
        status = os.fstat(file.fileno())
    same = (status.st_size, status.st_mtime_ns, status.st_ino)
    if same != (waiting.size, waiting.mtime_ns, waiting.inode) or size != waiting.size:
        raise ChangedError(errno.ESTALE, "文件在读取时被改动", str(waiting.path))


def remove(drop: Drop) -> bool:
    """Take the drop out of the inbox, unless another file has come under its name meanwhile."""
    if not _unchanged(drop.waiting):
        return False
    drop.waiting.path.unlink(missing_ok=True)
    return True


def _entries(
    folder: Path, below: str, refused: list[tuple[str, str]]
) -> Iterator[tuple[os.DirEntry[str], str]]:
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda e: e.name)
    except OSError as error:
        if not below:  # the inbox itself: nothing can be taken, and the office must know
            raise
        refused.append((_writable(below), f"文件夹打不开（{error.strerror}）"))
        return
    for entry in entries:
        place = f"{below}/{entry.name}".lstrip("/")
        if entry.is_symlink():
            refused.append((_writable(place), "是链接，不予跟随"))
        elif entry.is_dir(follow_symlinks=False):
            if entry.name == ANSWERS or entry.name.startswith("."):
                continue
            if place.count("/") >= _DEEPEST:
                refused.append((_writable(place), f"文件夹套得太深，超过 {_DEEPEST} 层"))
            else:
                yield from _entries(Path(entry.path), place, refused)
        elif not entry.is_file(follow_symlinks=False):
            refused.append((_writable(place), "不是普通文件"))
        elif not is_system_file(entry.name):
            yield entry, below


def is_system_file(name: str) -> bool:
    """Lock files and what file managers leave behind."""
    low = name.lower()
    return low in _LITTER_NAMES or low.startswith(_LITTER_PREFIXES) or low.endswith(_LITTER_SUFFIXES)


def _writable(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _unchanged(waiting: WaitingFile) -> bool:
    try:
        status = waiting.path.stat(follow_symlinks=False)
    except OSError:
        return False
    seen = (waiting.size, waiting.mtime_ns, waiting.inode)
    return (status.st_size, status.st_mtime_ns, status.st_ino) == seen


def _locked(waiting: WaitingFile, now: float) -> bool:
    """An editor has it open: its own lock file stands beside it.

    A crash leaves such a file behind for ever: where neither it nor the report has changed for
    long, nobody is at work.
    """
    path = waiting.path
    long_ago = now - _LOCK_HOLDS
    for name in (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#"):
        try:
            locked = (path.parent / name).stat(follow_symlinks=False).st_mtime
        except OSError:
            continue
        if max(locked, waiting.mtime_ns / 1e9) > long_ago:
            return True
    return False
