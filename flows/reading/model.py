"""What is read from one file: every input cell with its text and where it stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from validations.findings.finding import Finding


class FigureCell(NamedTuple):
    """An input cell of 指标表; see ``validations.frames.FIGURE_COLUMNS``."""

    indicator: str
    measure: str
    value: float | None
    text: str | None
    raw: str
    state: str
    sheet: str
    cell: str


class LedgerCell(NamedTuple):
    value: float | None  # amount and count columns
    text: str | None  # all others; dates in ISO form
    raw: str
    state: str
    cell: str


class LedgerRow(NamedTuple):
    ledger: str
    sheet: str
    row: int  # as Excel numbers it
    cells: dict[str, LedgerCell]  # by column name; a column that the sheet lacks is left out


class ProgressCell(NamedTuple):
    work_point: str
    field: str
    text: str | None
    raw: str
    state: str
    sheet: str
    cell: str


class CoverCell(NamedTuple):
    field: str
    text: str | None
    raw: str
    state: str
    sheet: str
    cell: str


class TemplateMark(NamedTuple):
    """The very-hidden sheet of an issued template."""

    year: str
    version: str
    unit_code: str
    period: str
    digest: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Conservation: every non-empty cell of the file ends in exactly one of these.

    ``ignored`` counts by reason (Chinese, e.g. 标题和说明, 合计行, 表外内容); ``used`` includes
    prefilled cells that were recognised (codes, headings).
    """

    used: int = 0
    normalised: int = 0
    rejected: int = 0
    ignored: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.used + self.normalised + self.rejected + sum(self.ignored.values())


@dataclass(frozen=True, slots=True)
class Reading:
    """One report as read. ``findings`` are those that reading itself makes, not yet attributed."""

    file: str
    sha256: str
    size: int  # bytes
    format: str  # xlsx, xls, xlsb, ods
    mark: TemplateMark | None
    cover: dict[str, CoverCell]
    figures: list[FigureCell]
    ledgers: list[LedgerRow]
    progress: list[ProgressCell]
    findings: list[Finding]
    counts: Counts

    def __reduce__(self) -> tuple[Any, ...]:
        """Between processes its thousand cells travel as plain tuples, in a third of the time."""
        plain = (
            list(map(tuple, self.figures)),
            [(*row[:3], tuple(row.cells), list(map(tuple, row.cells.values()))) for row in self.ledgers],
            list(map(tuple, self.progress)),
        )
        others = {name: getattr(self, name) for name in self.__slots__ if name not in _CELLS}
        return _arrived, (others, *plain)


_CELLS = ("figures", "ledgers", "progress")


def _arrived(others: dict[str, Any], figures: list[Any], ledgers: list[Any], progress: list[Any]) -> Reading:
    return Reading(
        figures=list(map(FigureCell._make, figures)),
        ledgers=[
            LedgerRow(ledger, sheet, row, dict(zip(names, map(LedgerCell._make, cells), strict=True)))
            for ledger, sheet, row, names, cells in ledgers
        ],
        progress=list(map(ProgressCell._make, progress)),
        **others,
    )


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is no report: it goes to quarantine with this reason and what to do (Chinese)."""

    file: str
    sha256: str
    size: int
    code: str  # a key of findings.yaml
    reason: str
    action: str
