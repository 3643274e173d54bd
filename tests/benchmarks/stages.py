"""Where a run's time went, as Prefect recorded it: its tasks by name, in seconds."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import Any


def stages(api: str, wall: float) -> dict[str, float]:
    """Seconds by task of the newest flow run, and ``start``: all that was not inside the flow.

    Tasks may run side by side, so they may add up to more than the run took.
    """
    run = _ask(api, "flow_runs", {"sort": "START_TIME_DESC", "limit": 1})[0]
    wanted = {"flow_runs": {"id": {"any_": [run["id"]]}}, "limit": 200}
    spent: dict[str, float] = {"start": wall - run["total_run_time"]}
    tasks = sorted(_ask(api, "task_runs", wanted), key=lambda task: task["start_time"])
    for task in tasks:
        # 收件 collect-0f3 -> collect
        name = task["name"].rpartition("-")[0].partition(" ")[2]
        spent[name] = spent.get(name, 0.0) + task["total_run_time"]
    inside = sum(spent.values()) - spent["start"]
    spent["between"] = max(0.0, run["total_run_time"] - inside)
    return {name: round(seconds, 2) for name, seconds in spent.items()}


def pause_schedules(api: str) -> None:
    """Have nothing run of itself any more, and wait until nothing does."""
    for deployment in _ask(api, "deployments", {}):
        _send(f"{api}/deployments/{deployment['id']}", {"paused": True}, "PATCH")
    under_way = {"flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING", "SCHEDULED"]}}}}
    while [run for run in _ask(api, "flow_runs", under_way) if _soon(run)]:
        time.sleep(0.2)


def _soon(run: dict[str, Any]) -> bool:
    """Runs that a schedule has laid out for later go with it."""
    return run["state_type"] != "SCHEDULED" or not run["auto_scheduled"]


def _send(address: str, told: dict[str, Any], method: str) -> bytes:
    request = urllib.request.Request(
        address, data=json.dumps(told).encode(), headers={"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request) as response:
        content: bytes = response.read()
        return content


def _ask(api: str, what: str, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_send(f"{api}/{what}/filter", wanted, "POST"))
    return found
