"""A live self-check of the template: a relation as an Excel formula."""

from __future__ import annotations

from dataclasses import dataclass

#: The results of a formula; OPEN as long as a figure of the relation is not filled in.
HOLDS, BROKEN, OPEN = "相符", "不符", "待填"


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """A row of 自查.

    ``formula`` begins with ``=`` and gives HOLDS, BROKEN or OPEN; it may use only functions that
    Excel 2010, WPS and LibreOffice share. ``sheet`` and ``cell`` are where the clerk should look.
    """

    rule: str
    title: str  # what is asserted, in Chinese, with the figures' names
    severity: str
    work_point: str
    indicator: str
    formula: str
    sheet: str
    cell: str
