"""What a correction did to the score."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from flows.consolidation.month import AMENDMENT_COLUMNS
from flows.consolidation.score_effects import Effect, effects
from flows.consolidation.scoring import assess, totals_if
from schemas import Registry
from tests.outputs.workbook.months import make_month


def test_a_replaced_report_is_scored_as_if_it_still_counted(registry: Registry) -> None:
    """The best of its type halves one figure: its total falls, and the effect says from what to what."""
    month = make_month(registry)
    scores = assess(month)
    code = next(c for c, status in month.units.items() if status.counts and scores.units[c].total)
    own = month.figures[month.figures["unit_code"] == code]
    old = own.assign(submission_id="old")
    old.loc[old["measure"] == "ytd", "value"] *= 0
    rows = [
        (code, "", a, b, "3105", "ytd", "1", "2", "指标表", "F1")
        for a, b in (("old", month.units[code].submission_id), ("returned", "old"))
    ]
    corrected = replace(
        month,
        superseded=old,
        amendments=pd.DataFrame(rows, columns=list(AMENDMENT_COLUMNS)),
    )
    made = effects(corrected, scores)
    now = scores.units[code].total
    then = made["old", month.units[code].submission_id].before
    assert then is not None
    assert now is not None
    assert then < now
    assert made["old", month.units[code].submission_id].after == now
    assert made["returned", "old"] == Effect(None, then)


def test_a_total_with_another_report_is_that_of_the_whole_assessed_again(registry: Registry) -> None:
    """For every unit, with figures that are sometimes the best of its type and sometimes not there."""
    month, other = make_month(registry), make_month(registry, seed=2).figures
    gone = other["indicator"].str.endswith("7") & (other["unit_code"] == registry.units[0].code)
    other = other[~gone]
    reports = [(str(code), figures) for code, figures in other.groupby("unit_code")]
    expected = []
    for code, figures in reports:
        others = month.figures[month.figures["unit_code"] != code]
        whole = assess(replace(month, figures=pd.concat([others, figures], ignore_index=True)))
        expected.append(whole.units[code].total)
    assert totals_if(assess(month), reports) == expected
