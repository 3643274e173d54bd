"""What a run is told by its environment: its clock, who acts, where register, archive and workers are."""

from __future__ import annotations

import datetime as dt
import getpass
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from flows.platform.context import OFFICE_TIME
from schemas.errors import RegistryError

#: What of the environment says who acts and when, and may differ from one order to the next.
PERSONAL = ("YAODIAN_NOW", "YAODIAN_USER")
#: What decides where the work is done and by which policy: the same for all that a process does.
SHARED = (
    "YAODIAN_DATABASE_URL",
    "YAODIAN_ARCHIVE",
    "YAODIAN_DASK",
    "YAODIAN_SCHEMAS",
    "YAODIAN_LOCK_SECONDS",
    "PREFECT_API_URL",
)
_told: ContextVar[Mapping[str, str] | None] = ContextVar("told", default=None)


@contextmanager
def acting_as(personal: Mapping[str, str]) -> Iterator[None]:
    """Inside, :func:`now` and :func:`actor` are those of somebody who gave an order to this process."""
    token = _told.set(personal)
    try:
        yield
    finally:
        _told.reset(token)


def personal_settings() -> dict[str, str]:
    """What another process must be told to act for whoever runs this one."""
    given = {name: os.environ[name] for name in PERSONAL if os.environ.get(name)}
    return given | {"YAODIAN_USER": actor()}


def shared_settings() -> dict[str, str]:
    return {name: os.environ[name] for name in SHARED if os.environ.get(name)}


def _given(name: str) -> str:
    told = _told.get()
    return (os.environ if told is None else told).get(name, "")


def _wrong(name: str, expected: str, given: str) -> RegistryError:
    return RegistryError(f"环境变量 {name}", "", f"{expected}，现为“{given}”")


def now() -> dt.datetime:
    """The time of this run; YAODIAN_NOW (ISO 8601) stands in for it where runs must be repeatable.

    Raises :class:`schemas.RegistryError` where it is no time.
    """
    given = _given("YAODIAN_NOW")
    if not given:
        return dt.datetime.now(OFFICE_TIME)
    try:
        moment = dt.datetime.fromisoformat(given)
    except ValueError as error:
        raise _wrong("YAODIAN_NOW", "应为时刻，如 2023-07-15T09:00:00+08:00", given) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=OFFICE_TIME)


def lock_seconds(usual: float) -> float:
    """How long to wait for another run (YAODIAN_LOCK_SECONDS). Raises :class:`schemas.RegistryError`."""
    given = os.environ.get("YAODIAN_LOCK_SECONDS")
    if not given:
        return usual
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise _wrong("YAODIAN_LOCK_SECONDS", "应为不小于 0 的秒数，如 600", given)
    return seconds


def actor() -> str:
    """Who acts: YAODIAN_USER, or the account that runs the program."""
    return _given("YAODIAN_USER") or getpass.getuser()


def database_url() -> str | None:
    """The register's address (YAODIAN_DATABASE_URL); none for the file in the home folder.

    Raises :class:`schemas.RegistryError` where it is no address; without it, for it may hold a password.
    """
    given = os.environ.get("YAODIAN_DATABASE_URL") or None
    if given is not None:
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            make_url(given)
        except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
            expected = "应为数据库地址，如 postgresql://用户:口令@主机/库"
            raise RegistryError("环境变量 YAODIAN_DATABASE_URL", "", expected) from error
    return given


def archive_address() -> str | None:
    """Where originals are kept (YAODIAN_ARCHIVE): a folder or an fsspec address; none for the home's own."""
    return os.environ.get("YAODIAN_ARCHIVE") or None


def dask_address() -> str | None:
    """The address of the Dask scheduler (YAODIAN_DASK); none to work on this machine alone."""
    return os.environ.get("YAODIAN_DASK") or None
