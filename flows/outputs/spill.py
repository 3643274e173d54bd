"""Contents by name that lie in a temporary folder: a province's outputs would fill the memory."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


class TempFileMapping(Mapping[str, bytes]):
    """Made from names with their contents in pieces; each content is read when it is asked for.

    The folder goes with the object. Raises ``OSError`` when there is no room for it.
    """

    def __init__(self, contents: Iterable[tuple[str, Iterable[bytes]]]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="yaodian-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._paths: dict[str, Path] = {}
        for name, pieces in contents:
            path = self._folder / str(len(self._paths))
            with path.open("wb") as file:
                file.writelines(pieces)
            self._paths[name] = path

    def __getitem__(self, name: str) -> bytes:
        return self._paths[name].read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)
