"""What the service has Prefect run, and when; and the tidying-up after a service that crashed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prefect import Flow, State
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions, StateType
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed
from prefect.utilities.callables import parameter_schema

from flows.operation.service.scheduled_flows import scheduled_consolidate, scheduled_intake
from flows.operation.service.worker import WORKER_TYPE, OfficeWorker

POOL = "yaodian"
ZONE = "Asia/Shanghai"
INTAKE_SECONDS = 60
#: Early every morning; which month it is about, the run decides: see ``flows.operation.service.due``.
CONSOLIDATE_CRON = "30 5 * * *"
#: Prefect gives no more rows than this at a time.
_PAGE = 200


@dataclass(frozen=True)
class DeploymentSpec:
    """A deployment as it should be."""

    name: str
    flow: Flow[..., Any]
    schedule: IntervalSchedule | CronSchedule
    description: str


WANTED = (
    DeploymentSpec(
        "every-minute",
        scheduled_intake,
        IntervalSchedule(interval=dt.timedelta(seconds=INTAKE_SECONDS), timezone=ZONE),
        "每分钟收取 inbox/ 中等候的报表，给出回执。",
    ),
    DeploymentSpec(
        "after-deadline",
        scheduled_consolidate,
        CronSchedule(cron=CONSOLIDATE_CRON, timezone=ZONE),
        "每天清晨汇总最近一个过了截止日的月份；已封存的月份不再汇总。"
        "手动运行时可在 period 填 2023-06 这样的月份。",
    ),
)
AT_ONCE = WANTED[0].name
FLOWS: Mapping[str, Flow[..., Any]] = {one.flow.name: one.flow for one in WANTED}


async def deploy(client: PrefectClient, home: str) -> None:
    """Make pool and deployments what they should be; nothing left by an earlier service remains."""
    await _pool(client)
    await _tidy(client)
    made = {}
    for one in WANTED:
        made[one.name] = await client.create_deployment(
            flow_id=await client.create_flow(one.flow),
            name=one.name,
            schedules=[DeploymentScheduleCreate(schedule=one.schedule)],
            # A run that comes due while the one before it still waits adds nothing.
            concurrency_limit=1,
            concurrency_options=ConcurrencyOptions(collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
            parameters={"home": home},
            description=one.description,
            work_pool_name=POOL,
            entrypoint=f"{one.flow.__module__}:{one.flow.fn.__name__}",
            parameter_openapi_schema=parameter_schema(one.flow).model_dump_for_openapi(),
            paused=False,
        )
    # What came while no service ran, or was cut short with it, need not wait for the first minute.
    await client.create_flow_run_from_deployment(made[AT_ONCE])


async def _pool(client: PrefectClient) -> None:
    try:
        await client.read_work_pool(POOL)
        await client.update_work_pool(POOL, WorkPoolUpdate(is_paused=False, concurrency_limit=1))
    except ObjectNotFound:
        template = OfficeWorker.get_default_base_job_template()
        pool = WorkPoolCreate(name=POOL, type=WORKER_TYPE, base_job_template=template, concurrency_limit=1)
        await client.create_work_pool(pool)


async def _tidy(client: PrefectClient) -> None:
    """Runs cut short are marked so; those that came due meanwhile are dropped, as one will do."""
    pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL]))
    for kinds, cut_short in (
        ([StateType.RUNNING, StateType.PENDING, StateType.CANCELLING], True),
        ([StateType.SCHEDULED], False),
    ):
        state = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=kinds)))
        while runs := await client.read_flow_runs(work_pool_filter=pool, flow_run_filter=state, limit=_PAGE):
            for run in runs:
                if cut_short:
                    ended: State[Any] = Crashed(message="服务上次没有正常结束；未办完的由下一次接着办。")
                    await client.set_flow_run_state(run.id, ended, force=True)
                else:
                    await client.delete_flow_run(run.id)
    names = {one.name for one in WANTED}
    for deployment in await client.read_deployments(work_pool_filter=pool):
        if deployment.name not in names:
            await client.delete_deployment(deployment.id)
