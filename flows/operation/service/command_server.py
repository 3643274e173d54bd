"""Commands that other processes give on the same home are carried out by the service.

A command is the same function as without a service. It is run on the worker's one thread, so that it
never overlaps with a scheduled run, and what it prints goes to whoever gave the order.
"""

from __future__ import annotations

import hmac
import io
import json
import secrets
import socketserver
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

from flows.operation.service.command_client import service_address_file
from flows.platform import atomic_files, environment
from flows.platform.home import Home
from schemas.freshness import reload_if_changed

#: What may be ordered, and nothing else.
COMMANDS = frozenset({"flows.cli.consolidate:consolidate_period", "flows.cli.intake:take_in"})
_LONGEST_ORDER = 2**16
_PATIENCE = 10.0
_PREFECT = "PREFECT_API_URL"

Do = Callable[[Callable[[], int]], "Future[int]"]
Tell = Callable[[Mapping[str, Any]], None]
#: (home, "module:function", arguments) -> exit status; ``flows.cli.failures.run_guarded``.
RunCommand = Callable[..., int]


@dataclass(frozen=True)
class _Order:
    command: str
    arguments: tuple[str, ...]
    personal: Mapping[str, str]


class CommandServer:
    """``do`` puts work on the thread of the runs, ``run_command`` is that work.

    ``with``: open inside, closed after.
    """

    def __init__(self, home: Home, do: Do, run_command: RunCommand) -> None:
        self._run_command = run_command
        self._home = Home(home.root.resolve())
        self._do = do
        self._shared = environment.shared_settings()
        self._token = secrets.token_hex(32)
        self._server = _Server(("127.0.0.1", 0), self._answer)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.2,), daemon=True)

    def __enter__(self) -> CommandServer:
        self._thread.start()
        about = {"port": self._server.server_address[1], "token": self._token}
        atomic_files.write(service_address_file(self._home), json.dumps(about).encode(), mode=0o600)
        return self

    def __exit__(self, *_: object) -> None:
        service_address_file(self._home).unlink(missing_ok=True)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, said: bytes, tell: Tell) -> None:
        order = self._order(said)
        if order is None:
            tell({"taken": False})
            return
        tell({"taken": True})
        try:
            status = self._do(lambda: self._carry_out(order, tell)).result()
        except CancelledError:  # the service ends; whoever waits sees the line break off
            return
        tell({"status": status})

    def _order(self, said: bytes) -> _Order | None:
        """The order, if it is one for us: for this home, with our settings, by who may read our token."""
        try:
            given = json.loads(said)
            ours = (
                hmac.compare_digest(str(given["token"]), self._token)
                and given["home"] == str(self._home.root)
                and given["command"] in COMMANDS
                and self._same(given["shared"])
            )
            order = _Order(given["command"], tuple(map(str, given["arguments"])), dict(given["personal"]))
        except (ValueError, KeyError, TypeError):
            return None
        return order if ours else None

    def _same(self, shared: Mapping[str, str]) -> bool:
        """Whoever names no Prefect server of their own means ours."""
        return {_PREFECT: self._shared.get(_PREFECT, ""), **shared} == {_PREFECT: "", **self._shared}

    def _carry_out(self, order: _Order, tell: Tell) -> int:
        reload_if_changed()
        out, errors = _Told(tell, error=False), _Told(tell, error=True)
        with environment.acting_as(order.personal), redirect_stdout(out), redirect_stderr(errors):
            return self._run_command(self._home, order.command, *order.arguments)


class _Told(io.TextIOBase):
    """A stream whose text goes to whoever gave the order."""

    def __init__(self, tell: Tell, *, error: bool) -> None:
        super().__init__()
        self._tell = tell
        self._error = error

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._tell({"text": text, "error": self._error})
        return len(text)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], answer: Callable[[bytes, Tell], None]) -> None:
        self.answer = answer
        super().__init__(address, _Line)


class _Line(socketserver.StreamRequestHandler):
    timeout = _PATIENCE
    server: _Server

    def handle(self) -> None:
        try:
            said = self.rfile.readline(_LONGEST_ORDER)
        except OSError:  # who calls and says nothing is not waited for
            return
        self.server.answer(said, self._tell)

    def _tell(self, said: Mapping[str, Any]) -> None:
        try:
            self.wfile.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
        except OSError:
            # Whoever gave the order has gone; it is carried out all the same.
            return
