"""What a correction did to its unit's total score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from flows.assessment import Scores, assess
from flows.month import Month


@dataclass(frozen=True, slots=True)
class Effect:
    """Totals with the report before and with the one after; None where that one was not scored."""

    before: float | None
    after: float | None


def effects(month: Month, scores: Scores) -> Mapping[tuple[str, str], Effect]:
    """(from submission, to submission) of every amendment -> its effect.

    A submission that was replaced is scored as if it still counted, all other units being as they
    are; one that was returned, or is held, was never scored.
    """
    current = {status.submission_id: code for code, status in month.units.items() if status.counts}
    totals: dict[str, float | None] = {sid: scores.units[code].total for sid, code in current.items()}
    for submission_id, figures in month.superseded.groupby("submission_id"):
        code = str(figures["unit_code"].iloc[0])
        others = month.figures[month.figures["unit_code"] != code]
        then = replace(month, figures=pd.concat([others, figures], ignore_index=True))
        totals[str(submission_id)] = assess(then).units[code].total
    steps = month.amendments[["from_submission", "to_submission"]].drop_duplicates()
    return {
        (before, after): Effect(totals.get(before), totals.get(after))
        for before, after in steps.itertuples(index=False, name=None)
    }
