"""The Prefect server's own process: ``python -m flows.operation.prefect_server_process PORT``.

It ends when its standard input does. The input is a pipe held by the process that started it, so
that the server is never left behind, however that process ends.
"""

from __future__ import annotations

import sys
import threading

#: How long open connections may hold up the end.
_GRACE_SECONDS = 3


def main(port: int) -> None:
    """Serve Prefect's API, and its UI where that is on, on loopback until the input ends."""
    import uvicorn

    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        host="127.0.0.1",
        port=port,
        log_level="error",
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = uvicorn.Server(config)

    def end_with_the_input() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True

    threading.Thread(target=end_with_the_input, daemon=True).start()
    server.run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
