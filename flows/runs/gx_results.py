"""Great Expectations' own results and suites of each run, kept as its JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from flows import durable
from flows.chunks.check import Checked
from flows.home import Home
from flows.judging import Judged


def keep(home: Home, judged: Sequence[Judged], checked: Sequence[Checked]) -> None:
    """``outputs/runs/<period>/<first>-<last number>/{results,suites}/<frame>.json``, a folder per chunk."""
    number = {one.submission.submission_id: one.submission.number for one in judged}
    for chunk in checked:
        numbers = [number[identity] for identity in chunk.identities]
        folder = home.runs / judged[0].submission.period / f"{min(numbers):06d}-{max(numbers):06d}"
        for kind, documents in (("results", chunk.outcome.results), ("suites", chunk.outcome.suites)):
            for name, document in documents.items():
                text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
                durable.write(folder / kind / f"{name}.json", text.encode())
