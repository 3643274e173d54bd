"""Opens a workbook of any readable kind as plain grids."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from flows.reading.files.file_kind import kind_of
from flows.reading.files.formats import source_formats
from flows.reading.files.guard import guard
from flows.reading.files.package import DAMAGED, unpack
from flows.reading.files.source_format import Guarded
from flows.reading.files.xlsx_facts import SheetFacts, filled
from flows.reading.grid import Grid, Value
from flows.reading.limits import Limits
from flows.reading.refusal import NotReadable


@dataclass(slots=True)
class Workbook:
    format: str
    grids: list[Grid]
    from_1904: bool = False
    linked: bool = False


def open_workbook(data: bytes, limits: Limits, unread: Collection[str] = ()) -> Workbook:
    """Every worksheet of ``data``. Raises :class:`NotReadable`; memory is bounded by ``limits``.

    Sheets whose plain title is in ``unread`` may come without their cells, see ``Grid.unopened``.
    """
    kind = kind_of(data)
    if kind.refused:
        raise NotReadable(kind.refused, kind=kind.title)
    guarded = guard(data, kind, limits, unread)
    parts = {info.filename: info for info in kind.parts}
    own_reader = source_formats()[kind.name].grids
    if own_reader is not None:
        return Workbook(kind.name, own_reader(guarded, limits), guarded.from_1904, guarded.linked)
    try:
        # From a file object, because by path the extension would choose the parser.
        source = CalamineWorkbook.from_filelike(io.BytesIO(guarded.data))
        grids = [
            _unopened(about, unpack(data, parts, guarded.unopened[about.name], limits))
            if about.name in guarded.unopened
            else _grid(source.get_sheet_by_name(about.name), about, guarded, limits)
            for about in source.sheets_metadata
            if about.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise NotReadable("password_protected") from error
    except (CalamineError, *DAMAGED, OSError, ValueError) as error:
        raise NotReadable("damaged_file") from error
    return Workbook(kind.name, grids, guarded.from_1904, guarded.linked)


def _unopened(about: SheetMetadata, xml: bytes) -> Grid:
    visible = about.visible == SheetVisibleEnum.Visible
    return Grid(about.name, [], visible, unopened=filled(xml))


def _grid(sheet: CalamineSheet, about: SheetMetadata, guarded: Guarded, limits: Limits) -> Grid:
    end = sheet.end or (-1, -1)
    if (end[0] + 1) * (end[1] + 1) > limits.cells:
        where = f"工作表“{sheet.name}”用到第 {end[0] + 1} 行、第 {end[1] + 1} 列"
        raise NotReadable("too_large", what=where)
    rows: list[list[Value]] = list(sheet.to_python(skip_empty_area=False)) if sheet.end else []
    facts = guarded.sheets.get(sheet.name, SheetFacts(protected=True))
    _put_broken(rows, facts)
    merged = tuple((a, b, c, d) for (a, b), (c, d) in sheet.merged_cell_ranges or ()) + tuple(facts.merged)
    return Grid(
        name=sheet.name,
        rows=rows,
        visible=about.visible == SheetVisibleEnum.Visible,
        merged=merged,
        hidden_rows=facts.hidden_rows,
        hidden_columns=facts.hidden_columns,
        protected=facts.protected,
        scaled=facts.scaled,
    )


def _put_broken(rows: list[list[Value]], facts: SheetFacts) -> None:
    """The parser gives '' for an error cell and for a formula without a stored value, as for a blank one.

    An .ods may store a number beside the error that it shows; the error counts.
    """
    for (row, column), value in facts.broken.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        cells = rows[row]
        cells.extend("" for _ in range(column + 1 - len(cells)))
        if cells[column] == "" or value != "=":
            cells[column] = value
