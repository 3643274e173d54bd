"""Recalculates a workbook in LibreOffice, from formulas alone."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import openpyxl
from openpyxl import Workbook
from openpyxl.utils import range_boundaries

REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)")
Cells = dict[tuple[str, str], object]


@lru_cache(maxsize=6)
def loaded(path: Path, *, values: bool = False) -> Workbook:
    """Read only: the same object is given to every test."""
    return openpyxl.load_workbook(path, data_only=values)


@lru_cache(maxsize=8)
def stored(path: Path) -> Cells:
    """Every non-empty cell's value as it stands in the file."""
    cells = ((s.title, c) for s in loaded(path, values=True) for row in s.iter_rows() for c in row)
    return {(title, c.coordinate): c.value for title, c in cells if c.value is not None}


@lru_cache(maxsize=8)
def formulas(path: Path) -> dict[tuple[str, str], str]:
    cells = ((s.title, c) for s in loaded(path) for row in s.iter_rows() for c in row)
    return {(title, c.coordinate): str(c.value) for title, c in cells if c.data_type == "f"}


def empty_references(path: Path) -> list[tuple[str, str, str]]:
    """(sheet, cell, the empty cell that its formula names); an error where there is no reference at all."""
    filled, book = set(stored(path)), loaded(path)
    seen: set[tuple[str, str]] = set()
    empty = []
    for (sheet, cell), formula in formulas(path).items():
        bare = re.sub(r'"[^"]*"', '""', formula)
        for place, reference in REFERENCE.findall(bare):
            target = (place or sheet, reference.replace("$", ""))
            if target in seen:
                continue
            seen.add(target)
            left, top, right, bottom = range_boundaries(target[1])
            for row in book[target[0]].iter_rows(top, bottom, left, right):
                empty += [(sheet, cell, c.coordinate) for c in row if (target[0], c.coordinate) not in filled]
    if not seen:
        raise AssertionError(f"no formula of {path.name} refers to a cell")
    return empty


def recalculated(path: Path, folder: Path, changes: Mapping[tuple[str, str], object] | None = None) -> Cells:
    """All values after ``changes``, computed anew: openpyxl drops the stored ones on saving."""
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in (changes or {}).items():
        book[sheet][cell].value = value
    bare, out = folder / "bare", folder / "out"
    bare.mkdir(parents=True, exist_ok=True)
    book.save(bare / "book.xlsx")
    command = [
        "soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to", "xlsx", "--outdir", str(out), str(bare / "book.xlsx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return stored(out / "book.xlsx")
