"""The parts of a workbook that are compressed while others are still being drawn."""

from __future__ import annotations

import io
import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import IO
from zipfile import ZipFile, ZipInfo

_PIECE = 2**20  # characters, or bytes
_WAITING = 16  # pieces


class Deflated:
    """Text written to it is compressed as ``zipfile`` does it, on the one thread of ``beside``.

    What is compressed lies in a file until :meth:`done` gives it, with ``crc`` and ``size`` of the text in
    UTF-8.
    """

    def __init__(self, beside: Executor) -> None:
        self.crc = self.size = 0
        self._beside = beside
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asks for it closes it
        self._compressor = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._texts: list[str] = []
        self._length = 0
        self._steps: list[Future[None]] = []

    def write(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)
        if self._length >= _PIECE:
            self._send()

    def close(self) -> None:
        """No more text comes."""
        self._send()
        self._steps.append(self._beside.submit(self._end))

    def done(self) -> IO[bytes]:
        """All of it, compressed; raises what went wrong on the thread, ``OSError`` without room for it."""
        for step in self._steps:
            step.result()
        return self._file

    def _send(self) -> None:
        # Of a large sheet not all waits for the thread at once.
        if len(self._steps) >= _WAITING:
            self._steps[-_WAITING].result()
        self._steps.append(self._beside.submit(self._take, "".join(self._texts)))
        self._texts, self._length = [], 0

    def _take(self, text: str) -> None:
        content = text.encode()
        self.crc = zlib.crc32(content, self.crc)
        self.size += len(content)
        self._file.write(self._compressor.compress(content))

    def _end(self) -> None:
        self._file.write(self._compressor.flush())


def complete(shell: IO[bytes], parts: Mapping[str, Deflated], path: Path) -> None:
    """Write the package ``shell`` to ``path``, ``parts`` in place of those of its parts so named.

    Nothing is compressed twice. Raises ``OSError`` where the place can't be written.
    """
    with path.open("wb") as file, ZipFile(file, "w") as whole:
        for info in ZipFile(shell).infolist():
            if info.filename not in parts:
                _add(whole, file, info, _compressed(shell, info))
                continue
            part = parts[info.filename]
            with part.done() as packed:
                info.CRC, info.file_size, info.compress_size = part.crc, part.size, packed.tell()
                packed.seek(0)
                _add(whole, file, info, packed)
        whole.comment = b""  # or it does not know that there is something to write a directory of


def _compressed(package: IO[bytes], info: ZipInfo) -> IO[bytes]:
    """A part as it lies in the package: behind its header of 30 bytes, its name and what else there is."""
    package.seek(info.header_offset + 26)
    name, more = struct.unpack("<HH", package.read(4))
    package.seek(name + more, os.SEEK_CUR)
    return io.BytesIO(package.read(info.compress_size))


def _add(package: ZipFile, file: IO[bytes], info: ZipInfo, compressed: IO[bytes]) -> None:
    """What ``zipfile`` does at the end of a part, with one that is compressed already."""
    info.header_offset = file.tell()
    file.write(info.FileHeader(zip64=False))
    shutil.copyfileobj(compressed, file, _PIECE)
    package.filelist.append(info)
    package.NameToInfo[info.filename] = info
    package.start_dir = file.tell()
