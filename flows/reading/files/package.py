"""A zip package in memory: its parts unpacked within bounds, and the package put together anew."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping

from flows.reading.limits import Limits
from flows.reading.refusal import NotReadable

#: What is raised where packed data are not what they should be.
DAMAGED = (zlib.error, struct.error)
#: Part name -> its entry in the package's directory.
Entries = Mapping[str, zipfile.ZipInfo]

#: Deflate can't make more of a byte: so small a part is unpacked in one go, whatever its header says.
_MOST_INFLATED = 1040
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION = 20
_UTF8 = 0x800
_DATE = 33  # 1980-01-01, the first day that a zip knows


def unpack(data: bytes, entries: Entries, name: str, limits: Limits, head: int = 0) -> bytes:
    """One part, unpacked to its true end: a header may lie about the size, and parsers believe the data.

    With ``head``, only so many bytes of it. Nothing where there is no such part. Raises
    :class:`NotReadable`, and one of ``DAMAGED`` for damaged data.
    """
    info = entries.get(name)
    if info is None:
        return b""
    packed = _packed(data, info)
    if info.compress_type == zipfile.ZIP_STORED:
        return bytes(packed)
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise NotReadable("damaged_file")
    if not head and len(packed) * _MOST_INFLATED < limits.unpacked_bytes:
        return zlib.decompress(packed, -15, info.file_size if info.file_size < limits.unpacked_bytes else 0)
    inflater = zlib.decompressobj(-15)
    if head:
        return inflater.decompress(packed, head)
    content = inflater.decompress(packed, limits.unpacked_bytes + 1)
    if len(content) > limits.unpacked_bytes:
        raise NotReadable("too_large", what=f"展开后超过 {limits.unpacked_bytes / 2**20:.0f} MB")
    if not inflater.eof:
        raise NotReadable("damaged_file")
    return content


def repack(data: bytes, entries: Entries, unpacked: Mapping[str, bytes]) -> bytes:
    """The same package with the parts of ``unpacked`` stored as they are, the others as they were.

    What has been looked at is what the parser gets, and it need not be unpacked a second time. The
    checksums are the original ones, so that a damaged part still shows.
    """
    pieces: list[bytes | memoryview] = []
    directory: list[bytes] = []
    offset = 0
    for name, info in entries.items():
        content = unpacked.get(name)
        method = info.compress_type if content is None else zipfile.ZIP_STORED
        packed = _packed(data, info) if content is None else content
        size = info.file_size if content is None else len(content)
        written = name.encode()
        about = (_VERSION, _UTF8, method, 0, _DATE, info.CRC, len(packed), size, len(written), 0)
        pieces += (_LOCAL.pack(b"PK\x03\x04", *about), written, packed)
        directory += (_CENTRAL.pack(b"PK\x01\x02", _VERSION, *about, 0, 0, 0, 0, offset), written)
        offset += _LOCAL.size + len(written) + len(packed)
    count, size = len(entries), sum(map(len, directory))
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, 0)
    return b"".join([*pieces, *directory, end])


def _packed(data: bytes, info: zipfile.ZipInfo) -> memoryview:
    start = info.header_offset
    if data[start : start + 4] != b"PK\x03\x04":
        raise NotReadable("damaged_file")
    name_length, extra_length = struct.unpack("<HH", data[start + 26 : start + 30])
    start += 30 + name_length + extra_length
    return memoryview(data)[start : start + info.compress_size]
