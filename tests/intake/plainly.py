"""The command ``intake`` without Prefect, for tests of what surrounds every command."""

from __future__ import annotations

from flows.platform.home import Home
from flows.platform.lock import home_lock
from tests.intake.beginning import whole_run


def run(home: Home) -> int:
    """Intake and consolidation under the lock."""
    with home_lock(home):
        whole_run(home.root)
    return 0
