"""nfcpy's PN532 on a serial port of any path, opened and closed without leaving anything behind.

nfcpy itself finds ports only among the names in /dev, and its `close` talks to the chip first: on an unplugged port
that raises `termios.error` and leaves the descriptor open. Here the descriptor is freed whatever the chip says.
"""

import logging
import termios
from contextlib import suppress

import nfc
import nfc.clf.pn532
import serial
from nfc.clf.transport import TTY

log = logging.getLogger(__name__)

PATIENCE = 300
"""Milliseconds a chip may take to answer. nfcpy gives it 100, which a busy box does not keep: a late acknowledgement
then looks like a dead reader."""


class Uart(TTY):  # type: ignore[misc]  # nfcpy has no types
    """nfcpy's serial transport with an exclusive port, bounded writes, and a `close` that always closes."""

    tty: serial.Serial | None

    def open(self, port: str, baudrate: int = 115200) -> None:
        self.close()
        self.tty = serial.Serial(port, baudrate, timeout=0.05, write_timeout=0.5, exclusive=True)

    def read(self, timeout: int) -> bytearray | None:
        frame: bytearray | None = super().read(max(timeout, PATIENCE))
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
