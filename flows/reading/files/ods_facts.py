"""What an .ods says that the parser does not: errors, merged ranges, hidden rows and columns."""

from __future__ import annotations

from xml.parsers.expat import ExpatError, ParserCreate

from flows.reading.files.xlsx_facts import SheetFacts
from flows.reading.grid import Broken
from flows.reading.limits import Limits
from flows.reading.normalisation import rules
from flows.reading.refusal import NotReadable

_HIDDEN = ("collapse", "filter")
_CELLS = ("table-cell", "covered-table-cell")
#: Beyond these no report has anything; an .ods repeats its last row and column to the sheet's end.
_ROWS, _COLUMNS = 10_000, 702


def survey(xml: bytes, limits: Limits) -> tuple[dict[str, SheetFacts], bool]:
    """The facts of each table by title, and whether days count from 1904.

    Raises :class:`NotReadable` for declared entities or broken XML.
    """
    walk = _Walk(limits)
    parser = ParserCreate()
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.characters
    parser.StartDoctypeDeclHandler = _refuse
    parser.buffer_text = True
    try:
        parser.Parse(xml, True)
    except ExpatError as error:
        raise NotReadable("damaged_file") from error
    return walk.found, walk.from_1904


def _refuse(*_: object) -> None:
    raise NotReadable("forbidden_content")


class _Walk:
    def __init__(self, limits: Limits) -> None:
        self.found: dict[str, SheetFacts] = {}
        self.from_1904 = False
        self._limit = limits.cells
        self._facts: SheetFacts | None = None
        self._row = self._column = self._rows = self._columns = 0
        self._depth = 0  # inside a cell: 1 within it, 2 within one of its paragraphs, deeper in a comment
        self._suspect, self._text = False, ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if self._depth:
            self._depth += 1
            return
        if name == "null-date":
            self.from_1904 = attributes.get("table:date-value", "").startswith("1904-")
        elif name == "table":
            self._facts = self.found[attributes.get("table:name", "")] = SheetFacts(protected=True)
            self._row = self._column = 0
        elif self._facts is None:
            return
        elif name == "table-column":
            self._open_column(self._facts, attributes)
        elif name == "table-row":
            self._open_row(self._facts, attributes)
        elif name in _CELLS:
            self._depth, self._text = 1, ""
            self._columns = _repeated(attributes, "table:number-columns-repeated")
            # Without the mark of LibreOffice an error is a formula that shows one.
            marked = attributes.get("calcext:value-type") == "error"
            self._suspect = marked or "table:formula" in attributes
            down = _repeated(attributes, "table:number-rows-spanned")
            across = _repeated(attributes, "table:number-columns-spanned")
            if down > 1 or across > 1:
                last = self._row + down - 1, self._column + across - 1
                self._facts.merged.append((self._row, self._column, *last))

    def _open_column(self, facts: SheetFacts, attributes: dict[str, str]) -> None:
        count = _repeated(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility") in _HIDDEN:
            facts.hidden_columns |= set(range(self._column, min(self._column + count, _COLUMNS)))
        self._column += count

    def _open_row(self, facts: SheetFacts, attributes: dict[str, str]) -> None:
        self._column = 0
        self._rows = _repeated(attributes, "table:number-rows-repeated")
        if attributes.get("table:visibility") in _HIDDEN:
            facts.hidden_rows |= set(range(self._row, min(self._row + self._rows, _ROWS)))

    def characters(self, text: str) -> None:
        if self._depth == 2:
            self._text = (self._text + text)[:32]

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if self._depth:
            self._depth -= 1
            if self._depth == 0:
                self._close_cell()
        elif name == "table-row":
            self._row += self._rows
        elif name == "table":
            self._facts = None

    def _close_cell(self) -> None:
        text = self._text.strip()
        if self._facts is not None and self._suspect and rules().error_text.match(text):
            if len(self._facts.broken) + self._rows * self._columns > self._limit:
                raise NotReadable("too_large", what="错误值的单元格过多")
            for row in range(self._row, self._row + self._rows):
                for column in range(self._column, self._column + self._columns):
                    self._facts.broken[row, column] = Broken(text)
        self._column += self._columns


def _repeated(attributes: dict[str, str], name: str) -> int:
    """How often, or over how many, an attribute says; 1 where it says nothing."""
    given = attributes.get(name, "1")
    return max(int(given), 1) if given.isascii() and given.isdecimal() and len(given) <= 7 else 1
