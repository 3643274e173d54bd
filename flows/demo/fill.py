"""Types a sample report into an issued template, as a clerk would."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from flows.demo.cells import Placed, placed
from flows.demo.sample import SampleReport
from schemas.template.layout import Layout
from schemas.template.stored import stored

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook

_DATE_FORMAT = "yyyy-mm-dd"


def fill(template: bytes, layout: Layout, report: SampleReport) -> bytes:
    """The template with the report in it. Equal arguments give equal bytes.

    Raises ``KeyError`` where the template lacks a sheet of the layout.
    """
    from openpyxl import load_workbook

    return filled(load_workbook(io.BytesIO(template)), layout, report)


def filled(workbook: Workbook, layout: Layout, report: SampleReport) -> bytes:
    """The same for a template that was drawn but not yet saved: half the work of reopening it."""
    for place in placed(layout, report):
        if place.value is not None:
            _type_in(workbook, place)
    last = report.period.end
    return stored(workbook, dt.datetime(last.year, last.month, last.day))  # noqa: DTZ001 - see stored


def _type_in(workbook: Workbook, place: Placed) -> None:
    cell: Cell = workbook[place.sheet][place.cell]
    look = cell.number_format
    cell.value = place.value
    if isinstance(place.value, str):
        cell.data_type = "s"  # text stays text, whatever it begins with
    elif isinstance(place.value, dt.date):
        cell.number_format = _DATE_FORMAT if look in ("General", "@") else look
