"""What stands in the site already, and from what it was drawn, so that it need not be drawn again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flows.outputs.site.model import Report
from flows.platform import atomic_files

#: Digest of the inputs, digest of the content, its length in bytes.
Entry = tuple[str, str, int]


class NoPageCache:
    """No page stands: each is drawn, from reports as they are given."""

    def stands(self, path: str, inputs: str, *, month: str = "") -> bool:
        """Whether the page, of a ``month`` or of none, is there as it would be drawn from ``inputs``."""
        return False

    def keep(self, path: str, inputs: str, content: bytes) -> None:
        """Note what was drawn."""

    def detailed(self, reports: Sequence[Report]) -> list[Report]:
        """The same reports with their cells, where they can be had."""
        return [report for report in reports if report.detailed]


class PageCache(NoPageCache):
    """Pages of an earlier run, by a list kept beside them.

    The pages of ``month`` are read, so that no damage passes; of those of others the length must do.
    ``anew``: the list is not to be trusted, since the site's looks changed or a run was cut short.
    ``read`` gives reports their cells. ``ahead``: pages that lie beside their places, by path; one is
    taken up where it was drawn from the very inputs.
    """

    def __init__(
        self,
        site: Path,
        name: str,
        read: Callable[[Sequence[Report]], list[Report]],
        *,
        month: str,
        anew: bool,
        ahead: Mapping[str, Entry] | None = None,
    ) -> None:
        self._site, self._name, self._read, self._month = site, name, read, month
        self._before = {} if anew else _listed(site / name)
        self._now: dict[str, Entry] = {}
        self._ahead = ahead or {}
        self.taken_up: list[str] = []

    def stands(self, path: str, inputs: str, *, month: str = "") -> bool:
        page = self._site / path
        laid = self._ahead.get(path)
        if laid is not None and laid[0] == inputs:
            atomic_files.rename_aside(page)
            self.taken_up.append(path)
            self._now[path] = laid
            return True
        entry = self._before.get(path)
        if entry is None or entry[0] != inputs or not page.is_file() or page.stat().st_size != entry[2]:
            return False
        # To read every page of the year in each of its months would cost more than to draw the month's own.
        if month in ("", self._month) and _digest(page.read_bytes()) != entry[1]:
            return False
        self._now[path] = entry
        return True

    def keep(self, path: str, inputs: str, content: bytes) -> None:
        self._now[path] = entry_of(inputs, content)

    def detailed(self, reports: Sequence[Report]) -> list[Report]:
        return self._read(reports)

    def listed(self) -> tuple[str, bytes]:
        """The list to be kept, by its name below the site's folder."""
        return self._name, json.dumps(self._now, sort_keys=True).encode()


def entry_of(inputs: str, content: bytes) -> Entry:
    """What the list holds of a page."""
    return inputs, _digest(content), len(content)


def inputs_of(*parts: object) -> str:
    """A digest of values whose ``repr`` tells all of them: texts, numbers, tuples and records of such."""
    return _digest(repr(parts).encode("utf-8", "surrogatepass"))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _listed(path: Path) -> dict[str, Entry]:
    """The list of the run before; empty where there is none, or none that can be read."""
    if not path.is_file():
        return {}
    try:
        entries = json.loads(path.read_bytes())
        return {
            name: (str(inputs), str(content), int(size)) for name, (inputs, content, size) in entries.items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}
