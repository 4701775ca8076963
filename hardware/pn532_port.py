"""nfcpy's PN532 on a serial port of any path, opened and closed without leaving anything behind.

nfcpy itself finds ports only among the names in /dev, and its `close` talks to the chip first: on an unplugged port
that raises `termios.error` and leaves the descriptor open. Here the descriptor is freed whatever the chip says.
"""

import errno
import logging
import termios
from contextlib import suppress

import nfc
import nfc.clf.pn532
import serial
from nfc.clf.pn532 import Chipset
from nfc.clf.transport import TTY

log = logging.getLogger(__name__)

PATIENCE = 900
"""Milliseconds a chip may take to answer. nfcpy gives it 100, which a busy box does not keep: a late acknowledgement
then looks like a dead reader. Below the second in which a reader must be stopped. A command is not sent twice: nfcpy
would take the late answer to the first for that to the next."""

SILENT = "the chip does not answer"


class Uart(TTY):  # type: ignore[misc]  # nfcpy has no types
    """nfcpy's serial transport with an exclusive port, bounded writes, and a `close` that always closes.

    A command that is not even acknowledged is the end: nothing is sent or awaited any more, so that taking leave of a
    dead chip does not cost its patience again for each command.
    """

    tty: serial.Serial | None = None

    def __init__(self, port: str) -> None:
        self._unheard = self._lost = False
        super().__init__(port)

    def open(self, port: str, baudrate: int = 115200) -> None:
        """Open the port, or change the speed of the open one: while it is opened anew, a process that another reader
        just started may still hold the lock of the old descriptor."""
        if self.tty is not None:
            self.tty.baudrate = baudrate
            return
        self.tty = serial.Serial(port, baudrate, timeout=0.05, write_timeout=0.5, exclusive=True)

    def write(self, frame: bytearray) -> None:
        if self._lost:
            raise TimeoutError(errno.ETIMEDOUT, SILENT)
        self._unheard = frame != Chipset.ACK
        super().write(frame)

    def read(self, timeout: int) -> bytearray | None:
        try:
            frame: bytearray | None = super().read(max(timeout, PATIENCE))
        except OSError:
            self._lost = self._unheard
            raise
        self._unheard = False
        return frame

    def close(self) -> None:
        tty, self.tty = self.tty, None
        if tty is None:
            return
        with suppress(OSError, termios.error):  # nothing to flush on a port that is gone
            tty.reset_output_buffer()
        tty.close()


def open_chip(port: str) -> nfc.ContactlessFrontend:
    """A frontend whose device is the PN532 at `port` (a kernel name: nfcpy hands it to a shell)."""
    frontend, uart = nfc.ContactlessFrontend(), Uart(port)
    try:
        frontend.device = nfc.clf.pn532.init(uart)
    except BaseException:
        uart.close()
        raise
    return frontend


def close_chip(frontend: nfc.ContactlessFrontend) -> None:
    """Put the chip to sleep if it still listens, and free the port in any case."""
    uart = frontend.device.chipset.transport
    try:
        frontend.close()
    except Exception as error:  # termios.error and whatever else a dead port raises: it is closed below
        log.debug("the chip did not take its leave: %r", error)
    finally:
        uart.close()


def tags_in_field(frontend: nfc.ContactlessFrontend) -> int:
    """How many type A tags answer, 2 standing for more too; the field is renewed by that."""
    frontend.device.mute()
    found = frontend.device.chipset.command(0x4A, b"\x02\x00", timeout=1.0)  # InListPassiveTarget, UM0701-02 7.3.5
    return int(found[0]) if found else 0
