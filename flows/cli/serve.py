"""``yaodian serve``."""

from __future__ import annotations

import sys

from filelock import FileLock, Timeout

from flows.cli.failures import run_guarded
from flows.operation.prefect_server import PortTakenError
from flows.operation.service import service
from flows.platform.errors import RefusedError
from flows.platform.home import Home


def serve_home(home: Home, port: int, site_port: int) -> int:
    """Serve until stopped; :class:`RefusedError` when a service or another program stands in the way."""
    home.prefect.mkdir(parents=True, exist_ok=True)
    home.inbox.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home.prefect / "serve.lock", timeout=0):
            print("正在启动……", flush=True)
            # Where this process prints, whatever becomes of standard output while it works for others.
            own = sys.stdout
            service.run(home, port, site_port, lambda line: print(line, file=own, flush=True), run_guarded)
    except Timeout as error:
        raise RefusedError(f"{home.root} 已有一个 yaodian serve 在运行") from error
    except PortTakenError as error:
        raise RefusedError(str(error)) from error
    print("已结束。")
    return 0
