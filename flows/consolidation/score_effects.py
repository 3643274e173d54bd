"""What a correction did to its unit's total score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.consolidation.month import Month
from flows.consolidation.scoring import Scores, totals_if


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
    replaced = {str(sid): figures for sid, figures in month.superseded.groupby("submission_id")}
    reports = [(str(figures["unit_code"].iloc[0]), figures) for figures in replaced.values()]
    totals |= zip(replaced, totals_if(scores, reports), strict=True)
    steps = month.amendments[["from_submission", "to_submission"]].drop_duplicates()
    return {
        (before, after): Effect(totals.get(before), totals.get(after))
        for before, after in steps.itertuples(index=False, name=None)
    }
