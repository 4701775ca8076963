"""nfcpy's serial transport for a PN532 on a port of any path, freed whatever state the port is in.

nfcpy itself finds ports only among the names in /dev, and its `close` talks to the chip first: on an unplugged port
that raises `termios.error` and leaves the descriptor open.
"""

import errno
import os
import select
import termios
import threading
import time
from contextlib import suppress
from pathlib import Path

import serial
from nfc.clf.transport import TTY

from hardware.ports import held_by_nobody
from hardware.tags.chip_frames import next_frame

PATIENCE = 0.9
"""Seconds a chip may take to answer. nfcpy gives it 0.1, which a busy box does not keep: a late acknowledgement
then looks like a dead reader. Below the second in which a reader must be stopped. A command is not sent twice: nfcpy
would take the late answer to the first for that to the next."""

BREAK = 0.3
"""Seconds of silence within a frame after which the rest of it is lost."""

CUT_OFF = "broken frame from the chip: cut off"
SILENT = "the chip does not answer"


class Uart(TTY):  # type: ignore[misc]  # nfcpy has no types
    """A serial port, exclusively ours, with bounded writes, and a `close` that always closes.

    A command that is not answered is the end: the chip itself tells when a tag is silent. Nothing is sent or awaited
    any more, so that nfcpy's repetitions and its taking leave do not cost the patience again for each command.
    """

    def __init__(self) -> None:
        self.tty: serial.Serial | None = None
        self._kept = bytearray()
        self._lost = False
        self._alarm = -1
        self._closing = threading.Lock()

    def open(self, port: str, baudrate: int = 115200) -> None:
        """Open the port (a kernel name: nfcpy hands it to a shell), or change the speed of the open one: while it is
        opened anew, a process that another reader just started may still hold the lock of the old descriptor."""
        if self.tty is not None:
            self.tty.baudrate = baudrate
            return
        self._alarm = os.eventfd(0)
        with held_by_nobody(port):
            self.tty = serial.Serial(port, baudrate, timeout=0.05, write_timeout=0.5, exclusive=True)

    def write(self, frame: bytearray) -> None:
        self._check()
        self._kept.clear()
        super().write(frame)

    def read(self, timeout: int) -> bytearray:
        """The chip's next frame, within `timeout` milliseconds and no less than `PATIENCE`."""
        try:
            return self._frame(time.monotonic() + max(timeout / 1000, PATIENCE))
        except TimeoutError:
            self._lost = True
            raise

    def close(self) -> None:
        with self._closing:  # `abort` must not mean another file that gets these numbers
            alarm, self._alarm = self._alarm, -1
            tty, self.tty = self.tty, None
        if alarm >= 0:
            os.close(alarm)
        if tty is None:
            return
        with suppress(OSError, termios.error):  # nothing to flush on a port that is gone
            tty.reset_output_buffer()
        tty.close()

    def abort(self) -> None:
        """Let go of the port from another thread, and wake who waits for it. Its number stays ours until `close`: a
        number that another file got meanwhile would be read in its place."""
        self._lost = True
        with self._closing:
            if self._alarm >= 0:
                os.eventfd_write(self._alarm, 1)
            if self.tty is not None and self.tty.fd is not None:
                _detach(self.tty.fd)

    def _frame(self, until: float) -> bytearray:
        while (frame := next_frame(self._kept)) is None:
            self._fill(until - time.monotonic())
        return frame

    def _fill(self, seconds: float) -> None:
        port, wait = self._check().fileno(), BREAK if self._kept else max(0.0, seconds)
        ready, _, _ = select.select([port, self._alarm], [], [], wait)
        self._check()
        if not ready:
            raise OSError(errno.EIO, CUT_OFF) if self._kept else TimeoutError(errno.ETIMEDOUT, SILENT)
        octets = os.read(port, 512)
        if not octets:
            raise OSError(errno.ENODEV, "the port is gone")
        self._kept += octets

    def _check(self) -> serial.Serial:
        if self._lost or self.tty is None:
            raise TimeoutError(errno.ETIMEDOUT, SILENT)
        return self.tty


def _detach(port: int) -> None:
    """Have the descriptor `port` lead nowhere; what was still to be sent is not waited for."""
    with suppress(OSError, termios.error):
        termios.tcflush(port, termios.TCIOFLUSH)
    with suppress(OSError), Path(os.devnull).open("r+b") as nothing:
        os.dup2(nothing.fileno(), port, inheritable=False)
