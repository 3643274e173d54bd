"""Homes on a Prefect work pool that workers of several machines poll: an example to start from.

``python -m flows.operation.service.pool HOME…`` makes the pool and, for each home, a deployment of intake and
one of consolidate, named after its folder. Workers are Prefect's own (``prefect worker start``):
each run is a process that has the worker's environment, so that the register's password stays there.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

from flows.operation.service.scheduled_flows import scheduled_consolidate, scheduled_intake

POOL = "yaodian-homes"


async def deploy(client: PrefectClient, homes: Sequence[Path], pool: str = POOL) -> list[str]:
    """Make pool and deployments what they should be; their names, ``flow/deployment``."""
    try:
        await client.read_work_pool(pool)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        await client.create_work_pool(WorkPoolCreate(name=pool, type="process", base_job_template=template))
    made = []
    for home in homes:
        for flow in (scheduled_intake, scheduled_consolidate):
            await client.create_deployment(
                flow_id=await client.create_flow(flow),
                name=home.name,
                parameters={"home": str(home)},
                work_pool_name=pool,
                # A module, not a file: workers have the package installed and fetch no code.
                entrypoint=f"{flow.__module__}.{flow.fn.__name__}",
                parameter_openapi_schema=parameter_schema(flow).model_dump_for_openapi(),
            )
            made.append(f"{flow.name}/{home.name}")
    return made


async def _main(homes: Sequence[Path], pool: str) -> None:
    async with get_client() as client:
        for name in await deploy(client, homes, pool):
            print(name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m flows.operation.service.pool", description=__doc__)
    parser.add_argument("--pool", default=POOL)
    parser.add_argument("homes", nargs="+", type=lambda text: Path(text).resolve())
    given = parser.parse_args()
    asyncio.run(_main(given.homes, given.pool))
