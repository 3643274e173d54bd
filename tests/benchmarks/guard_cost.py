"""What the guard costs of reading, on sample reports; ``python -m tests.benchmarks.guard_cost``.

The reports are as a clerk sends them: issued with their self-checks, and saved by a spreadsheet
program, which stores a value beside every formula.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable, Sequence

import schemas
from flows.demo.fill import fill
from flows.demo.sample import sample_year
from flows.reading import Limits, read_report
from flows.reading.guard import guard
from schemas.template.layout import lay_out
from schemas.template.workbook import issue
from validations.run import self_checks

ROUNDS = 7
ALLOWED = 0.15  # of the time of reading


def calculated(content: bytes) -> bytes:
    """The same workbook with a value beside each formula, as every program but openpyxl leaves it."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            part = re.sub(rb"</f>(?:<v></v>|<v ?/>)?</c>", b"</f><v>0</v></c>", source.read(info))
            target.writestr(info, part)
    return out.getvalue()


def seconds(work: Callable[[bytes], object], files: Sequence[bytes]) -> float:
    """Processor time per file, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for data in files:
            work(data)
        best = min(best, (time.process_time() - start) / len(files))
    return best


def main() -> None:
    registry = schemas.load(2023)
    files = []
    for (code, period), report in sample_year(registry, 2023, [6], seed=1).items():
        layout = lay_out(registry, registry.unit[code], period)
        files.append(calculated(fill(issue(layout, self_checks(registry, layout)), layout, report)))
    guarding = seconds(lambda data: guard(data, "xlsx", Limits()), files)
    reading = seconds(lambda data: read_report(data, "report.xlsx"), files)
    share = guarding / reading
    print(f"{len(files)} files: guard {guarding * 1000:.1f} ms, reading {reading * 1000:.1f} ms, {share:.0%}")
    if share > ALLOWED:
        raise SystemExit(f"the guard takes more than {ALLOWED:.0%}")


if __name__ == "__main__":
    main()
