"""The web server of a box and of HQ: cheroot, in which a sender always learns why it was refused.

A request that is answered before its body was read ("no token", "too large") is answered at once, and what is left of
the body is thrown away for a moment, so that the sender comes to read the answer; cheroot itself would take all of it
into memory first, or hang up.
"""

import logging
from time import monotonic

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.wsgi import Server

log = logging.getLogger(__name__)

STEP = 1 << 16
PATIENCE, MOST_THROWN = 5.0, 64 << 20
"""Seconds and octets for which the rest of a body that nobody read is thrown away before the line is cut."""


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


class HttpServer(Server):
    """As `cheroot.wsgi.Server`; what goes wrong is logged."""

    ConnectionClass = _Connection

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        log.log(level, "%s", msg, exc_info=traceback)
