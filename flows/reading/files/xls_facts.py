"""What an .xls says that the parser does not: error cells, hidden rows and columns, the date system.

The layout is that of [MS-CFB] and [MS-XLS]; only the records of :data:`_ROW` and below are looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from flows.reading.files.xlsx_facts import SheetFacts
from flows.reading.grid import Broken
from flows.reading.limits import Limits
from flows.reading.refusal import NotReadable

_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_STREAMS = ("Workbook", "Book")
#: Sector numbers from here on say that there is no further sector.
_NO_SECTOR = 0xFFFFFFF0
_SECTOR_SHIFTS = (9, 12)
_ENTRY = 128
_OWN_SECTORS = 109  # of the allocation table, listed in the header itself
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _DATEMODE = 0x0809, 0x000A, 0x002F, 0x0085, 0x0022
_ROW, _COLINFO, _BOOLERR, _FORMULA = 0x0208, 0x007D, 0x0205, 0x0006
_BIFF8 = 0x0600
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def survey(data: bytes, limits: Limits) -> tuple[dict[str, SheetFacts], bool]:
    """The facts of each sheet by title, and whether days count from 1904.

    Nothing of a file whose structure is broken or encrypted: the parser says so itself.
    Raises :class:`NotReadable` for too many sheets.
    """
    try:
        stream = _workbook_stream(data)
        return _globals(stream, limits) if stream else ({}, False)
    except (struct.error, IndexError):
        return {}, False


def _workbook_stream(data: bytes) -> bytes:
    """The stream that holds the records; empty where there is none as long as any report's is."""
    if not data.startswith(_MAGIC):
        return b""
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in _SECTOR_SHIFTS:
        return b""
    size = 1 << shift
    directory, _, cutoff = struct.unpack_from("<3I", data, 48)
    table = _allocation(data, size)
    entries = _chained(data, table, directory, size)
    for name in _STREAMS:
        for at in range(0, len(entries), _ENTRY):
            length = struct.unpack_from("<H", entries, at + 64)[0]
            if entries[at : at + max(length - 2, 0)].decode("utf-16-le", "replace") != name:
                continue
            first, total = struct.unpack_from("<2I", entries, at + 116)
            return _chained(data, table, first, size)[:total] if total >= cutoff else b""
    return b""


def _allocation(data: bytes, size: int) -> list[int]:
    """Sector -> the one that follows it."""
    sectors = list(struct.unpack_from(f"<{_OWN_SECTORS}I", data, 76))
    further, per = struct.unpack_from("<I", data, 68)[0], size // 4
    needed = len(data) // size // per + 1  # a table or a chain beyond it runs in circles
    while further < _NO_SECTOR and len(sectors) < needed:
        *more, further = struct.unpack_from(f"<{per}I", data, (further + 1) * size)
        sectors += more
    table: list[int] = []
    for sector in sectors[:needed]:
        if sector < _NO_SECTOR:
            table += struct.unpack_from(f"<{per}I", data, (sector + 1) * size)
    return table


def _chained(data: bytes, table: list[int], sector: int, size: int) -> bytes:
    found: list[bytes] = []
    while sector < _NO_SECTOR and len(found) <= len(table):
        found.append(data[(sector + 1) * size : (sector + 2) * size])
        sector = table[sector]
    return b"".join(found)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Type, start and length of the records from a BOF to its EOF, those of embedded charts left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1:
            yield kind, at + 4, length
        if depth == 0:
            return
        at += 4 + length


def _globals(stream: bytes, limits: Limits) -> tuple[dict[str, SheetFacts], bool]:
    sheets: dict[str, SheetFacts] = {}
    from_1904, version = False, _BIFF8
    for kind, at, length in _records(stream, 0):
        if kind == _FILEPASS:
            return {}, False
        if kind == _BOF:
            version = struct.unpack_from("<H", stream, at)[0]
        elif kind == _DATEMODE:
            from_1904 = struct.unpack_from("<H", stream, at)[0] == 1
        elif kind == _BOUNDSHEET:
            if len(sheets) == limits.sheets:
                raise NotReadable("too_large", what=f"工作表超过 {limits.sheets} 张")
            title = _title(stream[at + 6 : at + length], version)
            sheets[title] = _sheet(stream, struct.unpack_from("<I", stream, at)[0])
    return sheets, from_1904


def _title(counted: bytes, version: int) -> str:
    """A sheet's name: its length, from BIFF8 on how it is written, and its characters."""
    count = counted[0]
    if version < _BIFF8:
        return counted[1 : 1 + count].decode("gb18030", "replace")
    if counted[1] & 1:
        return counted[2 : 2 + 2 * count].decode("utf-16-le", "replace")
    return counted[2 : 2 + count].decode("latin-1")


def _sheet(stream: bytes, at: int) -> SheetFacts:
    facts = SheetFacts(protected=True)  # what .xls knows of protection is not asked for
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    for kind, start, _ in _records(stream, at):
        if kind == _ROW:
            if struct.unpack_from("<H", stream, start + 12)[0] & 0x20:
                hidden_rows.add(struct.unpack_from("<H", stream, start)[0])
        elif kind == _COLINFO:
            first, last, _, _, flags = struct.unpack_from("<5H", stream, start)
            if flags & 1:
                hidden_columns |= set(range(first, min(last, 255) + 1))
        elif kind in (_BOOLERR, _FORMULA):
            error = _error(stream, kind, start + 6)
            if error is not None:
                facts.broken[struct.unpack_from("<2H", stream, start)] = error
    facts.hidden_rows, facts.hidden_columns = frozenset(hidden_rows), frozenset(hidden_columns)
    return facts


def _error(stream: bytes, kind: int, at: int) -> Broken | None:
    """The error that a cell holds, or a formula's stored result is."""
    if kind == _BOOLERR:
        code, is_error = stream[at], stream[at + 1] == 1
    else:
        # A result that is no number has FFFF at its end and begins with its type; 2 is an error.
        code, is_error = stream[at + 2], stream[at] == 2 and stream[at + 6 : at + 8] == b"\xff\xff"
    return Broken(_ERRORS.get(code, "#ERROR!")) if is_error else None
