"""``yaodian consolidate 2023-06``."""

from __future__ import annotations

from flows.commands import session
from flows.commands.failures import RefusedError
from flows.commands.intake import tell
from flows.commands.status import summary_line
from flows.consolidate import SealedError, workbook_name
from flows.home import Home
from flows.runs.prefect_home import connected


def consolidate_period(home: Home, text: str) -> int:
    """Intake and the month's outputs; :class:`RefusedError` when the month is sealed."""
    period = session.the_period(text)
    with session.alone(home), connected(home):
        from flows.runs.orders import consolidate_flow

        try:
            taken, month, changed = session.run_flow(
                consolidate_flow(str(home.root), str(period), session.now().isoformat(), session.who())
            )
        except SealedError as error:
            raise RefusedError(str(error)) from error
    tell(taken)
    print(summary_line(month))
    print(f"{'已更新' if changed else '没有变化'}：{home.month(period) / workbook_name(period)}")
    return 0
