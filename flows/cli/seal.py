"""``yaodian seal 2023-06`` and ``yaodian reopen 2023-06 --reason …``."""

from __future__ import annotations

from pathlib import Path

from flows.audit.seal import SealError, open_months_before, reopen, seal, sealed_months_after
from flows.cli import session
from flows.platform.errors import RefusedError, WrongUseError
from flows.platform.home import Home
from flows.platform.lock import home_lock


def seal_month(home: Home, text: str, key: Path | None) -> int:
    """:class:`RefusedError` when the month can't be sealed as it stands."""
    period = session.parse_period(text)
    session.require_home(home)
    with home_lock(home):
        try:
            context = session.command_context(home)
            sha256 = seal(context, period, key.read_bytes() if key else None)
        except SealError as error:
            raise RefusedError(str(error)) from error
    print(f"{period.chinese}已封存。清单 SHA-256 {sha256}")
    if before := open_months_before(context, period):
        months = "、".join(month.chinese for month in before)
        print(f"提示：{months}尚未封存，其后如有更正，本月将与登记库不一致，需启封后重新汇总；请一并封存。")
    return 0


def reopen_month(home: Home, text: str, reason: str) -> int:
    """:class:`RefusedError` when it is not sealed, :class:`WrongUseError` without a reason."""
    period = session.parse_period(text)
    if not reason.strip():
        raise WrongUseError("--reason 要写明启封的原因")
    session.require_home(home)
    with home_lock(home):
        try:
            context = session.command_context(home)
            released = reopen(context, period, reason)
        except SealError as error:
            raise RefusedError(str(error)) from error
    print(f"{period.chinese}已启封，原因已记录：{reason}")
    if after := sealed_months_after(context, period):
        months = "、".join(month.chinese for month in after)
        print(f"提示：{months}已封存，本月重新汇总后须一并启封、重新汇总。")
    for submission in released:
        print(f"封存后收到的 {submission} 现在计入，请重新 yaodian consolidate {period}")
    return 0
