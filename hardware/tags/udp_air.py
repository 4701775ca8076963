"""nfcpy's `udp` device: tags emulated at a port, for showing that a driver works. It is no time to be measured."""

import errno
import os
import select
import socket
from contextlib import suppress
from socket import socket as SocketType  # noqa: N812 (nfcpy calls its socket `socket`)

import nfc.clf
import nfc.clf.udp

ANSWER = 0.25
"""Seconds to wait for any answer. nfcpy waits a second for a tag to appear, and five milliseconds for what it reads:
there the answer to one command would be taken for that to the next."""

GONE = "the port was left"


class Air(nfc.clf.udp.Device):  # type: ignore[misc]  # nfcpy has no types
    """A port where nobody listens is an absent device, and one that is closed is a lost one."""

    socket: SocketType | None

    def __init__(self, host: str, port: int) -> None:
        self._lost = False
        super().__init__(host, port)
        try:
            self._send_data("RFOFF", b"", self.addr)
            self._check(0.02)
        except OSError:
            self.free()
            raise

    def close(self) -> None:
        self.free()

    def free(self) -> None:
        wire, self.socket = self.socket, None
        if wire is not None:
            wire.close()

    def abort(self) -> None:
        """Wake who waits for an answer, and have nothing more be heard."""
        self._lost, wire = True, self.socket
        if wire is not None:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def _create_socket(self) -> None:
        if self._lost:
            raise OSError(errno.ENODEV, GONE)
        if self.socket is None:
            super()._create_socket()
            self._open().connect(self.addr)

    def _send_data(self, brty: str, data: bytes, addr: tuple[str, int]) -> None:
        while self._check(0.0) and self._open().recv(1024):  # it comes too late
            pass
        super()._send_data(brty, data, addr)

    def _recv_data(self, timeout: float | None, *brty_list: str) -> tuple[str, bytearray, tuple[str, int]]:
        try:
            answer: tuple[str, bytearray, tuple[str, int]] = super()._recv_data(ANSWER, *brty_list)
        except ValueError as error:  # not in hexadecimal
            raise nfc.clf.TransmissionError(str(error)) from error
        except TypeError as error:  # nobody's answer: the end of it all
            raise OSError(errno.ENODEV, GONE) from error
        return answer

    def _check(self, seconds: float) -> bool:
        """Whether something came; raises OSError where nobody listens."""
        wire = self._open()
        came = bool(select.select([wire], [], [], seconds)[0])
        fault = wire.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if fault:
            raise OSError(errno.ENODEV, os.strerror(fault))
        return came

    def _open(self) -> SocketType:
        if self.socket is None:
            raise OSError(errno.ENODEV, GONE)
        return self.socket
