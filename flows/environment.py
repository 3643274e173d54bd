"""What a run is told by its environment: its clock, who acts, where register, archive and workers are."""

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


def archive() -> str | None:
    """Where originals are kept (YAODIAN_ARCHIVE): a folder or an fsspec address; none for the home's own."""
    return os.environ.get("YAODIAN_ARCHIVE") or None


def dask() -> str | None:
    """The address of the Dask scheduler (YAODIAN_DASK); none to work on this machine alone."""
    return os.environ.get("YAODIAN_DASK") or None
