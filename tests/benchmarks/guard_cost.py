"""What the guard adds to reading, on sample reports; ``python -m tests.benchmarks.guard_cost``.

The reports are as a clerk sends them: issued with their self-checks, filled, and saved by a
spreadsheet program (LibreOffice), which stores a value beside every formula. Reading them with the
guard is compared with reading them as if there were none; the guard's own time is told as well. It
is more than what it adds, since the parser need not unpack again what the guard has unpacked.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from unittest.mock import patch

from python_calamine import CalamineWorkbook

import schemas
from flows.demo.fill import fill
from flows.demo.sample import sample_year
from flows.reading import Limits, read_report
from flows.reading.files.file_kind import Kind, kind_of
from flows.reading.files.guard import Guarded, guard
from flows.reading.headings import plain
from flows.reading.report import unread
from flows.reading.worker_pool import KEEP_MEMORY
from schemas.template.layout import lay_out
from schemas.template.workbook import issue
from validations.run import self_checks

ROUNDS = 40
ALLOWED = 0.15  # of the time of reading


def saved(contents: Sequence[bytes]) -> list[bytes]:
    """The same workbooks as LibreOffice saves them."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.xlsx" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        out = Path(folder) / "saved"
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        command += ["--convert-to", "xlsx", "--outdir", str(out), *map(str, paths)]
        subprocess.run(command, check=True, capture_output=True)
        return [(out / path.name).read_bytes() for path in paths]


def seconds(work: Callable[[bytes], object], files: Sequence[bytes]) -> float:
    """Processor time of one round over the files."""
    start = time.process_time()
    for data in files:
        work(data)
    return time.process_time() - start


def parts_of(content: bytes) -> Mapping[str, str]:
    """Title of each sheet -> its part; LibreOffice numbers the parts in the order of the sheets."""
    titles = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    return {title: f"xl/worksheets/sheet{number}.xml" for number, title in enumerate(titles, start=1)}


@contextmanager
def without_guard(own_sheets: Mapping[str, str]) -> Iterator[None]:
    """Inside, everything is let through to the parser as it came; it opens the same sheets."""

    def through(data: bytes, kind: Kind, limits: Limits, unread: Collection[str]) -> Guarded:
        return Guarded(data, unopened=dict(own_sheets))

    with patch("flows.reading.files.workbook.guard", through):
        yield


def main() -> None:
    if not os.environ.keys() >= KEEP_MEMORY.keys():
        # As a reading process is started.
        os.execve(
            sys.executable, [sys.executable, "-m", "tests.benchmarks.guard_cost"], os.environ | KEEP_MEMORY
        )
    registry = schemas.load(2023)
    files = []
    for (code, period), report in sample_year(registry, 2023, [6], seed=1).items():
        layout = lay_out(registry, registry.unit[code], period)
        files.append(fill(issue(layout, self_checks(registry, layout)), layout, report))
    files = saved(files)
    titles = unread(registry)
    own_sheets = {title: part for title, part in parts_of(files[0]).items() if plain(title) in titles}
    guarded, unguarded, own = [], [], []
    # In turns, so that whatever else the machine does falls on all of them.
    for _ in range(ROUNDS):
        guarded.append(seconds(lambda data: read_report(data, "report.xlsx"), files))
        with without_guard(own_sheets):
            unguarded.append(seconds(lambda data: read_report(data, "report.xlsx"), files))
        own.append(seconds(lambda data: guard(data, kind_of(data), Limits(), titles), files))
    share = median(1 - without / whole for whole, without in zip(guarded, unguarded, strict=True))
    whole, without, alone = (median(times) / len(files) * 1000 for times in (guarded, unguarded, own))
    print(
        f"{len(files)} files: reading {whole:.1f} ms, without guard {without:.1f} ms, "
        f"which is {share:.1%} less; the guard's own time {alone:.1f} ms"
    )
    if share > ALLOWED:
        raise SystemExit(f"the guard adds more than {ALLOWED:.0%}")


if __name__ == "__main__":
    main()
