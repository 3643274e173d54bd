"""What each file of ``formats/`` declares of a format that a report may come in."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from flows.reading.files.xlsx_facts import SheetFacts
from flows.reading.grid import Grid
from flows.reading.limits import Limits


@dataclass(frozen=True, slots=True)
class Kind:
    """``name`` is a format of ``formats/``, ``zip`` for an archive of files, or something refused.

    ``refused`` is the code of the finding with which a file of this kind goes to quarantine.
    ``parts``: the directory of a zip package, in its order.
    """

    name: str
    title: str
    refused: str = ""
    parts: tuple[zipfile.ZipInfo, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Signature:
    """Content by which a file is known; every part that is given must fit.

    ``starts``: hexadecimal, the first bytes. ``begins``: lower-case text at the start, after blanks.
    ``holds``: text anywhere in the file, as UTF-16 where ``utf16``. ``refused``: the code of the finding
    with which such a file goes to quarantine; empty where it is read.
    """

    title: str
    starts: str = ""
    begins: str = ""
    holds: str = ""
    utf16: bool = False
    refused: str = ""

    def fits(self, data: bytes, head: bytes) -> bool:
        """``head``: the first bytes in lower case, without blanks before them."""
        holds = self.holds.encode("utf-16-le" if self.utf16 else "utf-8")
        starts, begins = bytes.fromhex(self.starts), self.begins.encode()
        return data.startswith(starts) and head.startswith(begins) and holds in data


@dataclass(frozen=True, slots=True)
class Guarded:
    """``data`` is what the parser may be given; the rest is what the guard learned of it.

    The parser must not open the sheets of ``unopened``: their extent was not looked at.
    """

    data: bytes
    sheets: dict[str, SheetFacts] = field(default_factory=dict)  # by sheet title
    unopened: dict[str, str] = field(default_factory=dict)  # sheet title -> its part
    from_1904: bool = False
    linked: bool = False  # it refers to other workbooks


#: (content, kind, limits, plain titles of sheets that nobody reads) -> what the parser may be given.
Survey = Callable[[bytes, Kind, Limits, Collection[str]], Guarded]


@dataclass(frozen=True)
class SourceFormat:
    """A format that is read. The name of its file in ``formats/`` is its name.

    Either ``signatures`` tell it by its bytes, or ``in_package`` by the parts of a zip (names, content).
    ``survey`` checks its bounds before any parser sees it, and says what the parser does not. ``grids`` reads
    it; without it the parser of spreadsheets does. Both raise :class:`flows.reading.refusal.NotReadable`.
    """

    title: str
    survey: Survey
    signatures: tuple[Signature, ...] = ()
    in_package: Callable[[Collection[str], bytes], bool] | None = None
    grids: Callable[[Guarded, Limits], list[Grid]] | None = None
