"""Prefect's own settings for a home folder. Must run before ``prefect`` is imported."""

from __future__ import annotations

import os

from flows.home import Home


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
        # The first start migrates a new database, which outlasts the default of 20 s on a slow disk.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        # Chinese file names are part of what is logged.
        "PYTHONIOENCODING": "utf-8",
    }.items():
        os.environ.setdefault(name, value)
