"""How much one file may ask of the machine before it is set aside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one report. An ordinary one is 40 KB, unpacks to 1 MB and reads in 20 ms.

    ``cells`` bounds the rectangle from A1 to the last filled row and column of one sheet,
    because that is what a parser allocates, however few cells are filled. ``memory`` is the
    address space of a worker process.
    """

    file_bytes: int = 30 * 2**20
    entries: int = 2_000
    unpacked_bytes: int = 150 * 2**20
    ratio: int = 250
    cells: int = 1_500_000
    sheets: int = 200
    memory: int = 1_280 * 2**20
    seconds: float = 40.0
