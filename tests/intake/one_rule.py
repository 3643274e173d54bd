"""Validation with one rule, for tests that ask what intake does with a judgement, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pandas as pd
import pytest

import validations.run
from flows.demo.edits import Edit
from schemas import Registry
from validations.findings.finding import finding
from validations.run import Batch, Outcome

#: 2023-06's report is returned when it says this of the first indicator; at ``FATAL`` validation fails.
WRONG, FATAL = 999, 666
AT = ("1101", "month")


def wrong() -> Edit:
    return Edit("figures", AT, WRONG)


def fatal() -> Edit:
    return Edit("figures", AT, FATAL)


@contextmanager
def one_rule() -> Iterator[None]:
    """Inside, a report is wrong when it says :data:`WRONG`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validations.run, "validate", _validate)
        patch.setattr(validations.run, "validate_city", lambda _l, _r: Outcome([], _rules([])))
        yield


def _validate(batch: Batch, _registry: Registry) -> Outcome:
    cells = batch.figures[(batch.figures["indicator"] == AT[0]) & (batch.figures["measure"] == AT[1])]
    if (cells["value"] == FATAL).any():
        raise ZeroDivisionError
    found = [
        finding(
            "not_whole",
            words={"what": "本月数", "value": row["raw"], "clause": "要点 1.1"},
            rule="one",
            submission_id=row["submission_id"],
            unit_code=row["unit_code"],
            period=row["period"],
            sheet=row["sheet"],
            cell=row["cell"],
            indicator=AT[0],
        )
        for row in _records(cells[cells["value"] == WRONG])
    ]
    return Outcome(found, _rules([(row["submission_id"], "one", 1, 0, 0) for row in _records(cells)]))


def _records(frame: pd.DataFrame) -> list[Mapping[str, str]]:
    return frame.to_dict("records")  # type: ignore[return-value]


def _rules(rows: list[tuple[str, str, int, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["submission_id", "rule", "evaluated", "failed", "not_evaluated"])
