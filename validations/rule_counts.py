"""Counts for each submission and rule how often the rule was evaluated, failed, or not evaluated."""

from __future__ import annotations

import numpy as np
import pandas as pd

RULE_COLUMNS = ("submission_id", "rule", "evaluated", "failed", "not_evaluated")


class RuleCounts:
    """Adds up the checks of each rule; a row with a missing operand counts as not evaluated."""

    def __init__(self, submissions: pd.Series[str]) -> None:
        self._ids = submissions.to_numpy(dtype=object)
        self._counts: dict[str, np.ndarray] = {}

    def add(self, rule: str, owner: np.ndarray, complete: np.ndarray, failed: np.ndarray | None) -> None:
        """Add one check of ``rule``.

        Args:
            owner: submission number of each row that the rule applies to.
            complete: whether the row has all operands.
            failed: positions of failed rows; None where the expectation itself could not be evaluated.
        """
        counts = self._counts.setdefault(rule, np.zeros((3, len(self._ids)), dtype="int64"))
        size = len(self._ids)
        if failed is None:
            counts[2] += np.bincount(owner, minlength=size)
            return
        counts[0] += np.bincount(owner[complete], minlength=size)
        counts[1] += np.bincount(owner[failed], minlength=size)
        counts[2] += np.bincount(owner[~complete], minlength=size)

    def frame(self) -> pd.DataFrame:
        """Columns RULE_COLUMNS, a row per submission and rule that applies to it, in that order."""
        if not self._counts:
            return pd.DataFrame(columns=list(RULE_COLUMNS))
        rules = np.array(list(self._counts), dtype=object)
        counts = np.stack(list(self._counts.values()))  # rule × 3 × submission
        submission, rule = np.nonzero(counts.sum(axis=1).T > 0)
        parts = {name: counts[rule, n, submission] for n, name in enumerate(RULE_COLUMNS[2:])}
        return pd.DataFrame({"submission_id": self._ids[submission], "rule": rules[rule], **parts})
