"""The reporting period: one calendar month."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

_TEXT = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A calendar month; ``str()`` gives ``2023-06``.

    Raises ``ValueError`` for a month outside 1..12 or a year outside 1900..9998.
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 9998 and 1 <= self.month <= 12):
            raise ValueError(f"not a month: {self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2023-06``; ``ValueError`` for anything else."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(f"not a period of the form 2023-06: {text!r}")
        return cls(int(match[1]), int(match[2]))

    @property
    def start(self) -> dt.date:
        """The first day of the month."""
        return dt.date(self.year, self.month, 1)

    @property
    def end(self) -> dt.date:
        """The last day of the month."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def previous(self) -> Period:
        return self.shifted(-1)

    @property
    def following(self) -> Period:
        return self.shifted(1)

    @property
    def year_before(self) -> Period:
        """The same month of the year before."""
        return Period(self.year - 1, self.month)

    @property
    def chinese(self) -> str:
        """``2023年6月``, as printed in reports."""
        return f"{self.year}年{self.month}月"

    def shifted(self, months: int) -> Period:
        """The period so many months later; earlier where ``months`` is negative."""
        index = self.year * 12 + (self.month - 1) + months
        return Period(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
