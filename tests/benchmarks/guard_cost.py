"""What the guard costs of reading, on sample reports; ``python -m tests.benchmarks.guard_cost``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import schemas
from flows.demo.fill import fill
from flows.demo.sample import sample_year
from flows.reading import Limits, read_report
from flows.reading.guard import guard
from schemas.template.layout import lay_out
from schemas.template.workbook import issue

ROUNDS = 7
ALLOWED = 0.15  # of the time of reading


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
        files.append(fill(issue(layout), layout, report))
    guarding = seconds(lambda data: guard(data, "xlsx", Limits()), files)
    reading = seconds(lambda data: read_report(data, "report.xlsx"), files)
    share = guarding / reading
    print(f"{len(files)} files: guard {guarding * 1000:.1f} ms, reading {reading * 1000:.1f} ms, {share:.0%}")
    if share > ALLOWED:
        raise SystemExit(f"the guard takes more than {ALLOWED:.0%}")


if __name__ == "__main__":
    main()
