"""The workbook as a file: sheets that are drawn are compressed while the next are being drawn."""

from __future__ import annotations

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from xlsxwriter import Workbook

from flows.outputs.workbook.drawing.package import Deflated, complete
from flows.outputs.workbook.drawing.sheet import Sheet

_OPTIONS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}


class Book(Workbook):  # type: ignore[misc]
    """Used with ``with``: at its end the file stands at ``path``, unless something went wrong.

    ``day``: of which it says that it was made, so that the same figures give the same bytes. Raises
    ``OSError`` where the place can't be written.
    """

    def __init__(self, path: Path, *, title: str, issuer: str, day: dt.date) -> None:
        self._path = path
        self._shell = io.BytesIO()
        self._parts: dict[Sheet, Deflated] = {}
        self._beside = ThreadPoolExecutor(1, "deflate")
        super().__init__(self._shell, _OPTIONS)
        created = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC).replace(tzinfo=None)
        self.set_properties({"title": title, "author": issuer, "company": issuer, "created": created})
        self.set_calc_mode("auto")

    def settle(self, sheet: Sheet) -> None:
        """The sheet is drawn and no chart shows its cells: it is written, its cells are let go.

        All sheets of a province's workbook at once would be three million cells in memory. What is drawn
        later is refused at the end, with ``RuntimeError``.
        """
        part = Deflated(self._beside)
        sheet.settle(part)
        self._parts[sheet] = part

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        with self._beside:
            if kind is None:
                self.close()
                complete(self._shell, self._named(), self._path)
            else:
                self._beside.shutdown(cancel_futures=True)

    def _named(self) -> dict[str, Deflated]:
        """The settled sheets' parts under their names in the package."""
        numbered = enumerate(self.worksheets(), start=1)
        return {
            f"xl/worksheets/sheet{number}.xml": self._parts[sheet]
            for number, sheet in numbered
            if sheet in self._parts
        }
