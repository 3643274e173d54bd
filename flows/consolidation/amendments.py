"""What a later submission of a unit changed against the one before, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection

from flows.consolidation.month import AMENDMENT_COLUMNS
from flows.consolidation.status import require_known_units
from flows.register import frames, queries, tables
from flows.register.queries import Submission
from flows.register.results import Result
from schemas import Period, Registry


def month_amendments(
    connection: Connection, registry: Registry, period: Period, chain: Sequence[Submission]
) -> pd.DataFrame:
    """The month's own, then corrections of sealed earlier months, of whichever year: they wait for the
    office's decision and must not pass in silence."""
    steps = [amendments(connection, registry, [s for s in chain if not s.held])]
    waiting = [s for s in queries.submissions(connection, held=True) if s.period < str(period)]
    for earlier in sorted({s.period for s in waiting}):
        held = [s for s in waiting if s.period == earlier]
        require_known_units(registry, held)
        standing = queries.current(connection, Period.parse(earlier), {s.unit_code for s in held})
        before = [standing[code] for code in {s.unit_code: 0 for s in held} if code in standing]
        steps.append(amendments(connection, registry, [*before, *held]))
    return pd.concat(steps, ignore_index=True) if len(steps) > 1 else steps[0]


def amendments(connection: Connection, registry: Registry, chain: Sequence[Submission]) -> pd.DataFrame:
    """Differences along the chains (``flows.consolidation.month.AMENDMENT_COLUMNS``), each step to the next.

    ``chain`` holds submissions of any number of units in order of arrival; repeats are passed
    over. ``before`` and ``after`` are the texts as typed, empty where a cell was blank.
    """
    steps: list[tuple[Submission, Submission]] = []
    newest: dict[str, Submission] = {}
    for submission in chain:
        if submission.result == Result.REPEATED:
            continue
        before = newest.get(submission.unit_code)
        if before is not None:
            steps.append((before, submission))
        newest[submission.unit_code] = submission
    wanted = sorted({s.submission_id for step in steps for s in step})
    figures = frames.frame(connection, tables.figures, wanted)
    by_submission = {str(key): frame for key, frame in figures.groupby("submission_id")}
    empty = figures.iloc[0:0]
    rows: list[tuple[str, ...]] = []
    for before, after in steps:
        changed = _changed(
            by_submission.get(before.submission_id, empty), by_submission.get(after.submission_id, empty)
        )
        unit = registry.unit[after.unit_code]
        rows += [(unit.code, unit.short, before.submission_id, after.submission_id, *row) for row in changed]
    return pd.DataFrame(rows, columns=list(AMENDMENT_COLUMNS), dtype="object")


def _changed(before: pd.DataFrame, after: pd.DataFrame) -> list[tuple[str, ...]]:
    """(indicator, measure, before, after, sheet, cell) of every cell whose text differs."""
    keys = ["indicator", "measure"]
    columns = [*keys, "raw", "sheet", "cell"]
    both = before[columns].merge(after[columns], on=keys, how="outer", suffixes=("_before", "_after"))
    both = both.fillna("")
    differing = both[both["raw_before"] != both["raw_after"]].sort_values(keys, kind="stable")
    rows: list[tuple[str, ...]] = []
    for row in differing.to_dict("records"):
        gone = row["cell_after"] == ""
        place = "before" if gone else "after"
        rows.append(
            (
                str(row["indicator"]),
                str(row["measure"]),
                str(row["raw_before"]),
                str(row["raw_after"]),
                str(row[f"sheet_{place}"]),
                str(row[f"cell_{place}"]),
            )
        )
    return rows
