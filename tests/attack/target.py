"""The box as an attacker reaches it, octet by octet: no library stands between that would send what is proper."""

import socket
import ssl
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

CUT = "cut"
"""Instead of a status: the box hung up."""
WAITS = "waits"
"""The line is open, has no thread, and is told nothing."""
PATIENCE = 30.0
"""Seconds for an answer: beyond, the box would be holding on to what it should refuse."""

CREDULOUS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Whoever attacks asks for no certificate."""
CREDULOUS.check_hostname, CREDULOUS.verify_mode = False, ssl.CERT_NONE


@dataclass(frozen=True, kw_only=True)
class Target:
    """`token` is a tablet's own; `ended` one that was taken back; `other` one of another station; `used` a code that
    was exchanged. `source`: the attacker's address, "" for any."""

    host: str
    port: int
    secure: bool
    station: str
    token: str
    ended: str
    other: str
    used: str
    source: str = ""

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"

    def connect(self, *, secure: bool | None = None, patience: float = PATIENCE) -> socket.socket:
        source = (self.source, 0) if self.source else None
        line = socket.create_connection((self.host, self.port), timeout=patience, source_address=source)
        if not (self.secure if secure is None else secure):
            return line
        try:
            return CREDULOUS.wrap_socket(line)
        except OSError:
            line.close()
            raise

    def ask(self, request: bytes, *, secure: bool | None = None) -> str:
        """The status of what is answered to one request on a line of its own."""
        try:
            with self.connect(secure=secure) as line:
                with suppress(OSError):  # it may have answered, and hung up, before all was sent
                    line.sendall(request)
                return status(line)
        except OSError:
            return CUT


def status(line: socket.socket) -> str:
    """Of the next answer on a line, which may be read from no further."""
    answer = b""
    with suppress(OSError):
        while b"\r\n" not in answer and (part := line.recv(4096)):
            answer += part
    words = answer.split(b" ", 2)
    return words[1].decode() if words[0] == b"HTTP/1.1" else CUT


def request(target: Target, method: str, path: str, *headers: str, body: bytes = b"", host: str = "") -> bytes:
    """`Connection: close`, so that each stands for itself."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host or target.name}", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def bearer(token: str) -> str:
    return f"Authorization: Bearer {token}"


def cookie(token: str) -> str:
    return f"Cookie: tote_station={token}"


Answers = Counter[str]
