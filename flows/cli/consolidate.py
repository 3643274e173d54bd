"""``yaodian consolidate 2023-06`` for a month, ``yaodian consolidate 2023`` for a year."""

from __future__ import annotations

import re

from flows.cli import session
from flows.cli.intake import print_summary
from flows.cli.status import summary_line
from flows.consolidation.merge import SealedError
from flows.operation.prefect_setup import prefect_connection
from flows.outputs.file_names import workbook_name, year_workbook_name
from flows.platform.errors import RefusedError
from flows.platform.home import Home
from flows.platform.lock import home_lock

_YEAR = re.compile(r"[0-9]{4}")


def consolidate_period(home: Home, text: str) -> int:
    """A month's outputs after intake, or a year's; :class:`RefusedError` when the month is sealed."""
    if _YEAR.fullmatch(text):
        return _consolidate_year(home, session.parse_year(text))
    period = session.parse_period(text)
    with home_lock(home), prefect_connection(home):
        from flows.operation.flows import consolidate_flow

        try:
            taken, turnout, changed = session.run_flow(
                consolidate_flow(str(home.root), str(period), session.now().isoformat(), session.actor())
            )
        except SealedError as error:
            raise RefusedError(str(error)) from error
    print_summary(home, taken)
    print(summary_line(turnout))
    print(f"{'已更新' if changed else '没有变化'}：{home.month(period) / workbook_name(period)}")
    return 0


def _consolidate_year(home: Home, year: int) -> int:
    from flows.consolidation.year import NothingAcceptedError

    with home_lock(home), prefect_connection(home):
        from flows.operation.flows import consolidate_year_flow

        try:
            turnout, changed = session.run_flow(
                consolidate_year_flow(str(home.root), year, session.now().isoformat(), session.actor())
            )
        except NothingAcceptedError as error:
            print(f"{year}年{error}，未生成年度考核汇总表")
            return 0
    months = "、".join(f"{period.month}月" for period in turnout.accepted)
    absent = turnout.asked - turnout.counted
    print(f"{year}年：有已接收报送的月份 {months}；计入单位 {turnout.counted}，未计入 {absent}")
    path = home.year(year) / year_workbook_name(year)
    print(f"{'已更新' if changed else '没有变化'}：{path}")
    return 0
