"""Prefect's own settings for a home folder, and a server for its runs.

Settings are read when ``prefect`` is imported, so all of this comes before that import.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flows.operation import prefect_server
from flows.platform.home import Home

#: What a server for one command leaves out: its page, and services that only a lasting one needs.
_FOR_ONE_COMMAND: Mapping[str, str] = {"PREFECT_UI_ENABLED": "false", "PREFECT__SERVER_EPHEMERAL": "1"}

#: New objects after which Python looks for garbage; cells come by the hundred thousand.
_NEW_OBJECTS = 100_000


def prepare(home: Home) -> None:
    """Keep Prefect's database in the home folder, its telemetry off, its console quiet.

    What the environment says already stands: an office may use its own server and settings.
    """
    # Prefect runs in that folder's absolute path; a relative one would follow the working directory.
    home.prefect.mkdir(parents=True, exist_ok=True)
    for name, value in {
        "PREFECT_HOME": str(home.prefect.resolve()),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # Our own lines tell the office what happened; the server keeps the whole log, and a failure's
        # trace goes to outputs/yaodian.log.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_CLI_COLORS": "false",
        # Chinese file names are part of what is logged.
        "PYTHONIOENCODING": "utf-8",
    }.items():
        os.environ.setdefault(name, value)


@contextmanager
def prefect_connection(home: Home, *, validating: bool = True) -> Iterator[None]:
    """Inside, flows can be run: a server answers, and what is slow to import has been.

    ``validating``: whether the run will need Great Expectations, several seconds of imports.

    The server is the one that the environment names, else the one that ``serve`` runs on this
    home, else one of our own, which starts while we import and ends when we are done. Raises
    :class:`flows.operation.prefect_server.ServerError`.
    """
    prepare(home)
    own = None
    if not os.environ.get("PREFECT_API_URL"):
        address = prefect_server.announced_addresses(home).get("api")
        if address is None:
            own = prefect_server.start(home, prefect_server.free_port(), _FOR_ONE_COMMAND)
            address = own.api
        os.environ["PREFECT_API_URL"] = address
    try:
        # With a server there is nothing to wait for yet: reading leaves time for it, see intake.read.
        import_heavy_dependencies(validating=validating and own is not None)
        if own is not None:
            own.wait()
        yield
    finally:
        if own is not None:
            flush()
            own.stop()
            del os.environ["PREFECT_API_URL"]


def import_heavy_dependencies(*, validating: bool) -> None:
    """Import what takes seconds, in one place, while a server starts; nothing is done twice.

    ``validating``: also Great Expectations, and the templates of the pages that follow.
    """
    if "flows.operation.flows" in sys.modules and (not validating or "great_expectations" in sys.modules):
        # A service comes by here with each order. To freeze again would keep that run's garbage.
        return
    # A collector that walks all that was imported again for every few hundred new objects took a
    # fifth of the processor time of a month of 157 reports.
    gc.set_threshold(_NEW_OBJECTS, 20, 20)
    import flows.operation.flows  # noqa: F401

    if validating:
        from flows.outputs.site import render
        from validations import data_docs
        from validations.expectations.engine import import_library

        import_library()
        render.warm_up()
        data_docs.warm_up()
    gc.freeze()


def flush() -> None:
    """Hand over the logs and events that Prefect still holds, before their server goes."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    APILogWorker.drain_all(timeout=5)
    EventsWorker.drain_all(timeout=5)
