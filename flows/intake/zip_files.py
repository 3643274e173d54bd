"""Opens a dropped .zip of reports within bounds; each file in it is then a drop of its own."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from flows.intake import inbox
from flows.reading.files.file_kind import kind_of
from flows.reading.limits import Limits
from flows.reading.refusal import NotReadable

#: More reports than any unit sends at once; an archive of more is no archive of reports.
MOST_FILES = 200
#: What other systems leave in archives, beside what ``inbox.is_system_file`` knows.
_LITTER_FOLDER = "__MACOSX"
_UTF8_NAMES = 0x800
_ENCRYPTED = 0x1
#: RuntimeError: what zipfile raises for a password that the directory did not tell of.
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class Member:
    """A file out of an archive; ``name`` is text to be shown, never a path to be followed."""

    name: str
    content: bytes


def is_archive(content: bytes) -> bool:
    """Whether this is a .zip of files, and not a workbook or document that is packed as one."""
    return kind_of(content).name == "zip"


def members(content: bytes, limits: Limits) -> Iterator[Member]:
    """The files in a .zip in their order, one at a time, litter left out; archives are not opened again.

    Everything that can be told from the directory is checked before the first member is given.
    Raises :class:`NotReadable` where a bound is passed, a password is asked, or it is damaged.
    """
    if len(content) > limits.file_bytes:
        raise NotReadable("too_large", what=f"压缩包有 {len(content) / 2**20:.0f} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            infos = [info for info in package.infolist() if not _is_litter(info)]
            _bounded(infos, limits)
            seen: set[tuple[str, int]] = set()
            for info in infos:
                name, data = _name(info), package.read(info)
                if (name, zlib.crc32(data)) not in seen:
                    seen.add((name, zlib.crc32(data)))
                    yield Member(name, data)
    except _DAMAGED as error:
        raise NotReadable("damaged_file") from error


def _bounded(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    if not infos:
        raise NotReadable("archive", kind="没有报表的压缩包")
    if len(infos) > MOST_FILES:
        raise NotReadable("too_large", what=f"压缩包内有 {len(infos)} 个文件，上限 {MOST_FILES} 个")
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise NotReadable("password_protected")
    if any(info.compress_type not in _METHODS for info in infos):
        raise NotReadable("archive", kind="用特殊方法压缩的压缩包")
    # zipfile gives no more bytes of a member than the directory says, so these sizes hold.
    size = sum(info.file_size for info in infos)
    if size > limits.unpacked_bytes or max(info.file_size for info in infos) > limits.file_bytes:
        raise NotReadable("too_large", what=f"压缩包展开后有 {size / 2**20:.0f} MB")


def _is_litter(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(_name(info))
    return info.is_dir() or path.parts[:1] == (_LITTER_FOLDER,) or inbox.is_system_file(path.name)


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: Chinese archivers write GBK without saying so."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAMES:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = info.filename
    return "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))
