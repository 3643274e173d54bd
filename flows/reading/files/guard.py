"""Bounds that a workbook must keep before any parser sees it."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Sequence

from flows.reading.files.formats import source_formats
from flows.reading.files.package import DAMAGED
from flows.reading.files.source_format import Guarded, Kind
from flows.reading.limits import Limits
from flows.reading.refusal import NotReadable

#: Small files pack well by nature; the ratio is only asked of what unpacks to more than this.
_RATIO_FROM = 4 * 2**20


def guard(data: bytes, kind: Kind, limits: Limits, unread: Collection[str] = ()) -> Guarded:
    """Check the bounds of ``limits``; raises :class:`NotReadable` where one is passed.

    ``unread``: plain titles of sheets from which nothing is read.
    """
    if len(data) > limits.file_bytes:
        raise NotReadable("too_large", what=f"文件 {_mb(len(data))} MB，上限 {_mb(limits.file_bytes)} MB")
    try:
        _bounded(kind.parts, limits)
        return source_formats()[kind.name].survey(data, kind, limits, unread)
    except (*DAMAGED, OSError, ValueError) as error:
        raise NotReadable("damaged_file") from error


def _bounded(infos: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    if len(infos) > limits.entries:
        raise NotReadable("too_large", what=f"包内有 {len(infos)} 个部件，上限 {limits.entries} 个")
    size = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos) or 1
    if size > limits.unpacked_bytes:
        raise NotReadable("too_large", what=f"展开后 {_mb(size)} MB，上限 {_mb(limits.unpacked_bytes)} MB")
    if size > _RATIO_FROM and size > limits.ratio * packed:
        raise NotReadable("too_large", what=f"压缩比达 {size // packed} 倍，上限 {limits.ratio} 倍")
    if any(info.flag_bits & 1 for info in infos):
        raise NotReadable("password_protected")


def _mb(size: int) -> str:
    return f"{size / 2**20:.0f}"
