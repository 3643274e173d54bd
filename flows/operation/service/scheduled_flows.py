"""The flows as the schedule runs them: one at a time with the commands, and told by the clock."""

from __future__ import annotations

from pathlib import Path

from prefect import State, flow, get_run_logger
from prefect.states import Completed

import schemas
from flows.consolidation.merge import SealedError
from flows.operation import flows
from flows.operation.service.due import due_period
from flows.platform import environment
from flows.platform.errors import RefusedError
from flows.platform.home import Home
from flows.platform.lock import home_lock
from schemas import Period
from schemas.freshness import reload_if_changed

#: An intake that finds somebody at work leaves it to the next one, a minute later.
_INTAKE_WAITS = 20.0


@flow(name="intake", validate_parameters=False, persist_result=False)
async def scheduled_intake(home: str) -> State | None:
    """收取 inbox/ 中等候的全部报表。"""
    reload_if_changed()
    try:
        with home_lock(Home(Path(home)), seconds=_INTAKE_WAITS):
            await flows.intake(home, environment.now().isoformat(), environment.actor())
    except RefusedError as error:
        return _skipped(str(error))
    return None


@flow(name="consolidate", validate_parameters=False, persist_result=False)
async def scheduled_consolidate(home: str, period: str = "") -> State | None:
    """汇总一个月；period 为空时，汇总最近一个过了截止日的月份。"""
    reload_if_changed()
    moment = environment.now()
    wanted = Period.parse(period) if period else due_period(moment.date())
    if wanted.year not in schemas.years():
        return _skipped(f"没有 {wanted.year} 年的要点登记，{wanted.chinese}不汇总")
    try:
        with home_lock(Home(Path(home))):
            await flows.consolidate(home, str(wanted), moment.isoformat(), environment.actor())
    except SealedError as error:
        return _skipped(str(error))
    return None


def _skipped(reason: str) -> State:
    get_run_logger().info("未办理：%s", reason)
    return Completed(name="Skipped", message=reason)
