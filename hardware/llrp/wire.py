"""The TCP connection below LLRP: every wait has an end, and `abort` ends it from another thread."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from hardware.errors import DeviceAbsent, DeviceLost

CONNECTING, SENDING = 0.8, 0.5
"""Seconds a reader may take to accept a connection, and the network to take what is sent: below the second in which a
driver must stop."""
CHUNK = 1 << 16

ABSENT = "no reader answers at {} ({}): check its power and network cable, or correct `host` and `port`"
ENDED = "the reader at {} ended the connection: wait until it has started anew, or end the program that took it over"
BROKEN = "the connection to the reader at {} broke ({}): check its power and network cable"


class Wire:
    """One connection, used once. Raises `DeviceAbsent` where there is none and `DeviceLost` where there was one."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port, self.where = host, port, f"{host}:{port}"
        self._socket: socket.socket | None = None
        self._aborted = False

    def open(self) -> None:
        """Connect, to the first of the name's addresses that takes it."""
        error: OSError | None = None
        for family, address in self._addresses():
            try:
                return self._connect(family, address)
            except OSError as refused:
                self.close()
                error = refused
        raise DeviceAbsent(ABSENT.format(self.where, error)) from error

    def _addresses(self) -> list[tuple[int, Any]]:
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # a name that can't be one, as with a label too long
            raise DeviceAbsent(ABSENT.format(self.where, error)) from error
        return [(family, address) for family, _, _, _, address in found]

    def _connect(self, family: int, address: Any) -> None:
        line = self._socket = socket.socket(family, socket.SOCK_STREAM)
        if self._aborted:  # while the name was looked up, which nothing can cut short
            raise ConnectionAbortedError("given up")
        line.settimeout(CONNECTING)
        line.connect(address)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, octets: bytes) -> None:
        with self._named() as line:
            line.settimeout(SENDING)
            line.sendall(octets)

    def receive(self, timeout: float) -> bytes:
        """What came, at most `CHUNK` octets; b"" where nothing did for `timeout` seconds."""
        with self._named() as line:
            line.settimeout(max(timeout, 0.001))  # 0 would mean something else
            try:
                octets = line.recv(CHUNK)
            except TimeoutError:
                return b""
        if not octets:
            raise DeviceLost(ENDED.format(self.where))
        return octets

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def abort(self) -> None:
        """From another thread: whatever waits, fails. Closing is the owner's: the number may be another file's while
        it still waits for it."""
        self._aborted = True
        if self._socket is not None:
            with suppress(OSError):  # it was not connected
                self._socket.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _named(self) -> Iterator[socket.socket]:
        if self._socket is None:
            raise DeviceLost(BROKEN.format(self.where, "not open"))
        try:
            yield self._socket
        except OSError as error:
            raise DeviceLost(BROKEN.format(self.where, error)) from error
