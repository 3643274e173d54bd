"""For processes that last: what was read of the registry is forgotten once a file has changed."""

from __future__ import annotations

from pathlib import Path

from schemas.loading import FOLDER, load, newest, years
from schemas.settings import settings

Stamp = tuple[tuple[str, int, int], ...]
_seen: dict[Path, Stamp] = {}


def policy_stamp(folder: Path = FOLDER) -> Stamp:
    """Name, time and size of every YAML file below ``folder``, in order.

    What an editor lays beside a file while it is open (``.#units.yaml``, a link to nowhere) is none, and a
    file that is being replaced just now is seen at the next look.
    """
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        if path.name.startswith("."):
            continue
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        found.append((str(path.relative_to(folder)), status.st_mtime_ns, status.st_size))
    return tuple(found)


def reload_if_changed(folder: Path = FOLDER) -> bool:
    """Have the registry and the settings read again if a file is new, changed or gone since last time.

    A registry in use stays as it is; who asks for it after this gets the new one.
    """
    now = policy_stamp(folder)
    before = _seen.get(folder)
    _seen[folder] = now
    if before is None or before == now:
        return False
    load.cache_clear()
    newest.cache_clear()
    years.cache_clear()
    settings.cache_clear()
    return True
