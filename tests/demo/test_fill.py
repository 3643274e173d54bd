"""Filling an issued template, and the plain form of the same report."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from flows.demo.cells import placed
from flows.demo.fast import write_fast
from flows.demo.fill import fill
from flows.demo.sample import SampleReport
from schemas.template.layout import Layout
from schemas.template.workbook import issue


@pytest.fixture(scope="module")
def template(layout: Layout) -> bytes:
    return issue(layout)


def cells_of(content: bytes) -> dict[tuple[str, str], object]:
    book = load_workbook(io.BytesIO(content))
    return {
        (sheet.title, cell.coordinate): cell.value.date()
        if isinstance(cell.value, dt.datetime)
        else cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def test_filling_types_every_value_into_its_cell_and_nothing_else(
    template: bytes, layout: Layout, june: SampleReport
) -> None:
    """What is read back are the template's own cells and the report's values."""
    typed = {(p.sheet, p.cell): p.value for p in placed(layout, june) if p.value is not None}
    assert len(typed) > 500
    assert cells_of(fill(template, layout, june)) == cells_of(template) | typed


def test_filling_twice_gives_the_same_bytes(template: bytes, layout: Layout, june: SampleReport) -> None:
    """Nothing of the clock is in the file."""
    assert fill(template, layout, june) == fill(template, layout, june)


def test_the_plain_form_has_the_templates_headings_codes_and_values(
    template: bytes, layout: Layout, june: SampleReport
) -> None:
    """Every typed value, and every code, heading and mark of the template, stands in the same cell."""
    plain, full = cells_of(write_fast(layout, june)), cells_of(fill(template, layout, june))
    typed = {(p.sheet, p.cell) for p in placed(layout, june) if p.value is not None}
    assert {at: plain[at] for at in typed} == {at: full[at] for at in typed}
    others = {at: value for at, value in plain.items() if at not in typed}
    assert others == {at: full.get(at) for at in others}
    assert len(others) > 300
    assert write_fast(layout, june) == write_fast(layout, june)


def test_text_that_looks_like_a_formula_stays_text(
    template: bytes, layout: Layout, june: SampleReport
) -> None:
    """A clerk's text that begins with = is no formula in the filled file."""
    progress = june.progress | {("1.1", "problems"): "=1+1"}
    report = SampleReport(june.unit, june.period, june.cover, june.figures, june.ledgers, progress)
    for content in (fill(template, layout, report), write_fast(layout, report)):
        cell = load_workbook(io.BytesIO(content))[layout.sheet("progress")][
            layout.progress["1.1", "problems"]
        ]
        assert (cell.value, cell.data_type) == ("=1+1", "s")
