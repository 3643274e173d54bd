"""Hands a command over to the service that runs on the same home, which has everything imported.

A one-shot command spends most of its time on other libraries' start-up; the service has that behind
it. This side imports nothing heavy. ``flows.operation.service.command_server`` is the other side.
"""

from __future__ import annotations

import json
import socket
import sys
from io import BufferedRWPair
from pathlib import Path

from flows.platform import environment, exit_codes
from flows.platform.home import Home

_PATIENCE = 5.0  # seconds for the service to take the order; how long the work takes is another matter


def run_by_service(home: Home, command: str, *arguments: object) -> int | None:
    """The exit status of ``command`` (``module:function``) as the service carried it out.

    None where there is no service, or it works with other settings than ours: then the work is ours.
    """
    order = {
        "home": str(home.root.resolve()),
        "command": command,
        "arguments": arguments,
        "personal": environment.personal_settings(),
        "shared": environment.shared_settings(),
    }
    try:
        there = json.loads(service_address_file(home).read_text("utf-8"))
        connection = socket.create_connection(("127.0.0.1", int(there["port"])), timeout=_PATIENCE)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    with connection, connection.makefile("rwb") as line:
        try:
            line.write(json.dumps(order | {"token": there["token"]}).encode() + b"\n")
            line.flush()
            taken = json.loads(line.readline() or b"{}")
        except (OSError, ValueError):
            return None
        if not taken.get("taken"):
            return None
        connection.settimeout(None)
        while told := _heard(line):
            said = json.loads(told)
            if "status" in said:
                return int(said["status"])
            print(said["text"], end="", file=sys.stderr if said["error"] else sys.stdout, flush=True)
    print("服务中途停止，这次办理没有完成。再运行一次即可从中断处继续。", file=sys.stderr)
    return exit_codes.FAILED


def _heard(line: BufferedRWPair) -> bytes:
    """The service's next line; nothing once it has ended, in whatever way."""
    try:
        return line.readline()
    except OSError:
        return b""


def service_address_file(home: Home) -> Path:
    """Where the service says how it is reached, readable only by the account that started it."""
    return home.prefect / "counter.json"
