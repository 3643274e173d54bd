"""The service from its start to its end: everything that it starts, it ends."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from flows.operation import prefect_server, prefect_setup
from flows.operation.service.command_server import CommandServer, RunCommand
from flows.operation.service.site_server import Site
from flows.outputs.site.prerender import standby_renderer
from flows.platform.home import Home
from flows.reading.worker_pool import kept_workers
from flows.register import archive

#: How often the service looks whether its server still lives.
_WATCH_SECONDS = 5.0
_KEEP_RUNS_SECONDS = 30 * 24 * 3600


def run(home: Home, port: int, site_port: int, say: Callable[[str], None], run_command: RunCommand) -> None:
    """Serve until SIGINT or SIGTERM; ``run_command`` carries out what other processes ask for.

    Port 0 takes any that is free. Raises :class:`flows.operation.prefect_server.PortTakenError`, and
    :class:`flows.operation.prefect_server.ServerError` when Prefect's server does not start.
    """
    port = port or prefect_server.free_port()
    for one in (port, site_port):
        prefect_server.check_port(one)
    prefect_setup.prepare(home)
    originals = archive.open_archive(home)
    site = Site(home.outputs, site_port, None if originals == home.archive else originals)
    try:
        own = prefect_server.start(home, port, server_settings(home, port))
        try:
            os.environ["PREFECT_API_URL"] = own.api
            os.environ["PREFECT_WORKER_QUERY_SECONDS"] = "3"
            prefect_setup.import_heavy_dependencies(validating=True)
            own.wait()
            addresses = {"api": own.api, "ui": own.api.removesuffix("/api"), "site": site.address}
            with kept_workers(ahead=os.cpu_count() or 1), standby_renderer():
                asyncio.run(_serve(home, own, addresses, say, run_command))
        finally:
            prefect_server.withdraw(home)
            prefect_setup.flush()
            own.stop()
    finally:
        site.stop()


def server_settings(home: Home, port: int) -> Mapping[str, str]:
    """Prefect's settings for a lasting server."""
    address = f"http://127.0.0.1:{port}"
    return {
        # Its output is outputs/.prefect/server.log.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
        "PREFECT_UI_ENABLED": "true",
        "PREFECT_UI_API_URL": f"{address}/api",
        # Its page is put together where we may write, not among the installed packages.
        "PREFECT_UI_STATIC_DIRECTORY": str((home.prefect / "ui").resolve()),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # Another site's page must not reach the API through the browser of who reads it.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": address,
        # A run a minute: what is old goes. The register, not Prefect, keeps what must be kept.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(_KEEP_RUNS_SECONDS),
    }


async def _serve(
    home: Home,
    own: prefect_server.Server,
    addresses: Mapping[str, str],
    say: Callable[[str], None],
    run_command: RunCommand,
) -> None:
    from prefect.client.orchestration import get_client

    from flows.operation.service.deployments import FLOWS, POOL, deploy
    from flows.operation.service.worker import OfficeWorker

    with _stop_signal() as stopped:
        async with get_client() as client:
            await deploy(client, str(home.root.resolve()))
        worker = OfficeWorker(FLOWS, work_pool_name=POOL, name="office", create_pool_if_not_found=False)
        working = asyncio.create_task(worker.start(printer=lambda _line: None))
        watching = asyncio.create_task(_watch(own, say))
        prefect_server.announce(home, addresses)
        say(f"运行界面：{addresses['ui']}")
        say(f"审计站点：{addresses['site']}/site/index.html")
        say("每分钟收件一次；每天清晨汇总过了截止日的月份。按 Ctrl-C 结束。")
        waiting = asyncio.create_task(stopped.wait())
        with CommandServer(home, worker.do, run_command):
            await asyncio.wait({working, watching, waiting}, return_when=asyncio.FIRST_COMPLETED)
        say("正在结束：等手头的办理完成……")
        for task in (working, watching, waiting):
            task.cancel()
        ended = await asyncio.gather(working, watching, return_exceptions=True)
        await asyncio.to_thread(worker.finish)
    for error in ended:
        # What ended of itself did so by an error, and that is ours to tell.
        if isinstance(error, Exception):
            raise error


async def _watch(own: prefect_server.Server, say: Callable[[str], None]) -> None:
    """A server that died is started again, under the address that it had."""
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        if own.process.poll() is not None:
            say("Prefect 服务中断，正在重新启动……")
            await asyncio.to_thread(own.restart)


@contextmanager
def _stop_signal() -> Iterator[asyncio.Event]:
    """Set by Ctrl-C or SIGTERM; a second one ends the process at once, which a rerun mends."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop(_number: int, _frame: object) -> None:
        if stopped.is_set():
            os._exit(130)
        loop.call_soon_threadsafe(stopped.set)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
