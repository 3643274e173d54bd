"""Values that end the process that takes them up: a worker killed in the middle of a chunk."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any


class Deadly:
    """``value`` for whoever unpickles it, after ``lives`` processes have been killed by doing so.

    ``folder`` counts them; None kills for ever.
    """

    def __init__(self, value: Any, folder: Path, lives: int | None = 1) -> None:
        self._value, self._folder, self._lives = value, folder, lives

    def __reduce__(self) -> tuple[Any, ...]:
        return _take_up, (self._value, self._folder, self._lives)


def _take_up(value: Any, folder: Path, lives: int | None) -> Any:
    deaths = len(list(folder.iterdir()))
    if lives is not None and deaths >= lives:
        return value
    (folder / f"{deaths}-{os.getpid()}").touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return None


def deaths(folder: Path) -> int:
    return len(list(folder.iterdir()))
