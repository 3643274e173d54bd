"""For processes that last: what was read of the registry is forgotten once a file has changed."""

from __future__ import annotations

from pathlib import Path

from schemas.loading import FOLDER, load, years
from schemas.settings import settings

Stamp = tuple[tuple[str, int, int], ...]
_seen: dict[Path, Stamp] = {}


def stamp(folder: Path = FOLDER) -> Stamp:
    """Name, time and size of every YAML file below ``folder``, in order."""
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        status = path.stat()
        found.append((str(path.relative_to(folder)), status.st_mtime_ns, status.st_size))
    return tuple(found)


def renew(folder: Path = FOLDER) -> bool:
    """Have the registry and the settings read again if a file is new, changed or gone since last time.

    A registry in use stays as it is; who asks for it after this gets the new one.
    """
    now = stamp(folder)
    before = _seen.get(folder)
    _seen[folder] = now
    if before is None or before == now:
        return False
    load.cache_clear()
    years.cache_clear()
    settings.cache_clear()
    return True
