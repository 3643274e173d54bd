"""``yaodian seal 2023-06`` and ``yaodian reopen 2023-06 --reason …``."""

from __future__ import annotations

from pathlib import Path

from flows.commands import session
from flows.commands.failures import RefusedError, WrongUseError
from flows.home import Home
from flows.seal import SealError, reopen, seal


def seal_month(home: Home, text: str, key: Path | None) -> int:
    """:class:`RefusedError` when the month can't be sealed as it stands."""
    period = session.the_period(text)
    session.in_use(home)
    with session.alone(home):
        try:
            sha256 = seal(session.desk(home), period, key.read_bytes() if key else None)
        except SealError as error:
            raise RefusedError(str(error)) from error
    print(f"{period.chinese}已封存。清单 SHA-256 {sha256}")
    return 0


def reopen_month(home: Home, text: str, reason: str) -> int:
    """:class:`RefusedError` when it is not sealed, :class:`WrongUseError` without a reason."""
    period = session.the_period(text)
    if not reason.strip():
        raise WrongUseError("--reason 要写明启封的原因")
    session.in_use(home)
    with session.alone(home):
        try:
            released = reopen(session.desk(home), period, reason)
        except SealError as error:
            raise RefusedError(str(error)) from error
    print(f"{period.chinese}已启封，原因已记录：{reason}")
    for submission in released:
        print(f"封存后收到的 {submission} 现在计入，请重新 yaodian consolidate {period}")
    return 0
