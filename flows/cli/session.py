"""What every working command begins with: its period, its clock, its lock, its flow."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from flows.platform.context import RunContext
from flows.platform.environment import actor, database_url, now
from flows.platform.errors import WrongUseError
from flows.platform.home import Home
from schemas import Period, years

__all__ = [
    "actor",
    "command_context",
    "database_url",
    "now",
    "parse_period",
    "parse_year",
    "require_home",
    "run_flow",
]

T = TypeVar("T")


def parse_period(text: str) -> Period:
    """A period of a year that has a registry; :class:`WrongUseError` otherwise."""
    try:
        period = Period.parse(text)
    except ValueError as error:
        raise WrongUseError(f"报告期应写成 2023-06 的样子，读到“{text}”") from error
    if period.year not in years():
        raise WrongUseError(f"没有 {period.year} 年的要点登记")
    return period


def parse_year(text: str) -> int:
    """A year that has a registry; :class:`WrongUseError` otherwise."""
    if int(text) not in years():
        raise WrongUseError(f"没有 {text} 年的要点登记")
    return int(text)


def require_home(home: Home) -> None:
    """For what works on what is there: :class:`WrongUseError` where nothing ever came or was made.

    A mistyped folder would be one in which nobody has reported.
    """
    if not (home.inbox.is_dir() or home.outputs.is_dir()):
        raise WrongUseError(
            f"{home.root.resolve()} 里既没有 inbox/ 也没有 outputs/，请检查 --home（或 YAODIAN_HOME）"
        )


def run_flow(work: Coroutine[Any, Any, T]) -> T:
    """Run a Prefect flow to its end and return its result."""
    from prefect.utilities.annotations import quote

    result: Any = asyncio.run(work)
    return result.unquote() if isinstance(result, quote) else result  # type: ignore[no-any-return]


def command_context(home: Home) -> RunContext:
    """The context of a command that works without Prefect."""
    from flows.register.database import open_register

    engine = open_register(home.database_url(database_url()))
    return RunContext(home=home, engine=engine, now=now(), who=actor())
