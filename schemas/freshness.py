"""Reloads the registry and the settings in long-running processes when one of their files has changed."""

from __future__ import annotations

from pathlib import Path

from schemas.loading import FOLDER, load, newest, years
from schemas.settings import settings

Stamp = tuple[tuple[str, int, int], ...]
_seen: dict[Path, Stamp] = {}


def policy_stamp(folder: Path = FOLDER) -> Stamp:
    """Name, time and size of every YAML file below ``folder``, in order.

    Leaves out hidden files, such as an editor's lock (``.#units.yaml``, a dangling link), and a file that
    disappears meanwhile because it is being replaced: the next call sees it.
    """
    files = []
    for path in sorted(folder.rglob("*.yaml")):
        if path.name.startswith("."):
            continue
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        files.append((str(path.relative_to(folder)), status.st_mtime_ns, status.st_size))
    return tuple(files)


def reload_if_changed(folder: Path = FOLDER) -> bool:
    """Have the registry and the settings read again if a file is new, changed or gone since last time.

    Returns whether one was. A registry in use stays as it is; the next ``load`` reads the files again.
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
