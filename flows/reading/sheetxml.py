"""What a sheet's XML says that the parser does not: true extent, broken cells, hidden rows and columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from flows.reading.grid import Broken
from flows.reading.unreadable import NotReadable

_FORMULA = rb"<f(?:[^<>]*/>|[^<>]*>[^<]*</f>)"
#: A cell that is not plainly at A1..Z9999, or holds an error, or has attributes that are seldom written.
#: The guard may cost no more than a fraction of the reading, so each question is one pass without
#: groups, and the answer in words is only looked for where there is one.
_UNUSUAL = re.compile(rb'<c(?! r="[A-Z]\d{1,4}"(?: s="\d+")?(?:[/>]| t="(?:s|n|b|str|inlineStr)")|[a-z])')
#: The end of a formula without a value behind it.
_VALUELESS = re.compile(rb"</f>(?!<v>[^<])|<f [^<>]*/>(?!<v>[^<])")
#: A cell beyond that, or one whose place is not written in it.
_FAR = re.compile(rb'<c(?! r="[A-Z]\d{1,4}"|[a-z])')
_ERROR = re.compile(
    rb'<c r="([A-Z])(\d{1,4})"[^<>]* t="e"[^<>]*>(?:' + _FORMULA + rb")?(?:<v[^<>/]*>([^<]+)</v>)?"
)
_UNCOMPUTED = re.compile(rb'<c r="([A-Z])(\d{1,4})"([^<>]*)>' + _FORMULA + rb"(?:<v[^<>/]*></v>|<v ?/>)?</c>")
_HIDDEN = b' hidden="'
_HIDDEN_ROW = re.compile(
    rb'<row\b[^>]*?\br="(\d{1,7})"[^>]*?\bhidden="(?:1|true)"|'
    rb'<row\b[^>]*?\bhidden="(?:1|true)"[^>]*?\br="(\d{1,7})"'
)
_COLUMN = re.compile(rb"<col\b[^>]*>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_PLAIN_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*<worksheet\s[^>]*"
    rb'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
)
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


def survey(xml: bytes) -> SheetFacts:
    """The facts of one sheet part. Raises :class:`NotReadable` for declared entities or broken XML."""
    # Writers in use address every cell plainly, in the main namespace. Whatever looks different is
    # read by a real parser, several times slower and without a tree.
    if not _PLAIN_HEAD.match(xml[:4096]):
        return _Walk().through(xml)
    facts = SheetFacts(_NEAR_ROWS, _NEAR_COLUMNS)
    unusual = _UNUSUAL.search(xml)
    if unusual is not None:
        if _FAR.search(xml, unusual.start()) is not None:
            return _Walk().through(xml)
        facts.broken |= _errors(xml, unusual.start())
    valueless = _VALUELESS.search(xml)
    if valueless is not None:
        facts.broken |= _uncomputed(xml, xml.rfind(b"<c ", 0, valueless.start()))
    if _HIDDEN in xml:
        facts.hidden_rows, facts.hidden_columns = _hidden(xml)
    facts.protected = xml.find(b"<sheetProtection", xml.rfind(b"</sheetData>")) > 0
    return facts


def _errors(xml: bytes, start: int) -> dict[tuple[int, int], Broken]:
    return {
        (int(row) - 1, letter[0] - ord("A")): Broken(value.decode("utf-8", "replace") or "#ERROR!")
        for letter, row, value in _ERROR.findall(xml, start, xml.rfind(b"</sheetData>"))
    }


def _uncomputed(xml: bytes, start: int) -> dict[tuple[int, int], Broken]:
    """Formulas without a stored value; an empty text is a value."""
    return {
        (int(row) - 1, letter[0] - ord("A")): Broken("=")
        for letter, row, attributes in _UNCOMPUTED.findall(xml, max(start, 0), xml.rfind(b"</sheetData>"))
        if b't="str"' not in attributes and b't="e"' not in attributes
    }


def _hidden(xml: bytes) -> tuple[frozenset[int], frozenset[int]]:
    cells = max(xml.find(b"<sheetData"), 0)
    rows: frozenset[int] = frozenset()
    if xml.find(_HIDDEN, cells) >= 0:
        rows = frozenset(int(a or b) - 1 for a, b in _HIDDEN_ROW.findall(xml, cells))
    columns: set[int] = set()
    for match in _COLUMN.finditer(xml, 0, cells):
        attributes = {k.decode(): v.decode("ascii", "replace") for k, v in _ATTRIBUTE.findall(match[0])}
        columns |= _hidden_columns(attributes)
    return rows, frozenset(columns)


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
