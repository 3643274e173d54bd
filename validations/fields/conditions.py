"""Conditions of the field checks that Great Expectations has no expectation for.

Each takes a frame of the check's columns in order, without missing values, and returns booleans by row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from validations.fields.identifiers import valid_patent, valid_uscc

if TYPE_CHECKING:
    import pandas as pd


def whole(values: pd.DataFrame) -> pd.Series[bool]:
    """A count is a whole number; the second column is 1 for counts, 0 for amounts."""
    number = values.iloc[:, 0]
    return (values.iloc[:, 1] == 0) | (number == number.round())


def at_most(values: pd.DataFrame) -> pd.Series[bool]:
    """The number doesn't exceed the maximum in the second column."""
    return values.iloc[:, 0] <= values.iloc[:, 1]


def dates(values: pd.DataFrame) -> pd.Series[bool]:
    """ISO dates in order: not before the second column, not after the third."""
    day, first, last = (values.iloc[:, n] for n in range(3))
    return (day >= first) & (day <= last)


def applicable(values: pd.DataFrame) -> pd.Series[bool]:
    """The cell isn't 不适用 (first column 1) while its row holds a number (second column 1)."""
    return (values.iloc[:, 0] == 0) | (values.iloc[:, 1] == 0)


def uscc(values: pd.DataFrame) -> pd.Series[bool]:
    return values.iloc[:, 0].map(valid_uscc).astype(bool)


def patent(values: pd.DataFrame) -> pd.Series[bool]:
    return values.iloc[:, 0].map(valid_patent).astype(bool)


CONDITIONS: Mapping[str, Callable[..., pd.Series[bool]]] = {
    "whole": whole,
    "at_most": at_most,
    "dates": dates,
    "applicable": applicable,
    "uscc": uscc,
    "patent": patent,
}
