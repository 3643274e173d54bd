"""``yaodian status 2023-06``."""

from __future__ import annotations

import json
from typing import Any

from flows.cli import session
from flows.consolidation.month import ReportingCounts, Standing
from flows.consolidation.status import STATE_TITLES, UNIT_TITLES
from flows.platform.home import Home


def show_status(home: Home, text: str, as_json: bool) -> int:
    """Units and their work points: the matrix, or the same as one JSON object."""
    from flows.consolidation.merge import standing
    from flows.register.database import open_register

    period = session.parse_period(text)
    session.require_home(home)
    engine = open_register(home.database_url(session.database_url()))
    with engine.connect() as connection:
        month = standing(connection, period)
    if as_json:
        print(json.dumps(as_object(month), ensure_ascii=False, indent=2))
    else:
        _print_matrix(month)
    return 0


def as_object(month: Standing) -> dict[str, Any]:
    """period, deadline, and per unit: name, state, late, returned_again, held (receipts of what came
    after sealing and waits for the office's decision), received_at, receipt, work_points."""
    return {
        "period": str(month.period),
        "deadline": month.deadline,
        "units": [
            {
                "code": unit.code,
                "unit": unit.short,
                "state": month.units[unit.code].state,
                "late": month.units[unit.code].late,
                "returned_again": month.units[unit.code].returned_again,
                "held": list(month.units[unit.code].held),
                "received_at": month.units[unit.code].received_at,
                "receipt": month.units[unit.code].submission_id,
                "work_points": {
                    point.code: month.work_point_states[unit.code, point.code]
                    for point in month.registry.work_points
                },
            }
            for unit in month.registry.units
        ],
    }


def summary_line(month: ReportingCounts) -> str:
    """``2023年6月：应报 12，已接收 9，退回 2，未报 1，迟报 1；截止 2023-07-05``."""
    return (
        f"{month.period.chinese}：应报 {month.asked}，已接收 {month.accepted}，退回 {month.returned}，"
        f"未报 {month.missing}，迟报 {month.late}；截止 {month.deadline}"
    )


_MARKS = {
    "REPORTED": "●",
    "CONFIRMED_ZERO": "0",
    "MISSING": "缺",
    "LATE": "迟",
    "RETURNED": "退",
    "NOT_APPLICABLE": "·",
}


def _print_matrix(month: Standing) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=summary_line(month.turnout), show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("填报单位", no_wrap=True)
    table.add_column("状态", no_wrap=True)
    table.add_column("接收时间", no_wrap=True)
    for point in month.registry.work_points:
        table.add_column(point.code, justify="center", no_wrap=True)
    for unit in month.registry.units:
        status = month.units[unit.code]
        state = UNIT_TITLES[status.state] + ("，迟报" if status.late else "")
        state += "，更正被退回" if status.returned_again else ""
        state += "（封存后另有报送待定）" if status.held else ""
        marks = [_MARKS[month.work_point_states[unit.code, p.code]] for p in month.registry.work_points]
        table.add_row(unit.short, state, status.received_at[:16].replace("T", " "), *marks)
    # Off a terminal the lines must not be folded: scripts read them.
    console = Console()
    (console if console.is_terminal else Console(width=200)).print(table)
    print("　".join(f"{mark} {STATE_TITLES[state]}" for state, mark in _MARKS.items()))
