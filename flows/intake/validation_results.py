"""Great Expectations' own results and suites of each run, kept as its JSON.

They are written before the reports are recorded, under a name that nobody looks at, and shown once the
register has them: a run that is killed in between neither loses its results nor leaves any of reports
that the register never had.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence

from flows.intake.batches.check import CheckResult
from flows.intake.decide import DecidedReport
from flows.platform import atomic_files
from flows.platform.context import RunContext
from flows.platform.home import Home
from flows.register import queries, tables

#: Before the name of a folder whose reports are not recorded yet.
WAITING = "."


def save_results(home: Home, judged: Sequence[DecidedReport], checked: Sequence[CheckResult]) -> None:
    """``outputs/runs/<period>/<first>-<last number>/{results,suites}/<frame>.json``, a folder per chunk.

    :func:`publish_results` gives them their names.
    """
    number = {one.submission.submission_id: one.submission.number for one in judged}
    for chunk in checked:
        numbers = [number[identity] for identity in chunk.identities]
        name = f"{WAITING}{min(numbers):06d}-{max(numbers):06d}"
        folder = home.runs / judged[0].submission.period / name
        for kind, documents in (("results", chunk.outcome.results), ("suites", chunk.outcome.suites)):
            for document_name, document in documents.items():
                text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
                atomic_files.write(folder / kind / f"{document_name}.json", text.encode())


def publish_results(context: RunContext) -> None:
    """Show what waits, of this run or of one that was killed, if its reports are in the register.

    The rest goes: its reports still lie in the inbox, and are judged again.
    """
    waiting = sorted(context.home.runs.glob(f"*/{WAITING}*"))
    if not waiting:
        return
    with context.engine.connect() as connection:
        following = queries.next_number(connection, tables.submissions)
    for folder in waiting:
        name = folder.name.removeprefix(WAITING)
        shown = folder.with_name(name)
        if int(name.split("-")[0]) < following and not shown.exists():
            folder.rename(shown)
        else:
            shutil.rmtree(folder)
