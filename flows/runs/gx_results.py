"""Great Expectations' own results and suites of each run, kept as its JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flows import durable
from flows.home import Home
from flows.judging import Judged


def keep(home: Home, judged: Sequence[Judged], outcome: Any) -> None:
    """``outputs/runs/<period>/<first>-<last number>/{results,suites}/<frame>.json``."""
    numbers = [one.submission.number for one in judged]
    folder = home.runs / judged[0].submission.period / f"{min(numbers):06d}-{max(numbers):06d}"
    for kind, documents in (("results", outcome.results), ("suites", outcome.suites)):
        for name, document in documents.items():
            text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
            durable.write(folder / kind / f"{name}.json", text.encode())
