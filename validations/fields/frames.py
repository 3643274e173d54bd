"""Builds the frames that field checks run on: values as read, a row per figure or per ledger row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from schemas.models import MEASURES, NUMERIC_MEASURES, STATUS_NOT_APPLICABLE, Column, Kind, Ledger
from schemas.periods import Period
from validations.expectations.engine import LINE
from validations.fields.checks import OF_THE_YEAR, compared
from validations.fields.identifiers import same_form
from validations.grid import VALUED, Grid

#: Earlier than any date in a report: the lower bound of dates that have none.
LONG_AGO = "0001-01-01"


def figure_frame(grid: Grid, kind: Kind, reporting: np.ndarray) -> pd.DataFrame:
    """A row per submission (where ``reporting`` is true) and indicator of ``kind`` that it must report.

    Columns: LINE, submission, column (positions in the grid), submission_id, unit_code, period,
    indicator, each measure, ``<measure>.given`` (1 or missing), of those of the year
    ``<measure>.not_applicable`` and ``.beside`` (1 where a number stands in the same row), counted, maximum.
    """
    submission, column = rows_of(grid, kind, reporting)
    frame = heads(grid, submission, column)
    indicators = grid.registry.indicators
    for measure in MEASURES[kind]:
        states = grid.states(measure)[submission, column]
        frame[f"{measure}.given"] = np.where(states == "missing", np.nan, 1.0)
        if measure in NUMERIC_MEASURES:
            frame[measure] = grid.values(measure)[submission, column]
        else:
            texts = grid.texts(measure)[submission, column]
            texts[states == "not_applicable"] = STATUS_NOT_APPLICABLE if measure == "status" else None
            frame[measure] = pd.Series(texts, dtype=object)
    for measure in OF_THE_YEAR[kind]:
        states = grid.states(measure)[submission, column]
        frame[f"{measure}.not_applicable"] = (states == "not_applicable").astype("float64")
        frame[f"{measure}.beside"] = _number_beside(grid, kind, measure)[submission, column]
    frame["counted"] = np.array([float(not i.is_amount) for i in indicators])[column]
    bounds = [np.nan if i.maximum is None else i.maximum for i in indicators]
    frame["maximum"] = np.array(bounds, dtype="float64")[column]
    if kind is Kind.MILESTONE:
        frame["completed_on.from"] = LONG_AGO
        ends = np.array([period.end.isoformat() for period in grid.periods], dtype=object)
        frame["completed_on.to"] = ends[submission]
    return frame


def _number_beside(grid: Grid, kind: Kind, measure: str) -> np.ndarray:
    """1 where another measure of the row is a number.

    0 where an earlier measure of ``OF_THE_YEAR`` is 不适用 too, because that one has the finding.
    """
    numbers = [np.isfinite(grid.values(other)) for other in MEASURES[kind] if other != measure]
    beside = np.any(numbers, axis=0)
    for other in OF_THE_YEAR[kind][: OF_THE_YEAR[kind].index(measure)]:
        beside &= grid.states(other) != "not_applicable"
    result: np.ndarray = beside.astype("float64")
    return result


def rows_of(grid: Grid, kind: Kind, reporting: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions (submission, indicator) of the indicators of ``kind`` that each submission must report."""
    of_kind = np.array([indicator.kind is kind for indicator in grid.registry.indicators])
    submission, column = np.nonzero(grid.required & of_kind & reporting[:, None])
    return submission, column


def heads(grid: Grid, submission: np.ndarray, column: np.ndarray) -> pd.DataFrame:
    """Identifying columns of a frame of indicators, a row per position.

    Columns: LINE, submission, column (positions in the grid), submission_id, unit_code, period, indicator.
    """
    codes = np.array([indicator.code for indicator in grid.registry.indicators], dtype=object)
    frame = pd.DataFrame({LINE: np.arange(len(submission)), "submission": submission, "column": column})
    for name in ("submission_id", "unit_code", "period"):
        frame[name] = grid.submissions[name].to_numpy(dtype=object)[submission]
    frame["indicator"] = codes[column]
    return frame


def ledger_frame(ledger: Ledger, rows: pd.DataFrame, reporting: pd.Index[Any]) -> pd.DataFrame:
    """The ledger's rows of the submissions in ``reporting``; unreadable values are missing.

    Columns: LINE, the ledger frame's own, ``<column>.given`` (1 or missing), for dates
    ``<column>.from`` and ``.to``, counted (1), and for key columns the form in which they are compared.
    """
    frame = rows[rows["submission_id"].isin(reporting)].reset_index(drop=True)
    added: dict[str, Any] = {LINE: np.arange(len(frame)), "counted": 1.0}
    periods = {text: Period.parse(text) for text in frame["period"].unique()}
    for column in ledger.columns:
        states = frame[f"{column.name}.state"].to_numpy(dtype=object)
        valued = np.isin(states.astype(str), VALUED)
        given = valued | (states == "rejected")
        added[f"{column.name}.given"] = np.where(given, 1.0, np.nan)
        if column.numeric:
            frame[column.name] = frame[column.name].astype("float64").where(valued)
        else:
            frame[column.name] = frame[column.name].astype(object).where(pd.Series(valued), None)
        if column.type == "date" and column.within is not None:
            bounds = _bounds(column, frame, periods)
            added[f"{column.name}.from"], added[f"{column.name}.to"] = bounds
        if column.name in ledger.key:
            added[compared(column.name)] = in_same_form(frame[column.name])
    return pd.concat([frame, pd.DataFrame(added, index=frame.index)], axis=1)


def in_same_form(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Texts in the form in which they are compared; missing values and numbers are left unchanged."""
    return texts.map(lambda text: same_form(text) if isinstance(text, str) else text).astype(object)


def _bounds(
    column: Column, frame: pd.DataFrame, periods: dict[str, Period]
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """The earliest and the latest date allowed in the column, row by row, in ISO form."""
    last = frame["period"].map({text: period.end.isoformat() for text, period in periods.items()})
    first = frame["period"].map({text: period.start.isoformat() for text, period in periods.items()})
    if column.within == "until_end":
        first = pd.Series(LONG_AGO, index=frame.index)
    elif column.unless is not None:
        first = first.where(frame[f"{column.unless}.state"] == "missing", LONG_AGO)
    return first.astype(object), last.astype(object)
