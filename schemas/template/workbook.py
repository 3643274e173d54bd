"""The report as issued to a unit for a month: an .xlsx for Excel, WPS and LibreOffice alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from openpyxl.workbook import Workbook

from schemas.template.canvas import Canvas
from schemas.template.checks import SelfCheck
from schemas.template.layout import Layout
from schemas.template.looks import Palette
from schemas.template.sheets import checks as checks_sheet
from schemas.template.sheets import cover, figures, ledger, mark, notes, progress, reference
from schemas.template.stored import stored

#: (indicator code, "last_month" | "year_before") -> the figure or state accepted then.
Earlier = Mapping[tuple[str, str], float | str]
_NOTHING: Earlier = MappingProxyType({})


def issue(layout: Layout, checks: Sequence[SelfCheck] = (), earlier: Earlier = _NOTHING) -> bytes:
    """The bytes of the template for ``layout.unit`` and ``layout.period``.

    Equal arguments give equal bytes. Raises as :func:`draw` does.
    """
    first = layout.period.start
    return stored(draw(layout, checks, earlier), dt.datetime(first.year, first.month, first.day))  # noqa: DTZ001 - see stored


def draw(layout: Layout, checks: Sequence[SelfCheck] = (), earlier: Earlier = _NOTHING) -> Workbook:
    """The template as a workbook: cells placed as in ``layout``, all locked but the inputs.

    Raises :class:`schemas.errors.RegistryError` where a list of choices does not fit.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    palette = Palette(workbook)

    def sheet(title: str) -> Canvas:
        return Canvas(workbook.create_sheet(title), palette, layout)

    cover_canvas = sheet(layout.sheet("cover"))
    figures.draw(sheet(layout.sheet("figures")))
    progress.draw(sheet(layout.sheet("progress")))
    for each in layout.ledgers:
        ledger.draw(sheet(layout.sheet(each.name)), each)
    checks_sheet.draw(sheet(layout.sheet("checks")), checks)
    reference.draw(sheet(layout.sheet("reference")), earlier)
    notes.draw(sheet(layout.sheet("notes")))
    mark.draw(sheet(layout.sheet("mark")))
    cover.draw(cover_canvas, len(checks))
    _describe(workbook, layout)
    return workbook


def _describe(workbook: Workbook, layout: Layout) -> None:
    registry = layout.registry
    properties = workbook.properties
    properties.title = registry.form.wording.title.format(notice=registry.notice_title)
    properties.subject = f"{layout.unit.name} {layout.period.chinese}"
    properties.creator = properties.lastModifiedBy = registry.issuer
    # Formulas are written without values: every program computes them when it opens the file.
    workbook.calculation.fullCalcOnLoad = True
