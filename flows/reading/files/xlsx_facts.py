"""What a sheet's XML says that the parser does not: true extent, broken cells, hidden rows and columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from flows.reading.grid import Broken
from flows.reading.refusal import NotReadable

#: Writers in use address every cell plainly. One beyond A1..Z9999, or whose place is not written in it:
_FAR = re.compile(rb'<c(?! r="[A-Z]\d{1,4}+"|[a-z])')
#: The guard may cost no more than a fraction of the reading, so each question is one pass for a fixed
#: text, and only where that stands the cell or row around it is looked at.
_ERROR_TYPE = re.compile(rb't="e"')
_ERROR = re.compile(
    rb'<c r="([A-Z])(\d{1,4})"[^<>]* t="e"[^<>]*>'
    rb"(<f(?:[^<>]*/>|[^<>]*>[^<]*</f>))?"
    rb"(?:<v[^<>/]*>([^<]+)</v>)?"
)
_FORMULA = re.compile(rb"<f[ />]")
#: The end of a cell with a formula that has no value behind it.
_VALUELESS = re.compile(rb"</f>(?!<v>[^<])(?:<v[^<>/]*></v>|<v ?/>)?</c>")
_VALUELESS_SHARED = re.compile(rb"<f [^<>]*/>(?!<v>[^<])(?:<v[^<>/]*></v>|<v ?/>)?</c>")
_CELL = re.compile(rb'<c r="([A-Z])(\d{1,4})"([^<>]*)>')
_CELL_END = re.compile(rb'(?<!")></[\w.-]+:c>')
_HIDDEN = re.compile(rb' hidden="(?:1|true)"')
_ROW = re.compile(rb'<row\b[^<>]*?\br="(\d{1,7})"')
_COLUMN = re.compile(rb"<col\b[^>]*>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_PLAIN_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*<worksheet\s[^>]*"
    rb'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
)
_LONGEST = 2**16
_NEAR_ROWS, _NEAR_COLUMNS = 9_999, 26


@dataclass(slots=True)
class SheetFacts:
    """``rows`` and ``columns`` bound the filled rectangle from A1; positions count from 0."""

    rows: int = 0
    columns: int = 0
    broken: dict[tuple[int, int], Broken] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    protected: bool = False
    scaled: dict[tuple[int, int], str] = field(default_factory=dict)  # see formats.scaled_cells
    #: Where the parser does not tell them: first row, first column, last row, last column.
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def survey(xml: bytes) -> SheetFacts:
    """The facts of one sheet part. Raises :class:`NotReadable` for declared entities or broken XML."""
    # Writers in use address every cell plainly, in the main namespace. Whatever looks different is
    # read by a real parser, several times slower and without a tree.
    if not _PLAIN_HEAD.match(xml, 0, 4096) or _FAR.search(xml) is not None:
        return _Walk().through(xml)
    facts = SheetFacts(_NEAR_ROWS, _NEAR_COLUMNS)
    if _ERROR_TYPE.search(xml) is not None:
        facts.broken |= _errors(xml)
    if _FORMULA.search(xml) is not None:
        facts.broken |= _uncomputed(xml)
    if _HIDDEN.search(xml) is not None:
        facts.hidden_rows, facts.hidden_columns = _hidden(xml)
    facts.protected = xml.find(b"<sheetProtection", xml.rfind(b"</sheetData>")) > 0
    return facts


def filled(xml: bytes) -> int:
    """The number of cells that hold a value or a formula."""
    if b":worksheet" in xml[:4096]:
        return sum(1 for _ in _CELL_END.finditer(xml))
    # An empty cell has no end of its own, or one right behind its attributes.
    return xml.count(b"</c>") - xml.count(b'"></c>')


def _errors(xml: bytes) -> Iterator[tuple[tuple[int, int], Broken]]:
    for found in _ERROR_TYPE.finditer(xml):
        cell = _ERROR.match(xml, _before(xml, b"<c ", found.start()))
        if cell is not None and (cell[3] or cell[4]):
            yield _place(cell), Broken((cell[4] or b"#ERROR!").decode("utf-8", "replace"))


def _uncomputed(xml: bytes) -> Iterator[tuple[tuple[int, int], Broken]]:
    """Formulas without a stored value; an empty text is a value."""
    for pattern in (_VALUELESS, _VALUELESS_SHARED):
        for found in pattern.finditer(xml):
            cell = _CELL.match(xml, _before(xml, b"<c ", found.start()))
            if cell is not None and b't="str"' not in cell[3] and b't="e"' not in cell[3]:
                yield _place(cell), Broken("=")


def _before(xml: bytes, tag: bytes, position: int) -> int:
    """Where the last ``tag`` before it begins; a formula of 8,192 characters may lie between."""
    return max(xml.rfind(tag, max(position - _LONGEST, 0), position), 0)


def _place(cell: re.Match[bytes]) -> tuple[int, int]:
    return int(cell[2]) - 1, cell[1][0] - ord("A")


def _hidden(xml: bytes) -> tuple[frozenset[int], frozenset[int]]:
    rows: set[int] = set()
    columns: set[int] = set()
    for found in _HIDDEN.finditer(xml):
        start = _before(xml, b"<", found.start())
        if row := _ROW.match(xml, start):
            rows.add(int(row[1]) - 1)
        elif column := _COLUMN.match(xml, start):
            attributes = {k.decode(): v.decode("ascii", "replace") for k, v in _ATTRIBUTE.findall(column[0])}
            columns |= _hidden_columns(attributes)
    return frozenset(rows), frozenset(columns)


def _hidden_columns(attributes: dict[str, str]) -> set[int]:
    """Columns of a <col> element; those beyond ZZ are of no interest to a report."""
    if attributes.get("hidden") not in ("1", "true"):
        return set()
    first, last = attributes.get("min", ""), attributes.get("max", "")
    if not (first.isdecimal() and last.isdecimal()):
        return set()
    return set(range(int(first) - 1, min(int(last), 702)))


def column_index(letters: str) -> int:
    """``A`` -> 0, ``AA`` -> 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


