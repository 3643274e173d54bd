"""The floor: every sheet of the same files read with calamine in two processes, and nothing else.

``python -m tests.benchmarks.floor FOLDER``.
"""

from __future__ import annotations

import sys
from multiprocessing import get_context
from pathlib import Path

from python_calamine import CalamineWorkbook


def read(path: Path) -> int:
    """The number of rows, so that something comes back."""
    book = CalamineWorkbook.from_path(path)
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


if __name__ == "__main__":
    with get_context("spawn").Pool(2) as pool:
        rows = sum(pool.imap_unordered(read, sorted(Path(sys.argv[1]).rglob("*.xlsx")), chunksize=8))
    print(rows)
