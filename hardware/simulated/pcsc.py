"""A PC/SC reader of two slots made of software: the real pcscd with vsmartcard's vpcd, and cards put and taken."""

import atexit
import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from hardware.errors import DeviceAbsent
from hardware.simulated.pcsc_cards import Card
from hardware.simulated.pcsc_cell import PCSCD

READER = "Tote ACR122U (simulated)"
SLOTS = (f"{READER} 00 00", f"{READER} 00 01")
"""The readers' names, as PC/SC lists them."""
PORT = 0x8C7B
PATIENCE = 10.0


@functools.cache
def place() -> Path:
    """The folder of this process's pcscd. libpcsclite reads the environment once, at the first call, so it has to be
    the same for all the process's life; and it must not be the machine's own pcscd."""
    folder = Path(tempfile.mkdtemp(prefix="tote-pcsc-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["PCSCLITE_CSOCK_NAME"] = str(folder / "pcscd.comm")
    return folder


def vpcd() -> Path | None:
    """Debian's vsmartcard-vpcd, None where it is not installed."""
    return next(iter(sorted(Path("/usr/lib").glob("**/pcsc/drivers/serial/libifdvpcd.so"))), None)


class Pcscd:
    """pcscd with two virtual slots, running from the start; there is one at a time in a process.

    Raises `DeviceAbsent` with what is missing: pcscd, vpcd, or the right to namespaces.
    """

    def __init__(self) -> None:
        folder = place()
        self._config = _configure(folder)
        self._held: dict[int, Card] = {}
        self._lines: dict[int, tuple[socket.socket, threading.Thread]] = {}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(PATIENCE)
        with theirs:
            command = [sys.executable, "-m", "hardware.simulated.pcsc_cell"]
            arguments = [str(theirs.fileno()), str(folder / "pcscd.comm"), str(self._config)]
            self._cell = subprocess.Popen([*command, *arguments], pass_fds=[theirs.fileno()])
        self._requests = ours
        try:
            self._answer()
            self.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start pcscd, with the cards that are held."""
        self._ask("start")
        for slot in self._held.keys() - self._lines.keys():
            self._plug(slot, self._held[slot])

    def kill(self) -> None:
        """End pcscd as a crash does."""
        self._ask("kill")
        self._hang_up()

    def end(self) -> None:
        """End pcscd as `systemctl stop` does."""
        self._ask("end")
        self._hang_up()

    def pause(self) -> None:
        """Have pcscd answer nothing, until `resume`."""
        self._ask("pause")

    def resume(self) -> None:
        self._ask("resume")

    def put(self, card: Card, slot: int = 0) -> None:
        """Hold `card` to the slot, in place of what was there."""
        self.take(slot)
        self._held[slot] = card
        self._plug(slot, card)

    def take(self, slot: int = 0) -> None:
        """Take the slot's card away."""
        self._held.pop(slot, None)
        self._unplug(slot)

    def close(self) -> None:
        self._hang_up()
        self._requests.close()
        self._cell.wait(PATIENCE)

    def _plug(self, slot: int, card: Card) -> None:
        line = socket.socket(fileno=self._ask(f"dial {PORT + slot}")[0])
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=_serve, args=(card, line), name=f"card-{slot}", daemon=True)
        self._lines[slot] = line, thread
        thread.start()

    def _unplug(self, slot: int) -> None:
        line, thread = self._lines.pop(slot, (None, None))
        if line and thread:
            with line:
                _shut(line)
                thread.join()

    def _hang_up(self) -> None:
        for slot in list(self._lines):
            self._unplug(slot)

    def _ask(self, request: str) -> list[int]:
        self._requests.send(request.encode())
        return self._answer()

    def _answer(self) -> list[int]:
        """The descriptors that came along."""
        answer, descriptors, _, _ = socket.recv_fds(self._requests, 1000, 1)
        if answer != b"ok":
            raise DeviceAbsent(f"no simulated PC/SC reader: {answer.decode() or 'its process ended'}")
        return descriptors


def _serve(card: Card, line: socket.socket) -> None:
    """Until the card leaves by itself, or is taken away."""
    with suppress(OSError):  # pcscd may end
        card.serve(line)
    _shut(line)


def _shut(line: socket.socket) -> None:
    with suppress(OSError):  # it may be shut already
        line.shutdown(socket.SHUT_RDWR)


def _configure(folder: Path) -> Path:
    driver = vpcd()
    if driver is None or not Path(PCSCD).exists():
        raise DeviceAbsent("no simulated PC/SC reader: apt-get install pcscd vsmartcard-vpcd")
    config = folder / "readers"
    config.mkdir(parents=True, exist_ok=True)
    lines = (f'FRIENDLYNAME "{READER}"', f"DEVICENAME /dev/null:{PORT:#X}", f"LIBPATH {driver}", f"CHANNELID {PORT:#X}")
    (config / "tote").write_text("\n".join(lines) + "\n", encoding="ascii")
    return config
