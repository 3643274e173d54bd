"""The command ``intake`` without Prefect, for tests of what surrounds every command."""

from __future__ import annotations

from flows.commands import session
from flows.home import Home
from tests.intake.beginning import whole_run


def run(home: Home) -> int:
    """Intake and consolidation under the lock."""
    with session.alone(home):
        whole_run(home.root)
    return 0
