"""HQ's HTTP server: cheroot, bound first, so that the port is known before anything that names it is built.

A request that is answered before its body was read ("no token", "too large") is answered at once, and what is left of
the body is thrown away for a moment, so that the sender comes to read the answer; cheroot itself would take all of it
into memory first, or hang up.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.wsgi import Server as Cheroot

from hq.errors import ConfigError

log = logging.getLogger(__name__)

THREADS = 16
STEP = 1 << 16
PATIENCE, MOST_THROWN = 5.0, 64 << 20
"""Seconds and octets for which the rest of a body that nobody read is thrown away before the line is cut."""
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Request(HTTPRequest):
    def respond(self) -> None:
        self._unread = False
        super().respond()
        if self._unread:
            self._throw_away()

    def send_headers(self) -> None:
        self._unread = not self.rfile.closed if self.chunked_read else self.rfile.remaining > 0
        if self._unread:
            self.close_connection = True  # cheroot tells the sender, and reads nothing itself
        super().send_headers()

    def _throw_away(self) -> None:
        ends, thrown = monotonic() + PATIENCE, 0
        try:
            self.conn.socket.settimeout(PATIENCE)
            while thrown < MOST_THROWN and monotonic() < ends and (part := self.conn.rfile.read1(STEP)):
                thrown += len(part)
        except OSError:
            pass  # the sender is gone


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request


class _Logging(Cheroot):
    ConnectionClass = _Connection

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        log.log(level, "%s", msg, exc_info=traceback)


class Server:
    """Holds `host`:`port` (0: any free one) from the moment it is made; raises ConfigError where it can't."""

    def __init__(self, host: str, port: int) -> None:
        self._cheroot = _Logging((host, port), _not_yet, numthreads=THREADS, shutdown_timeout=2, server_name="tote-hq")
        try:
            self._cheroot.prepare()
        except OSError as error:
            raise ConfigError(f"HQ can't listen on {host}:{port} ({error}). Choose another with --port.") from error
        self.port: int = self._cheroot.bind_addr[1]
        self._thread = threading.Thread(target=self._cheroot.serve, name="http", daemon=True)

    def start(self, app: Wsgi) -> None:
        self._cheroot.wsgi_app = app
        self._thread.start()

    def stop(self) -> None:
        self._cheroot.stop()
        if self._thread.is_alive():
            self._thread.join(timeout=5)


def _not_yet(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Retry-After", "1")])
    return [b"HQ is starting."]
