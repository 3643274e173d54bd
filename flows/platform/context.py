"""What a run works with: the home folder, the open register, its clock, and who acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.platform.home import Home

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: The office's time: what receipts and deadlines are written in. China has kept one time all year
#: since 1991, so a fixed offset needs no time zone database.
OFFICE_TIME = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")


@dataclass(frozen=True)
class RunContext:
    """``now`` is asked, never taken from the system inside a step, so that runs can be repeated.

    ``fault`` is called with the name of each point at which a crash would be worst; it does
    nothing except in the tests that stop the process there.
    """

    home: Home
    engine: Engine
    now: dt.datetime
    who: str
    fault: Callable[[str], None] = lambda _point: None

    @property
    def today(self) -> dt.date:
        """The office's date."""
        return self.now.astimezone(OFFICE_TIME).date()

    @property
    def at(self) -> str:
        """``now`` as the register writes it: ISO 8601 to the second, office time."""
        return self.now.astimezone(OFFICE_TIME).isoformat(timespec="seconds")
