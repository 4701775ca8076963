"""The way to pcscd: one context of PC/SC, which can be freed by force.

Every call into libpcsclite may block for as long as pcscd does not answer. SCardCancel would not help: it asks pcscd
as well. What frees a blocked call is to shut down its connection, which needs nobody's answer.
"""

import os
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from smartcard import scard

from hardware.errors import DeviceAbsent, DeviceLost

NO_PCSCD = (
    "pcscd does not run, which serves PC/SC readers: `systemctl start pcscd.socket`, or install it with "
    "`apt-get install pcscd`"
)
NO_READER = "no PC/SC reader {wanted}is connected: check its plug and cable; there are: {there}"
MANY_READERS = "there are several PC/SC readers{wanted}: name one by the option `reader`, a part of one of: {there}"
CHANGED, PRESENT = scard.SCARD_STATE_CHANGED, scard.SCARD_STATE_PRESENT
GONE = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE
CONNECTING = 5.0
"""Seconds to wait for another reader's connecting, which hangs when pcscd does."""

_connecting = threading.Lock()
"""Two contexts may not be made at once, or neither would know its connection."""


class Service:
    """A context of our own: those that pyscard's classes share do not outlive a restart of pcscd."""

    def __init__(self) -> None:
        self._context: Any = None
        self._line: socket.socket | None = None
        self._others: set[int] | None = None

    def open(self) -> None:
        """Connect to pcscd; raises `DeviceAbsent` where it does not run."""
        if not _connecting.acquire(timeout=CONNECTING):
            raise DeviceLost("pcscd does not answer: `systemctl restart pcscd`")
        try:
            self._others = _lines()
            code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
            self._line = next(map(_duplicate, _lines() - self._others), None)
        finally:
            self._others = None
            _connecting.release()
        if code == scard.SCARD_E_NO_SERVICE:
            raise DeviceAbsent(NO_PCSCD)
        check(code)
        self._context = context

    def close(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            scard.SCardReleaseContext(context)
        if self._line:
            self._line.close()

    def abort(self) -> None:
        """From another thread: have every call fail that waits for pcscd."""
        others, line = self._others, self._line
        if line:
            _shut(line)
        if others is not None:
            for number in _lines() - others:
                with suppress(OSError), _duplicate(number) as copy:
                    _shut(copy)

    def find(self, part: str) -> str:
        """The name of the one reader that bears `part` in it; raises `DeviceAbsent`."""
        code, names = scard.SCardListReaders(self._context, [])
        if code == scard.SCARD_E_NO_READERS_AVAILABLE:
            return choose([], part)
        check(code)
        return choose(names, part)

    def wait(self, reader: str, state: int, timeout: float) -> tuple[int, bytes]:
        """Wait at most `timeout` seconds until the reader's state is another than `state`, 0 for unknown; returns the
        state and the ATR of the card that is there. Raises `DeviceLost` where there is no such reader any more."""
        code, states = scard.SCardGetStatusChange(self._context, round(timeout * 1000), [(reader, state)])
        if code == scard.SCARD_E_UNKNOWN_READER:
            raise DeviceLost(f"the reader {reader} is gone: check its plug and cable")
        if code != scard.SCARD_E_TIMEOUT:
            check(code)
        _, now, atr = states[0]
        if now & GONE:
            raise DeviceLost(f"the reader {reader} is gone: check its plug and cable")
        return now & ~CHANGED, bytes(octet & 0xFF for octet in atr)

    def connect(self, reader: str) -> tuple[int, int, int]:
        """The code of PC/SC, the card's handle, and its protocol."""
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, handle, protocol = scard.SCardConnect(self._context, reader, scard.SCARD_SHARE_SHARED, protocols)
        return code, handle, protocol


def choose(names: list[str], part: str) -> str:
    """The reader whose name is or contains `part`, whatever its case; raises `DeviceAbsent` naming those there are."""
    found = [name for name in names if name == part] or [name for name in names if part.lower() in name.lower()]
    there = ", ".join(names) or "none"
    if not found:
        raise DeviceAbsent(NO_READER.format(wanted=f"named {part!r} " if part else "", there=there))
    if len(found) > 1:
        raise DeviceAbsent(MANY_READERS.format(wanted=f" named {part!r}" if part else "", there=", ".join(found)))
    return found[0]


def check(code: int) -> None:
    """Raise `DeviceLost` unless `code` is success."""
    if code != scard.SCARD_S_SUCCESS:
        raise DeviceLost(f"the PC/SC reader failed: {scard.SCardGetErrorMessage(code)} (0x{code & 0xFFFFFFFF:08X})")


def _lines() -> set[int]:
    """The descriptors of this process's connections to pcscd."""
    return {int(entry.name) for entry in Path("/proc/self/fd").iterdir() if _is_line(int(entry.name))}


def _is_line(number: int) -> bool:
    try:
        with _duplicate(number) as copy:
            return copy.family == socket.AF_UNIX and str(copy.getpeername()).endswith("/pcscd.comm")
    except OSError:  # no socket, not connected, or just closed
        return False


def _duplicate(number: int) -> socket.socket:
    copy = os.dup(number)
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise


def _shut(line: socket.socket) -> None:
    with suppress(OSError):  # it may be shut already
        line.shutdown(socket.SHUT_RDWR)
