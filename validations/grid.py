"""A batch's figures as dense grids, submission × indicator, one for each measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from schemas.models import MEASURES, Kind, Registry
from schemas.periods import Period
from validations.declaring.wording import as_text

#: States that carry a value.
VALUED = ("used", "normalised")
_ALL = (*MEASURES[Kind.FLOW], *MEASURES[Kind.STOCK], *MEASURES[Kind.MILESTONE], "explanation")


class Place(NamedTuple):
    """Where a figure was read, and its text as typed; ``cell`` and ``raw`` are empty if its row is absent."""

    sheet: str
    cell: str
    raw: str


@dataclass(frozen=True)
class Grid:
    """Looks up figures by position: ``at[measure][s, i]`` is the row in ``figures``, or -1 if there is none.

    ``s`` numbers the rows of ``submissions``, ``i`` the registry's indicators. Frames as in
    ``validations.frames``.
    """

    registry: Registry
    submissions: pd.DataFrame
    figures: pd.DataFrame
    at: Mapping[str, np.ndarray]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.submissions), len(self.registry.indicators)

    @cached_property
    def column(self) -> Mapping[str, int]:
        """Indicator code -> its column of the grid."""
        return {indicator.code: n for n, indicator in enumerate(self.registry.indicators)}

    @cached_property
    def required(self) -> np.ndarray:
        """Booleans: the submission's unit must fill in the indicator (never a ratio, which is computed)."""
        rows = {
            unit.code: np.array(
                [bool(i.measures) and self.registry.reports(unit, i) for i in self.registry.indicators]
            )
            for unit in self.registry.units
        }
        by_submission = [rows[code] for code in self.submissions["unit_code"]]
        return np.array(by_submission, dtype=bool).reshape(self.shape)

    @cached_property
    def periods(self) -> list[Period]:
        parsed = {text: Period.parse(text) for text in self.submissions["period"].unique()}
        return [parsed[text] for text in self.submissions["period"]]

    def values(self, measure: str) -> np.ndarray:
        """Numbers; NaN where missing, not applicable, rejected or absent."""
        return self._at_cells(measure, self._numbers, np.nan)

    def texts(self, measure: str) -> np.ndarray:
        """Texts; None where missing, not applicable, rejected or absent."""
        return self._at_cells(measure, self._texts, None)

    def states(self, measure: str) -> np.ndarray:
        """States of ``validations.frames``; an absent cell is missing."""
        return self._at_cells(measure, self._states, "missing")

    def state(self, at: tuple[int, int], measure: str) -> str:
        """The state of the cell at position ``at`` (submission, indicator)."""
        row = int(self.at[measure][at])
        return "missing" if row < 0 else str(self._states[row])

    def place(self, submission: int, code: str, measure: str) -> Place:
        row = int(self.at[measure][submission, self.column[code]])
        if row < 0:
            return Place(self.sheet(submission), "", "")
        return Place(*(as_text(column[row]) for column in self._places))

    def sheet(self, submission: int) -> str:
        """The name under which the submission's 指标表 was read."""
        identity = self.submissions["submission_id"].iloc[submission]
        return self._sheets.get(identity, self.registry.form.sheets["figures"].title)

    def explanation(self, submission: int, code: str) -> str:
        row = int(self.at["explanation"][submission, self.column[code]])
        return "" if row < 0 else as_text(self._texts[row]).strip()

    def _at_cells(self, measure: str, source: np.ndarray, absent: Any) -> np.ndarray:
        at = self.at[measure]
        if len(source) == 0:
            return np.full(at.shape, absent, dtype=source.dtype)
        result: np.ndarray = source[at]
        result[at < 0] = absent
        return result

    @cached_property
    def _places(self) -> tuple[np.ndarray, ...]:
        return tuple(self.figures[name].to_numpy(dtype=object) for name in Place._fields)

    @cached_property
    def _sheets(self) -> Mapping[str, str]:
        return first_sheets(self.figures)

    @cached_property
    def _states(self) -> np.ndarray:
        return self.figures["state"].to_numpy(dtype=object)

    @cached_property
    def _valued(self) -> np.ndarray:
        return np.isin(self._states.astype(str), VALUED) if len(self._states) else np.array([], bool)

    @cached_property
    def _numbers(self) -> np.ndarray:
        numbers = self.figures["value"].to_numpy(dtype="float64", na_value=np.nan, copy=True)
        numbers[~self._valued] = np.nan
        return numbers

    @cached_property
    def _texts(self) -> np.ndarray:
        texts = self.figures["text"].astype(object).to_numpy(copy=True)
        texts[~self._valued | pd.isna(texts)] = None
        return texts


def first_sheets(frame: pd.DataFrame) -> dict[str, str]:
    """Submission -> the sheet of its first row."""
    first = frame.drop_duplicates("submission_id")
    return dict(zip(first["submission_id"], first["sheet"].astype(str), strict=True))


def grid_of(submissions: pd.DataFrame, figures: pd.DataFrame, registry: Registry) -> Grid:
    """The grid of a batch. Of two cells for one figure the first counts; reading reports the other."""
    submissions = submissions.reset_index(drop=True)
    figures = figures.reset_index(drop=True)
    shape = len(submissions), len(registry.indicators)
    owner = pd.Index(submissions["submission_id"]).get_indexer(pd.Index(figures["submission_id"]))
    codes = pd.Index([indicator.code for indicator in registry.indicators])
    column = codes.get_indexer(pd.Index(figures["indicator"]))
    measures = figures["measure"].to_numpy(dtype=object)
    known = (owner >= 0) & (column >= 0)
    at: dict[str, np.ndarray] = {}
    for measure in _ALL:
        rows = np.nonzero(known & (measures == measure))[0][::-1]
        places = np.full(shape, -1, dtype="int64")
        places[owner[rows], column[rows]] = rows
        at[measure] = places
    return Grid(registry, submissions, figures, at)
