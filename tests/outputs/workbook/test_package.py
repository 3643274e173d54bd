"""Parts compressed on a thread: the bytes that zipfile writes itself."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.outputs.workbook.drawing.package import Deflated, complete

#: Larger than what waits for the thread, in pieces of odd lengths.
TEXT = "".join(f'<c r="A{n}" s="{n % 7}"><v>{n * n % 1009}</v></c>文' for n in range(900_000))


@pytest.mark.parametrize("length", [0, 1, len(TEXT)])
def test_a_part_is_what_zipfile_makes_of_it(length: int, tmp_path: Path) -> None:
    """Byte for byte, in the place of the empty one."""
    text = TEXT[:length]
    shell, plain = io.BytesIO(), tmp_path / "plain.zip"
    for place, content in ((shell, ""), (plain, text)):
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as package:
            for name, inside in (("前.xml", "前"), ("part.xml", content), ("last.xml", "x" * 5000)):
                package.writestr(zipfile.ZipInfo(name, (1980, 1, 31, 0, 0, 0)), inside, zipfile.ZIP_DEFLATED)
    with ThreadPoolExecutor(1) as beside:
        part = Deflated(beside)
        for start in range(0, len(text), 99_991):
            part.write(text[start : start + 99_991])
        part.close()
        complete(shell, {"part.xml": part}, tmp_path / "whole.zip")
    assert (tmp_path / "whole.zip").read_bytes() == plain.read_bytes()


def test_what_goes_wrong_on_the_thread_is_raised(tmp_path: Path) -> None:
    """A lone surrogate is no UTF-8."""
    shell = io.BytesIO()
    with zipfile.ZipFile(shell, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("part.xml", "")
    with ThreadPoolExecutor(1) as beside:
        part = Deflated(beside)
        part.write("\ud800")
        part.close()
        with pytest.raises(UnicodeEncodeError):
            complete(shell, {"part.xml": part}, tmp_path / "whole.zip")
