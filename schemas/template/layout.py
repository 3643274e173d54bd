"""The cell of every input and figure in the report issued to one unit for one month.

The template's writer, the live self-checks and the sample reports take cells from this layout.
Reading a filled report never uses it, because clerks move rows, columns and sheets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.models import Indicator, Kind, Ledger, Registry, Unit, WorkPoint
from schemas.periods import Period

#: 指标表: title, unit and period, hint, headings; the first indicator follows.
FIGURES_HEADING_ROW = 4
PROGRESS_HEADING_ROW = 4
LEDGER_HEADING_ROW = 4
REFERENCE_HEADING_ROW = 4
#: 自查: first row of the list of checks; columns of the results and, hidden, of a count of broken ones.
CHECKS_FIRST_ROW = 31
CHECKS_RESULT_COLUMN, CHECKS_TALLY_COLUMN = "E", "G"
COVER_FIRST_ROW = 6
COVER_LABEL, COVER_INPUT = "B", "C"
#: 上期数: columns of the figures accepted for last month and for the same month of last year.
REFERENCE_COLUMNS = {"last_month": "E", "year_before": "F"}


@dataclass(frozen=True)
class Layout:
    """A1 addresses of one report's cells; ``ref`` turns one into a reference for formulas."""

    registry: Registry
    unit: Unit
    period: Period
    indicators: tuple[Indicator, ...]
    work_points: tuple[WorkPoint, ...]
    ledgers: tuple[Ledger, ...]
    figures: Mapping[tuple[str, str], str]  # (indicator code, measure or column) -> cell
    progress: Mapping[tuple[str, str], str]  # (work point, field) -> cell
    cover: Mapping[str, str]  # field -> cell
    reference: Mapping[tuple[str, str], str]  # (indicator code, last_month | year_before) -> cell
    ledger_columns: Mapping[tuple[str, str], str]  # (ledger, column) -> column letter
    #: (ratio's code, "ytd" | "prior_ytd") -> cell of its live formula; never an input.
    ratios: Mapping[tuple[str, str], str]

    @property
    def ledger_first_row(self) -> int:
        return LEDGER_HEADING_ROW + 1

    @property
    def ledger_last_row(self) -> int:
        return LEDGER_HEADING_ROW + self.registry.form.ledger_rows

    def sheet(self, name: str) -> str:
        """The title of a sheet of the form, or of a ledger's sheet."""
        ledger = self.registry.ledger.get(name)
        return self.registry.form.sheets[name].title if ledger is None else ledger.title

    def ref(self, sheet: str, cell: str) -> str:
        """An absolute reference for a formula: ``'指标表'!$F$12``."""
        letters = cell.rstrip("0123456789")
        return f"'{self.sheet(sheet)}'!${letters}${cell[len(letters) :]}"

    def figure_ref(self, code: str, measure: str) -> str:
        return self.ref("figures", self.figures[code, measure])

    def reference_ref(self, code: str, which: str) -> str:
        return self.ref("reference", self.reference[code, which])

    def ledger_range(self, ledger: str, column: str) -> str:
        """All input cells of the column, as a reference: ``'质押融资台账'!$E$5:$E$64``."""
        letter = self.ledger_columns[ledger, column]
        first, last = self.ledger_first_row, self.ledger_last_row
        return f"'{self.sheet(ledger)}'!${letter}${first}:${letter}${last}"


def lay_out(registry: Registry, unit: Unit, period: Period) -> Layout:
    """The layout of the report that ``unit`` fills for ``period``."""
    indicators = registry.indicators_of(unit)
    work_points = registry.work_points_of(unit)
    ledgers = registry.ledgers_of(unit)
    letters = {field.name: column_letter(n) for n, field in enumerate(registry.form.figures)}
    figures: dict[tuple[str, str], str] = {}
    reference: dict[tuple[str, str], str] = {}
    for offset, indicator in enumerate(indicators, start=1):
        row = FIGURES_HEADING_ROW + offset
        for measure in (*indicator.measures, "explanation"):
            figures[indicator.code, measure] = f"{letters[registry.form.column_of[measure]]}{row}"
        for name in ("code", "work_point", "indicator", "unit_of_measure"):
            figures[indicator.code, name] = f"{letters[name]}{row}"
        for which, letter in REFERENCE_COLUMNS.items():
            reference[indicator.code, which] = f"{letter}{REFERENCE_HEADING_ROW + offset}"
    ratios = {
        (indicator.code, measure): f"{letters[registry.form.column_of[measure]]}{row}"
        for row, indicator in enumerate(indicators, start=FIGURES_HEADING_ROW + 1)
        if indicator.kind is Kind.RATIO
        for measure in ("ytd", "prior_ytd")
    }
    progress = {
        (point.code, field.name): f"{column_letter(n)}{PROGRESS_HEADING_ROW + offset}"
        for offset, point in enumerate(work_points, start=1)
        for n, field in enumerate(registry.form.progress)
    }
    return Layout(
        registry=registry,
        unit=unit,
        period=period,
        indicators=indicators,
        work_points=work_points,
        ledgers=ledgers,
        figures=figures,
        progress=progress,
        cover={
            field.name: f"{COVER_INPUT}{COVER_FIRST_ROW + n}" for n, field in enumerate(registry.form.cover)
        },
        reference=reference,
        ledger_columns={
            (ledger.name, column.name): column_letter(n)
            for ledger in ledgers
            for n, column in enumerate(ledger.columns)
        },
        ratios=ratios,
    )


def column_letter(index: int) -> str:
    """``0`` -> ``A``, ``26`` -> ``AA``."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
