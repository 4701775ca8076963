"""The web server of a box and of HQ: cheroot, in which a sender always learns why it was refused.

A request that is answered before its body was read ("no token", "too large") is answered at once, and what is left of
the body is thrown away for a moment, so that the sender comes to read the answer; cheroot itself would take all of it
into memory first, or hang up.

A thread waits for the octets of its request, and for its answer to be taken. Who is too slow is given up: cheroot
itself would wait ten seconds for each octet, and so a few who trickle would hold all threads for ever. While others
wait for a thread, that comes much sooner (`edge.httpd.pace`).

What comes from one address of another machine has a share of the threads, of the time and of the open lines, the rest
waits aside or is refused (`edge.httpd.turns`): who floods a box waits for himself. This machine itself has no share: a
proxy on it speaks for everybody.

With `tls` one port speaks both: a connection whose first octet is TLS's is secure, any other is plain, and marked for
the application where it comes from another machine (`IN_THE_OPEN`). Cheroot would shake hands on the thread that takes
in everybody, who would all wait for one that is slow; here a worker does it, and only once there is something to read.
"""

import logging
import ssl
import threading
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import MSG_PEEK, socket
from time import monotonic
from typing import Any

from cheroot.makefile import MakeFile
from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest
from cheroot.wsgi import Server

from edge.httpd.pace import Pace
from edge.httpd.refusals import Refusals
from edge.httpd.turns import Lines, Turns
from sync.allowance import Allowance

log = logging.getLogger(__name__)

STEP = 1 << 16
PATIENCE, MOST_THROWN = 5.0, 64 << 20
"""Seconds and octets for which the rest of a body that nobody read is thrown away before the line is cut."""
BACKLOG = 128
"""Connections that wait to be accepted: a shop full of screens comes back at once."""
HANDSHAKE = 5.0
"""Seconds that a browser has for the greeting, all of it."""
LINES_EACH, LINES = 128, 512
"""Open lines of one address, and of all others than this machine: each costs a descriptor, and a process has 1,024."""
TICK = 0.05
"""Seconds after which those who have used up what they are allowed are looked at again."""
TLS_GREETING = b"\x16"
IN_THE_OPEN = "tote.in_the_open"
"""In the WSGI environment of a plain request from another machine to a server that speaks TLS."""
STAYS = "tote.stays"
"""In the WSGI environment: to be called by an answer that goes on for hours, which is then no turn of its address any
more. Who serves such bounds their number."""
REASONS = {"408": "", "413": "too-large", "414": "too-large"}
"""Of what cheroot refuses by itself; all else is no HTTP that it knows. Who is too slow was told of before."""


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
        self.conn.reading.begin()
        self.conn.writing.begin()
        super().parse_request()

    def simple_response(self, status: object, msg: str = "") -> None:
        if reason := REASONS.get(str(status)[:3], "malformed"):
            self.conn.refuse(reason)
        super().simple_response(status, msg)

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
                self.conn.reading.begin(left)
                if not (part := self.conn.rfile.read1(STEP)):
                    break
                thrown += len(part)
        except OSError:
            pass  # the sender is gone


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request
    greeted = in_turn = False
    counted: bool = False

    def __init__(self, server: "HttpServer", sock: socket, _makefile: object = MakeFile) -> None:
        self.own = is_own(sock)
        self.reading, self.writing = (
            Pace(sock, server.timeout, pressed=server.is_pressed, given_up=lambda: self.refuse("too-slow"))
            for _ in range(2)
        )
        super().__init__(server, sock, self._file)
        self.ssl_env = {}

    def refuse(self, reason: str) -> None:
        self.server.refused(reason, self.remote_addr)

    def _file(self, line: socket, mode: str, size: int) -> Any:
        return MakeFile(self.reading if "r" in mode else self.writing, mode, size)

    def communicate(self) -> bool:
        try:
            return self._greet_first() and bool(super().communicate())  # type: ignore[no-untyped-call]
        finally:
            self.end_turn()

    def end_turn(self) -> None:
        if self.in_turn:
            self.in_turn = False
            self.server.turns.over(self.remote_addr)

    def _stay(self) -> None:
        self.writing.stays = True
        self.end_turn()

    def _greet_first(self) -> bool:
        if not self.greeted:
            self.greeted = True
            try:
                self.ssl_env = self._greet(self.server.tls()) if self.server.tls else {}
            except OSError as error:  # of which ssl.SSLError is one
                log.info("%s: no secure line: %s", self.remote_addr, error)
                return False
            self.ssl_env[STAYS] = self._stay
        return True

    def _greet(self, context: ssl.SSLContext) -> dict[str, Any]:
        """What the WSGI environment tells of the line."""
        if self.socket.recv(1, MSG_PEEK) != TLS_GREETING:
            return {} if self.own else {IN_THE_OPEN: True}
        self.socket.settimeout(HANDSHAKE)  # Python's is for the greeting as a whole
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.socket.do_handshake()
        self.reading.line = self.writing.line = self.socket
        self.rfile = self._file(self.socket, "rb", self.rbufsize)
        self.wfile = self._file(self.socket, "wb", self.wbufsize)
        return {"HTTPS": "on"}

    def close(self) -> None:
        if self.counted:
            self.counted = False
            self.server.lines.give_back(self.remote_addr)
        super().close()


class HttpServer(Server):
    """As `cheroot.wsgi.Server`; what goes wrong is logged."""

    ConnectionClass = _Connection
    tls: Callable[[], ssl.SSLContext] | None = None
    """Gives the context of the next secure line."""

    def __init__(
        self,
        address: tuple[str, int],
        app: Callable[..., Any],
        *,
        numthreads: int,
        share: int = 0,
        pace: Callable[[], Allowance] | None = None,
        **options: Any,
    ) -> None:
        """`share` of the threads is one address's at most (0: all of them), and requests as `pace` allows; `options`
        are cheroot's."""
        super().__init__(address, app, numthreads=numthreads, **options)
        self.refused: Callable[[str, str], None] = Refusals().note
        """Told why and whom."""
        self.turns = Turns[_Connection](super().process_conn, share or numthreads, pace)
        self._ticking = threading.Event()
        self.lines = Lines(LINES_EACH, LINES)

    def is_pressed(self) -> bool:
        """Whether somebody waits for a thread, and none is free."""
        return bool(self.requests.qsize and not self.requests.idle)

    def put_conn(self, conn: _Connection) -> None:
        """What OpenSSL has read already, no selector would tell of."""
        if isinstance(conn.socket, ssl.SSLSocket) and conn.socket.pending():
            self._give_turn(conn)
        else:
            super().put_conn(conn)

    def process_conn(self, conn: _Connection) -> None:
        """A browser that says nothing yet (they connect in advance) waits without a thread."""
        if conn.last_used is not None:
            self._give_turn(conn)
        elif conn.own or self._is_counted(conn):
            self.put_conn(conn)
        else:
            conn.refuse("too-many-lines")
            conn.close()

    def serve(self) -> None:
        threading.Thread(target=self._tick, name="turns", daemon=True).start()
        super().serve()

    def _tick(self) -> None:
        while not self._ticking.wait(TICK):
            self.turns.tick()

    def stop(self) -> None:
        self._ticking.set()
        super().stop()
        for conn in self.turns.clear():
            conn.close()

    def _is_counted(self, conn: _Connection) -> bool:
        conn.counted = self.lines.take(conn.remote_addr)
        return conn.counted

    def _give_turn(self, conn: _Connection) -> None:
        if conn.own:
            super().process_conn(conn)
            return
        conn.in_turn = True
        self.turns.come(conn.remote_addr, conn)

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
