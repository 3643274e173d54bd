"""The auditor site over HTTP on loopback: read-only, and of outputs/ only what an auditor is shown."""

from __future__ import annotations

import io
import re
import threading
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flows.register import archive
from flows.register.archive import Place

#: Folders below outputs/ that may be seen: the site, the months, the originals that the site names.
_SHOWN = re.compile(r"site|archive|\d{4}-\d{2}")
_ORIGINAL = re.compile(r"/archive/[0-9a-f]{2}/([0-9a-f]{64})")
_LOOPBACK = ("127.0.0.1", "localhost")


class Handler(SimpleHTTPRequestHandler):
    """Files below the shown folders; no listings, no hidden files, no other host's name."""

    server_version = "yaodian"
    sys_version = ""

    def __init__(self, *arguments: Any, originals: Place | None, **named: Any) -> None:
        self._originals = originals
        super().__init__(*arguments, **named)

    def do_GET(self) -> None:
        """A file, or the way from the root to the site."""
        if self._refused():
            return
        if urlsplit(self.path).path == "/":
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", "/site/index.html")
            self.end_headers()
            return
        super().do_GET()

    def do_HEAD(self) -> None:
        if not self._refused():
            super().do_HEAD()

    def _refused(self) -> bool:
        # A page elsewhere that had its name resolve to this machine would send its own name here.
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        parts = [part for part in unquote(urlsplit(self.path).path).split("/") if part]
        hidden = any(part.startswith(".") for part in parts)
        if host not in _LOOPBACK or hidden or (parts and not _SHOWN.fullmatch(parts[0])):
            self.send_error(HTTPStatus.NOT_FOUND)
            return True
        return False

    def send_head(self) -> Any:
        """As the base's; originals that are kept elsewhere come from there, their hash proved."""
        asked = _ORIGINAL.fullmatch(urlsplit(self.path).path)
        if self._originals is None or asked is None:
            return super().send_head()
        try:
            content = archive.fetch(self._originals, asked[1])
        except (archive.ArchiveDamagedError, OSError):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def list_directory(self, path: Any) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        if urlsplit(self.path).path.startswith("/archive/"):
            # Originals are what somebody sent us: to be kept, never shown as pages of ours.
            self.send_header("Content-Disposition", "attachment")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's signature
        """Nothing: who looked at what is not ours to print."""


class Site:
    """``outputs`` served on loopback in a thread of its own. Raises ``OSError`` when the port is taken.

    ``originals``: where they are, when that is not below ``outputs``.
    """

    def __init__(self, outputs: Path, port: int, originals: Place | None = None) -> None:
        folder = str(outputs.resolve())

        def handler(*arguments: Any) -> Handler:
            return Handler(*arguments, directory=folder, originals=originals)

        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="site", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
