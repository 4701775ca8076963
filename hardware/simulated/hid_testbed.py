"""A /dev/input of our own, by umockdev: in a process started by `umockdev-wrapper` the kernel's devices are these.

evdev asks its devices by ioctl, which no pty answers; umockdev answers them from a record (umockdev-run(1)). Here are
the records of three keyboard scanners, made once for the process, and their sockets, into which a pty is plugged.
"""

import atexit
import ctypes
import os
import pty
import shutil
import tempfile
import tty
from functools import cache
from pathlib import Path

from hardware.errors import ControlError
from hardware.simulated.hid_records import SLOTS, Slot, answers, description

MISSING = "apt-get install umockdev, and start this program by `umockdev-wrapper`"
SYS = "/sys/devices/virtual/input"


class Testbed:
    """The one /dev/input of this process; raises `ControlError` outside umockdev."""

    __test__ = False  # to pytest

    def __init__(self) -> None:
        if not under_umockdev():
            raise ControlError(f"this process has the kernel's own devices: {MISSING}")
        self._library = ctypes.CDLL("libumockdev.so.0")
        self._library.umockdev_testbed_new.restype = ctypes.c_void_p
        self._library.umockdev_testbed_get_root_dir.restype = ctypes.c_char_p
        self._bed = ctypes.c_void_p(self._library.umockdev_testbed_new())
        self._root = str(self._library.umockdev_testbed_get_root_dir(self._bed).decode())
        atexit.register(shutil.rmtree, self._root, ignore_errors=True)
        for slot in SLOTS:
            self._prepare(slot)
        self._free = list(SLOTS)

    def take(self, *, lights: int = 0) -> Slot:
        """A slot of one's own, until `give`."""
        found = next((slot for slot in self._free if slot.lights == lights), None)
        if found is None:
            raise ControlError(f"all of the {len(SLOTS)} simulated keyboard scanners are in use")
        self._free.remove(found)
        return found

    def give(self, slot: Slot) -> None:
        self._free.insert(0, slot)

    def plug(self, slot: Slot) -> tuple[int, int]:
        """The device's and the computer's end of what the slot's node leads to now; their owner closes them."""
        device, host = pty.openpty()
        tty.setraw(host)
        for path, target in ((slot.node, os.ttyname(host)), (slot.link, f"../event{slot.number}")):
            Path(self._root + path).symlink_to(target)
        self._tell(slot, b"add")
        return device, host

    def unplug(self, slot: Slot) -> None:
        """Its node and link are gone, and udev's listeners hear of it."""
        for path in (slot.link, slot.node):
            Path(self._root + path).unlink()
        self._tell(slot, b"remove")

    def _prepare(self, slot: Slot) -> None:
        self._call("add_from_string", description(slot).encode())
        for node in (slot.node, slot.link):  # it does not look behind links
            with tempfile.NamedTemporaryFile("w", suffix=".ioctl") as file:
                file.write(answers(node, slot))
                file.flush()
                self._call("load_ioctl", None, file.name.encode())
        Path(self._root + slot.link).parent.mkdir(exist_ok=True)
        Path(self._root + slot.node).unlink()  # its pty stays: it is not ours to close

    def _tell(self, slot: Slot, action: bytes) -> None:
        path = f"{SYS}/input{slot.number}/event{slot.number}".encode()
        self._library.umockdev_testbed_uevent(self._bed, path, action)

    def _call(self, name: str, *arguments: bytes | None) -> None:
        error = ctypes.c_void_p()
        if not getattr(self._library, f"umockdev_testbed_{name}")(self._bed, *arguments, ctypes.byref(error)):
            raise ControlError(f"umockdev refused {name}: {arguments!r}")


def under_umockdev() -> bool:
    """This process sees umockdev's devices once there are any."""
    return "libumockdev-preload" in Path("/proc/self/maps").read_text(encoding="utf-8")


@cache
def testbed() -> Testbed:
    """The one of this process: umockdev knows its folder by an environment variable."""
    return Testbed()