class _Walk:
    """A pass over the elements of a sheet, for sheets that are wide, long or written unusually."""

    _ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")

    def __init__(self) -> None:
        self.facts = SheetFacts()
        self._hidden_rows: set[int] = set()
        self._row = self._column = -1
        self._error = self._formula = self._value = self._blank_text = False
        self._inside = False
        self._text = ""

    def through(self, xml: bytes) -> SheetFacts:
        parser = ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        parser.buffer_text = True
        try:
            parser.Parse(xml, True)
        except ExpatError as error:
            raise NotReadable("damaged_file") from error
        self.facts.hidden_rows = frozenset(self._hidden_rows)
        return self.facts

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._open_cell(attributes)
        elif name == "row":
            given = attributes.get("r", "")
            self._row = int(given) - 1 if given.isdecimal() else self._row + 1
            self._column = -1
            if attributes.get("hidden") in ("1", "true"):
                self._hidden_rows.add(self._row)
        elif name in ("v", "is"):
            self._inside = True
            self._value |= name == "is"
        elif name == "f":
            self._formula = True
        elif name == "col":
            self.facts.hidden_columns |= _hidden_columns(attributes)
        elif name == "sheetProtection":
            self.facts.protected = True

    def _open_cell(self, attributes: dict[str, str]) -> None:
        match = self._ADDRESS.fullmatch(attributes.get("r", ""))
        if match is None:
            self._column += 1
        else:
            self._row, self._column = int(match[2]) - 1, column_index(match[1])
        self._error = attributes.get("t") == "e"
        self._blank_text = attributes.get("t") == "str"
        self._formula = self._value = False
        self._text = ""

    def _characters(self, text: str) -> None:
        if self._inside:
            self._value = True
            self._text = (self._text + text)[:32]

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("v", "is"):
            self._inside = False
        if name != "c" or not (self._value or self._formula):
            return
        self.facts.rows = max(self.facts.rows, self._row + 1)
        self.facts.columns = max(self.facts.columns, self._column + 1)
        if self._error:
            self.facts.broken[self._row, self._column] = Broken(self._text or "#ERROR!")
        elif not (self._value or self._blank_text):
            self.facts.broken[self._row, self._column] = Broken("=")

    def _refuse(self, *_: object) -> None:
        raise NotReadable("forbidden_content")
