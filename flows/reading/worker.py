"""One reading process: takes a path, gives a result; a file that ends it harms no other.

Started by ``worker_pool`` as ``python -m flows.reading.worker <descriptor>``.
"""

from __future__ import annotations

import resource
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from flows.reading.limits import Limits
from flows.reading.model import Reading, Unreadable
from flows.reading.refusal import oversized
from flows.reading.report import read_report
from schemas import RegistryError

#: What a worker sends back: a result, what is wrong with the policy of the report's year, or the
#: traceback of a failure of ours.
Sent = Reading | Unreadable | RegistryError | str


def serve(connection: Connection) -> None:
    """Read one file after another until the other side closes."""
    limits: Limits = connection.recv()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "darwin":  # where the kernel knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    connection.send("")  # ready
    while True:
        try:
            path, name = connection.recv()
        except EOFError:
            return
        connection.send(_bounded(Path(path), name, limits))


def _bounded(path: Path, name: str, limits: Limits) -> Sent:
    # The signal's own action ends the process even in the middle of a parser that never returns.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    try:
        if path.stat().st_size > limits.file_bytes:
            return oversized(path, name, limits)
        return read_report(path.read_bytes(), name, limits)
    except RegistryError as error:
        return error
    except BaseException:  # noqa: BLE001 - a parser's panic is no Exception; any failure costs this file only
        return traceback.format_exc(limit=-6)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
