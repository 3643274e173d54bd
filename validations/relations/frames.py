"""Builds the frames that relations run on; values that have a finding already are missing in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.models import MEASURES, NUMERIC_MEASURES, STATUSES, Kind, Registry
from validations.declaring.ledger_relation import LedgerKind
from validations.declaring.relation import PART, Check, tolerance
from validations.expectations.engine import LINE
from validations.fields.findings import UnusableCells
from validations.fields.frames import heads, rows_of
from validations.grid import Grid, Place
from validations.kinds import kind_of
from validations.relations.aggregates import aggregate
from validations.relations.earlier_months import last_month, year_before

#: The field of 工作进展 that holds the narrative.
NARRATIVE = "progress"
_GIVEN = ("used", "normalised", "rejected")


@dataclass(frozen=True)
class Narratives:
    """Whether each submission has a narrative for each work point (``given``), and its cell."""

    registry: Registry
    frame: pd.DataFrame
    at: np.ndarray  # submission × work point -> row of the frame, or -1
    unread: np.ndarray  # by submission: whether reading has reported the table as missing

    @property
    def given(self) -> np.ndarray:
        """Submission × work point: 1 with a narrative, 0 without, NaN where the table wasn't read."""
        result: np.ndarray = np.zeros(self.at.shape)
        if not self.frame.empty:
            filled = self.frame["state"].isin(_GIVEN).to_numpy(dtype=bool)
            result = filled[self.at].astype("float64")
            result[self.at < 0] = 0.0
        result[self.unread] = np.nan
        return result

    def place(self, submission: int, work_point: str) -> Place:
        row = int(self.at[submission, _positions(self.registry)[work_point]])
        if row < 0:
            return Place(self.registry.form.sheets["progress"].title, "", "")
        cell = self.frame.iloc[row]
        return Place(str(cell["sheet"]), str(cell["cell"]), str(cell["raw"]))


def narratives(
    registry: Registry, submissions: pd.DataFrame, progress: pd.DataFrame, unread: frozenset[str]
) -> Narratives:
    """Look up the narratives; ``unread`` are submissions whose 工作进展 reading has reported as missing."""
    frame = progress[progress["field"] == NARRATIVE].reset_index(drop=True)
    owner = pd.Index(submissions["submission_id"]).get_indexer(pd.Index(frame["submission_id"]))
    point = pd.Index(list(_positions(registry))).get_indexer(pd.Index(frame["work_point"]))
    at = np.full((len(submissions), len(registry.work_points)), -1, dtype="int64")
    rows = np.nonzero((owner >= 0) & (point >= 0))[0][::-1]
    at[owner[rows], point[rows]] = rows
    return Narratives(registry, frame, at, submissions["submission_id"].isin(unread).to_numpy(dtype=bool))


def _positions(registry: Registry) -> dict[str, int]:
    return {point.code: n for n, point in enumerate(registry.work_points)}


def line_frame(
    grid: Grid,
    kind: Kind,
    earlier: pd.DataFrame,
    told: Narratives,
    tainted: UnusableCells,
    reporting: np.ndarray,
) -> pd.DataFrame:
    """A row per submission and indicator of ``kind``, for checks over all of them.

    Columns: those of ``heads``, each measure, last_month, year_before, tolerance, narrative
    (1 with, 0 without, NaN not read), completed_on.given.
    """
    submission, column = rows_of(grid, kind, reporting)
    frame = heads(grid, submission, column)
    for measure in MEASURES[kind]:
        clean = ~tainted.figure(grid, measure)[submission, column]
        if measure in NUMERIC_MEASURES:
            frame[measure] = np.where(clean, grid.values(measure)[submission, column], np.nan)
        else:
            texts = grid.texts(measure)[submission, column]
            frame[measure] = pd.Series(np.where(clean, texts, None), dtype=object)
    accepted = last_month(grid, earlier, kind)[submission, column]
    frame["last_month"] = pd.Series(accepted, dtype=accepted.dtype)
    if kind is Kind.FLOW:
        frame["year_before"] = year_before(grid, earlier, kind)[submission, column]
        frame["narrative"] = told.given[submission, _work_point_columns(grid)[column]]
    if kind is Kind.MILESTONE:
        for name in ("status", "last_month"):
            frame[name] = frame[name].where(frame[name].isin(STATUSES), None).astype(object)
        frame["completed_on.given"] = _dated(grid, tainted)[submission, column]
    frame["tolerance"] = np.array([tolerance(i) for i in grid.registry.indicators])[column]
    return frame


def _work_point_columns(grid: Grid) -> np.ndarray:
    positions = _positions(grid.registry)
    return np.array([positions[indicator.work_point] for indicator in grid.registry.indicators])


def _dated(grid: Grid, tainted: UnusableCells) -> np.ndarray:
    """Whether a milestone has a date (1 or 0); missing where what was written is no good date."""
    states = grid.states("completed_on").astype(str)
    result = np.isin(states, _GIVEN).astype("float64")
    result[(states == "rejected") | tainted.figure(grid, "completed_on")] = np.nan
    return result


def report_frame(
    grid: Grid,
    checks: Iterable[Check],
    ledgers: Mapping[str, pd.DataFrame],
    tainted: UnusableCells,
    reporting: np.ndarray,
) -> pd.DataFrame:
    """A row per submission: every operand of ``checks``, missing where the unit doesn't report it.

    Columns: LINE, submission (position in the grid), submission_id, unit_code, period, operands.
    """
    submission = np.nonzero(reporting)[0]
    columns: dict[str, np.ndarray] = {LINE: np.arange(len(submission)), "submission": submission}
    for name in ("submission_id", "unit_code", "period"):
        columns[name] = grid.submissions[name].to_numpy(dtype=object)[submission]
    index = pd.Index(grid.submissions["submission_id"])
    for check in checks:
        for column in check.columns:
            if column not in columns:
                columns[column] = _operand(grid, check, column, ledgers, tainted, index)[submission]
    return pd.DataFrame(columns)


def _operand(
    grid: Grid,
    check: Check,
    column: str,
    ledgers: Mapping[str, pd.DataFrame],
    tainted: UnusableCells,
    index: pd.Index[str],
) -> np.ndarray:
    if column == check.relation.id:
        kind = kind_of(check.relation)
        if not isinstance(kind, LedgerKind):
            raise TypeError(f"{check.relation.kind} gives no aggregate")
        rows = ledgers[check.relation.params["ledger"]]
        totals = aggregate(grid.registry, check.relation, kind, rows, tainted, index)
        return np.where(applies(grid, check), totals, np.nan)
    code, measure, *as_part = column.split(".")
    at = grid.column[code]
    values = grid.values(measure)[:, at]
    if as_part == [PART]:
        values[grid.states(measure)[:, at] == "not_applicable"] = 0.0
    values[tainted.figure(grid, measure)[:, at] | ~grid.required[:, at]] = np.nan
    return values


def applies(grid: Grid, check: Check) -> np.ndarray:
    """Booleans by submission: its unit reports every figure of the check."""
    columns = [grid.column[spot.name] for spot in check.spots if spot.part == "figures"]
    result: np.ndarray = np.all(grid.required[:, columns], axis=1)
    return result
