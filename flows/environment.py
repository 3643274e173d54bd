"""What a run is told by its environment: its clock, who acts, where the register is."""

from __future__ import annotations

import datetime as dt
import getpass
import os

from flows.desk import OFFICE_TIME


def now() -> dt.datetime:
    """The time of this run; YAODIAN_NOW (ISO 8601) stands in for it where runs must be repeatable."""
    given = os.environ.get("YAODIAN_NOW")
    if not given:
        return dt.datetime.now(OFFICE_TIME)
    moment = dt.datetime.fromisoformat(given)
    return moment if moment.tzinfo else moment.replace(tzinfo=OFFICE_TIME)


def who() -> str:
    """Who acts: YAODIAN_USER, or the account that runs the program."""
    return os.environ.get("YAODIAN_USER") or getpass.getuser()


def database() -> str | None:
    """The register's address (YAODIAN_DATABASE_URL); none for the file in the home folder."""
    return os.environ.get("YAODIAN_DATABASE_URL") or None
