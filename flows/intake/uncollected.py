"""Tells a unit what was left in its folder: links, devices, files beyond the office's limit."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flows.intake import inbox
from flows.platform import atomic_files
from flows.platform.home import Home
from flows.platform.safe_text import single_line

NOTE = "未收取的文件.txt"
_HEAD = "以下文件没有收取，仍在原处，也没有计入任何数据："
_ADVICE = "请放入报表文件本身，不要放链接或快捷方式；文件过大的，请删去其中的图片和附件后重新放入。"
_LOG = logging.getLogger(__name__)


def report_uncollected(home: Home, refused: Sequence[tuple[str, str]]) -> None:
    """A note in 回执 of each folder that has something left in it; it goes when nothing is.

    The same text as long as the same things lie there. A folder that can't be written is passed
    over: the run names what it left all the same.
    """
    if not home.inbox.is_dir():
        return
    for folder in sorted(home.inbox.iterdir()):
        own = [(place, reason) for place, reason in refused if place.startswith(f"{folder.name}/")]
        note = folder / inbox.ANSWERS / NOTE
        if folder.is_symlink() or note.parent.is_symlink() or not folder.is_dir():
            continue
        try:
            if own:
                atomic_files.write(note, _text(own))
            else:
                note.unlink(missing_ok=True)
        except OSError as error:
            _LOG.warning("no note in %s: %s", folder.name, error)


def _text(own: Sequence[tuple[str, str]]) -> bytes:
    lines = [_HEAD, *(f"  {single_line(place)}：{reason}" for place, reason in own), "", _ADVICE, ""]
    return "\r\n".join(lines).encode("utf-8-sig")
