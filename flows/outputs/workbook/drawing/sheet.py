"""A worksheet for hundreds of thousands of cells: XlsxWriter's own bytes, by a shorter way.

XlsxWriter looks at every cell for what none here can be (an A1 address in place of numbers, a
function newer than Excel 2010, an array formula), keeps it as a named tuple and writes it attribute
by attribute. In a province's workbook that was most of the time. Here a cell is a plain tuple, and
a row is written at once. ``tests/outputs/workbook/test_sheet.py`` holds both to the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellStringTuple, Worksheet

from flows.outputs.workbook.drawing.package import Deflated

#: What a cell holds: its kind, its format, then the value; see :func:`_written`.
Cell = tuple[Any, ...]
_TEXT, _NUMBER, _FORMULA, _BLANK = range(4)
#: Results of formulas that spreadsheet programs take for errors.
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


class _Rows(NamedTuple):
    """Rows that are made while they are written: cells from ``column`` on, in ``width`` columns."""

    column: int
    width: int
    length: int
    rows: Iterable[Sequence[Cell]]


class Sheet(Worksheet):  # type: ignore[misc]
    """``text``, ``number``, ``formula`` and ``blank`` make what a cell holds, ``put`` places it.

    Rows and columns count from 0 and are within Excel's limits. Every cell that is shown has a format of
    its own; columns and rows here have none. The methods that XlsxWriter calls itself, for merged cells
    and links, store the same tuples.
    """

    dim_rowmin: Any
    dim_rowmax: Any
    dim_colmin: Any
    dim_colmax: Any
    fh: Any
    internal_fh: bool
    _settled = False

    def __init__(self) -> None:
        super().__init__()
        self._later: dict[int, _Rows] = {}  # by their first row

    def text(self, text: str, look: Format | None) -> Cell:
        """Of more than Excel keeps in a cell, 32,767 units of UTF-16, the rest is cut off."""
        if len(text) > self.xls_strmax // 2:
            text = _within(text, self.xls_strmax)
        return (_TEXT, look, self.str_table._get_shared_string_index(text))  # noqa: SLF001

    def number(self, value: float, look: Format | None) -> Cell:
        """Raises ``ValueError`` for what is no number: a cell can't hold it."""
        if not math.isfinite(value):
            raise ValueError(f"not a number to write: {value}")
        return (_NUMBER, look, value)

    def formula(self, formula: str, look: Format | None, value: float | str) -> Cell:
        """``formula`` without its equals sign, of functions that Excel 2010 knows."""
        return (_FORMULA, look, value, formula)

    def blank(self, look: Format | None) -> Cell:
        return (_BLANK, look)

    def put(self, row: int, column: int, cell: Cell) -> None:
        self._reach(row, column)
        self.table[row][column] = cell

    def put_rows(self, row: int, column: int, size: tuple[int, int], rows: Iterable[Sequence[Cell]]) -> None:
        """As many rows and columns as ``size`` says, made row by row when the sheet settles, as it must.

        Nothing else may be drawn in these rows. A province's sheet is never in memory so.
        """
        count, width = size
        if count and width:
            self._later[row] = _Rows(column, width, count, rows)
            self._reach(row, column)
            self._reach(row + count - 1, column + width - 1)

    def holds(self, row: int, column: int, value: float | str) -> bool:
        """Whether the cell shows this number or text; rows made later are made for it, and then used up."""
        cell = self._cell(row, column)
        if cell is None or cell[0] == _BLANK:
            return value == ""
        if cell[0] == _TEXT:
            return bool(self.str_table.string_table.get(value) == cell[2])
        if isinstance(value, str) or isinstance(cell[2], str):
            return bool(value == cell[2])
        return math.isclose(cell[2], value, rel_tol=1e-9, abs_tol=1e-12)

    def _cell(self, row: int, column: int) -> Cell | None:
        for first, later in self._later.items():
            if first <= row < first + later.length:
                made = next(islice(iter(later.rows), row - first, None))
                return made[column - later.column] if 0 <= column - later.column < later.width else None
        return self.table[row].get(column) if row in self.table else None

    def settle(self, into: Deflated) -> None:
        """Write the sheet and let its cells go; see :meth:`flows.outputs.workbook.drawing.book.Book.settle`.

        Raises ``RuntimeError`` where a chart stands on it: which it is, is only known at the end.
        """
        if self.charts:
            raise RuntimeError(f"{self.name}: a chart stands on it")
        self.fh, self.internal_fh = into, True
        super()._assemble_xml_file()
        self.table.clear()
        self._later.clear()
        self._settled = True

    def _reach(self, row: int, column: int) -> None:
        """Note that the sheet extends to the cell."""
        first = self.dim_rowmin is None
        if first or row < self.dim_rowmin:
            self.dim_rowmin = row
        if first or row > self.dim_rowmax:
            self.dim_rowmax = row
        if first or column < self.dim_colmin:
            self.dim_colmin = column
        if first or column > self.dim_colmax:
            self.dim_colmax = column

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Of a condition: nothing in it is newer than Excel 2010 either."""
        return formula.removeprefix("=")

    # ---- what XlsxWriter calls itself -----------------------------------------------------

    def _write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> int:
        self.put(row, col, self.text(string, cell_format))
        return 0

    def _write_blank(self, row: int, col: int, _blank: object, cell_format: Format | None = None) -> int:
        if cell_format is not None:
            self.put(row, col, self.blank(cell_format))
        return 0

    def _write_number(self, row: int, col: int, number: float, cell_format: Format | None = None) -> int:
        self.put(row, col, self.number(number, cell_format))
        return 0

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: Format | None = None, value: Any = 0
    ) -> int:
        self.put(row, col, self.formula(formula.removeprefix("="), cell_format, value))
        return 0

    def _get_range_data(self, row_start: int, col_start: int, row_end: int, col_end: int) -> list[Any]:
        """What a chart keeps of the cells that it draws."""
        return [
            self._charted(self.table[row].get(column)) if row in self.table else None
            for row in range(row_start, row_end + 1)
            for column in (range(col_start, col_end + 1) if row in self.table else (col_start,))
        ]

    def _charted(self, cell: Cell | None) -> Any:
        if cell is None:
            return None
        if cell[0] == _NUMBER:
            return f"{cell[2]:.16g}"
        if cell[0] == _TEXT:
            return self.str_table._get_shared_string(cell[2])  # noqa: SLF001
        return cell[2] if cell[0] == _FORMULA else ""

    def _calculate_spans(self) -> None:
        """First and last column of each block of sixteen rows."""
        spans: dict[int, tuple[int, int]] = {}
        reached = [(row, min(cells), max(cells)) for row, cells in self.table.items() if cells]
        for first, later in self._later.items():
            rows = range(first, first + later.length)
            reached += [(row, later.column, later.column + later.width - 1) for row in rows]
        for row, low, high in reached:
            before = spans.get(row // 16)
            spans[row // 16] = (min(low, before[0]), max(high, before[1])) if before else (low, high)
        self.row_spans = {block: f"{low + 1}:{high + 1}" for block, (low, high) in spans.items()}

    def _assemble_xml_file(self) -> None:
        if not self._settled:
            if self._later:  # whose texts would come after the workbook's texts are counted
                raise RuntimeError(f"{self.name}: rows are to be made, and the sheet has not settled")
            super()._assemble_xml_file()
            return
        if self.table or self._later:
            raise RuntimeError(f"{self.name}: a cell was drawn after the sheet had settled")
        self._xml_close()

    def _write_rows(self) -> None:
        self._calculate_spans()
        letters = [xl_col_to_name(column) for column in range(self.dim_colmax + 1)]
        styles = _Styled({None: ""})
        row = self.dim_rowmin
        while row <= self.dim_rowmax:
            if row in self._later:
                row = self._write_later(row, letters, styles)
                continue
            cells = self.table.get(row)
            if cells:
                self._write_line(row, ((letters[n], cells[n]) for n in sorted(cells)), styles)
            elif row in self.row_info:
                self._write_empty_row(row, self.row_spans.get(row // 16), self.row_info[row])
            row += 1

    def _write_later(self, row: int, letters: Sequence[str], styles: _Styled) -> int:
        """Make rows and write them; returns the row after the last."""
        column, width, length, rows = self._later[row]
        own = letters[column : column + width]
        for number, cells in zip(range(row, row + length), rows, strict=True):
            if number in self.table:
                raise RuntimeError(f"{self.name}: row {number} was drawn twice")
            self._write_line(number, zip(own, cells, strict=True), styles)
        return row + length

    def _write_line(self, row: int, cells: Iterable[tuple[str, Cell]], styles: _Styled) -> None:
        self._write_row(row, self.row_spans.get(row // 16), self.row_info.get(row))
        number = row + 1
        written = [f'<c r="{letter}{number}"{_written(cell, styles)}' for letter, cell in cells]
        self.fh.write("".join(written) + "</row>")

    def _write_hyperlinks(self) -> None:
        # XlsxWriter tells by the name of its class whether a linked cell holds a text.
        for row, links in self.hyperlinks.items():
            for column in links:
                if self.table[row][column][0] == _TEXT:
                    self.table[row][column] = CellStringTuple(*self.table[row][column][2:0:-1])
        super()._write_hyperlinks()


class _Styled(dict[Format | None, str]):
    """A format -> its attribute; formats are numbered in the order in which cells need them."""

    def __missing__(self, look: Format) -> str:
        self[look] = made = f' s="{look._get_xf_index()}"'  # noqa: SLF001
        return made


def _written(cell: Cell, styles: _Styled) -> str:
    """A cell's XML after its address."""
    kind, style = cell[0], styles[cell[1]]
    if kind == _TEXT:
        return f'{style} t="s"><v>{cell[2]}</v></c>'
    if kind == _NUMBER:
        return f"{style}><v>{cell[2]:.16G}</v></c>"
    if kind == _BLANK:
        return f"{style}/>"
    value, formula = cell[2], cell[3]
    if "<" in formula or ">" in formula or "&" in formula:
        formula = _escaped(formula)
    if isinstance(value, str):
        kept = ' t="e"' if value in _ERRORS else ' t="str"' if value else ""
        return f"{style}{kept}><f>{formula}</f><v>{_escaped(value)}</v></c>"
    return f"{style}><f>{formula}</f><v>{value}</v></c>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _within(text: str, units: int) -> str:
    """As much of the text as that many units of UTF-16 hold, no character cut in two."""
    length = 0
    for index, character in enumerate(text):
        length += 2 if ord(character) > 0xFFFF else 1
        if length > units:
            return text[:index]
    return text
