"""The web server of a box and of HQ: cheroot, in which a sender always learns why it was refused.

A request that is answered before its body was read ("no token", "too large") is answered at once, and what is left of
the body is thrown away for a moment, so that the sender comes to read the answer; cheroot itself would take all of it
into memory first, or hang up.

A thread waits for the octets of its request. One that comes too slowly is given up: cheroot itself would wait ten
seconds for each octet, and so a few who trickle would hold all threads for ever.

With `tls` one port speaks both: a connection whose first octet is TLS's is secure, any other is plain, and marked for
the application where it comes from another machine (`IN_THE_OPEN`). Cheroot would shake hands on the thread that takes
in everybody, who would all wait for one that is slow; here a worker does it, and only once there is something to read.
"""

import logging
import ssl
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import MSG_PEEK, socket
from time import monotonic
from typing import Any

from cheroot.makefile import MakeFile
from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest
from cheroot.wsgi import Server

log = logging.getLogger(__name__)

STEP = 1 << 16
PATIENCE, MOST_THROWN = 5.0, 64 << 20
"""Seconds and octets for which the rest of a body that nobody read is thrown away before the line is cut."""
FORBORNE, SLOWEST = 10.0, 1 << 10
"""Seconds that a request may keep a thread waiting, and octets of it for which it may do so a second longer."""
BACKLOG = 128
"""Connections that wait to be accepted: a shop full of screens comes back at once."""
HANDSHAKE = 5.0
"""Seconds that a browser has for the greeting, all of it."""
TLS_GREETING = b"\x16"
IN_THE_OPEN = "tote.in_the_open"
"""In the WSGI environment of a plain request from another machine to a server that speaks TLS."""


class _Pace:
    """A socket to be read from: TimeoutError once its request has kept the reader waiting for too long."""

    def __init__(self, line: socket, timeout: float) -> None:
        self.line, self._timeout = line, timeout
        self.begin()

    def begin(self, seconds: float | None = None) -> None:
        self._left = FORBORNE if seconds is None else seconds

    def recv_into(self, buffer: Any) -> int:
        if self._left <= 0:
            raise TimeoutError("timed out")  # cheroot knows it by these words
        began = monotonic()
        self.line.settimeout(min(self._left, self._timeout))
        try:
            count = self.line.recv_into(buffer)
        finally:
            self.line.settimeout(self._timeout)  # what is written has a time of its own
        self._left += count / SLOWEST - (monotonic() - began)
        return count

    def __getattr__(self, name: str) -> Any:
        return getattr(self.line, name)


class _Headers(HeaderReader):
    """Python reads "+3", "0_3" and "-1" as numbers, too; a proxy before us may read them otherwise (smuggling)."""

    def __call__(self, rfile: Any, hdict: dict[bytes, bytes] | None = None) -> dict[bytes, bytes]:
        read: dict[bytes, bytes] = super().__call__(rfile, hdict)
        if not read.get(b"Content-Length", b"0").isdigit():
            raise ValueError("Content-Length is no number of octets.")
        return read


class _Request(HTTPRequest):
    header_reader = _Headers()

    def __init__(self, server: Server, conn: HTTPConnection) -> None:
        super().__init__(server, conn)
        if isinstance(conn.socket, ssl.SSLSocket):
            self.scheme = b"https"

    def parse_request(self) -> None:
        self.conn.pace.begin()
        super().parse_request()

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
            while thrown < MOST_THROWN and (left := ends - monotonic()) > 0:
                self.conn.pace.begin(left)
                if not (part := self.conn.rfile.read1(STEP)):
                    break
                thrown += len(part)
        except OSError:
            pass  # the sender is gone


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request
    greeted = False

    def __init__(self, server: Server, sock: socket, _makefile: object = MakeFile) -> None:
        self.pace = _Pace(sock, server.timeout)
        super().__init__(server, sock, self._file)

    def _file(self, line: socket, mode: str, size: int) -> Any:
        return MakeFile(self.pace if "r" in mode else line, mode, size)

    def communicate(self) -> bool:
        if self.server.tls and not self.greeted:
            self.greeted = True
            try:
                self._greet(self.server.tls())
            except OSError as error:  # of which ssl.SSLError is one
                log.info("%s: no secure line: %s", self.remote_addr, error)
                return False
        return bool(super().communicate())  # type: ignore[no-untyped-call]

    def _greet(self, context: ssl.SSLContext) -> None:
        if self.socket.recv(1, MSG_PEEK) != TLS_GREETING:
            self.ssl_env = {} if is_own(self.socket) else {IN_THE_OPEN: True}
            return
        timeout = self.socket.gettimeout()
        self.socket.settimeout(HANDSHAKE)  # Python's is for the greeting as a whole
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.socket.do_handshake()
        self.socket.settimeout(timeout)
        self.pace.line = self.socket
        self.rfile = self._file(self.socket, "rb", self.rbufsize)
        self.wfile = self._file(self.socket, "wb", self.wbufsize)
        self.ssl_env = {"HTTPS": "on"}


class HttpServer(Server):
    """As `cheroot.wsgi.Server`; what goes wrong is logged."""

    ConnectionClass = _Connection
    tls: Callable[[], ssl.SSLContext] | None = None
    """Gives the context of the next secure line."""

    def put_conn(self, conn: HTTPConnection) -> None:
        """What OpenSSL has read already, no selector would tell of."""
        if isinstance(conn.socket, ssl.SSLSocket) and conn.socket.pending():
            super().process_conn(conn)
        else:
            super().put_conn(conn)

    def process_conn(self, conn: HTTPConnection) -> None:
        """A browser that says nothing yet (they connect in advance) waits without a thread."""
        if conn.last_used is None:
            self.put_conn(conn)
        else:
            super().process_conn(conn)

    def prepare(self) -> None:
        """As before; `bind_addr` is where it really listens, also on a socket that systemd holds."""
        self.request_queue_size = BACKLOG
        super().prepare()
        self.bind_addr = self.socket.getsockname()[:2]

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        log.log(level, "%s", msg, exc_info=traceback)


def is_own(connected: socket) -> bool:
    """Whether the other end is on this machine."""
    theirs, ours = (_address(str(name[0])) for name in (connected.getpeername(), connected.getsockname()))
    return theirs.is_loopback or theirs == ours


def _address(text: str) -> IPv4Address | IPv6Address:
    """A socket for both versions tells IPv4 addresses as ::ffff:127.0.0.1."""
    address = ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
