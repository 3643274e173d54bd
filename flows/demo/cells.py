"""Where each value of a sample report stands in the template of its unit and month."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flows.demo.rowcells import Value
from flows.demo.sample import SampleReport
from schemas.template.layout import Layout


class Placed(NamedTuple):
    """A value and its place; ``sheet`` is the sheet's title."""

    sheet: str
    cell: str
    value: Value


def placed(layout: Layout, report: SampleReport) -> Iterator[Placed]:
    """Every value that a clerk would type, with its cell; prefilled cells are left out.

    Raises ``KeyError`` for a value that the layout has no cell for.
    """
    prefilled = {field.name for field in layout.registry.form.cover if field.prefilled}
    for name, value in report.cover.items():
        if name not in prefilled:
            yield Placed(layout.sheet("cover"), layout.cover[name], value)
    for key, value in report.figures.items():
        yield Placed(layout.sheet("figures"), layout.figures[key], value)
    for code, explanation in report.explanations.items():
        yield Placed(layout.sheet("figures"), layout.figures[code, "explanation"], explanation)
    for key, text in report.progress.items():
        yield Placed(layout.sheet("progress"), layout.progress[key], text)
    for ledger, rows in report.ledgers.items():
        for number, row in enumerate(rows):
            for column, value in row.items():
                yield Placed(layout.sheet(ledger), ledger_cell(layout, ledger, column, number), value)


def ledger_cell(layout: Layout, ledger: str, column: str, number: int) -> str:
    """The cell of a ledger's row, counted from 0."""
    return f"{layout.ledger_columns[ledger, column]}{layout.ledger_first_row + number}"
