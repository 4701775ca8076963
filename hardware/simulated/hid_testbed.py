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
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hardware.errors import ControlError

MISSING = "apt-get install umockdev, and start this program by `umockdev-wrapper`"
SYS = "/sys/devices/virtual/input"
EVERY_KEY = "FE" + "FF" * 14
"""KEY_ESC up to KEY_MICMUTE, a bit each."""

DEVICE = """\
P: /devices/virtual/input/input{number}
E: SUBSYSTEM=input
E: NAME="{name}"
E: PRODUCT=3/{vendor:x}/{product:x}/111
A: name={name}\\n

P: /devices/virtual/input/input{number}/event{number}
N: input/event{number}
E: DEVNAME=/dev/input/event{number}
E: DEVLINKS={link}
E: ID_INPUT_KEYBOARD=1
E: MAJOR=13
E: MINOR={minor}
E: SUBSYSTEM=input
A: dev=13:{minor}\\n
L: device=../../input{number}
"""
ANSWERS = """\
@DEV {node}
EVIOCGID 0 {ids}
EVIOCGNAME(0) {name_length} {name}
EVIOCGPHYS(0) 9 {phys}
EVIOCGUNIQ(0) {serial_length} {serial}
EVIOCGVERSION 0 01000100
EVIOCGBIT(0) 4 13000200
EVIOCGBIT(1) 96 {keys}
EVIOCGBIT(4) 8 1000000000000000
EVIOCGBIT(17) 8 0700000000000000
EVIOCGLED(0) 2 {lights}00
EVIOCGKEY(0) 96 {down}
EVIOCGEFFECTS 0 60000000
"""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A scanner that may be plugged in. `lights` has a bit for each light that is on; 2 is Caps Lock."""

    number: int
    serial: str
    lights: int = 0
    name: str = "Sim Scanner 1472g"
    vendor: int = 0x0C2E
    product: int = 0x0B61

    @property
    def node(self) -> str:
        return f"/dev/input/event{self.number}"

    @property
    def link(self) -> str:
        return f"/dev/input/by-id/usb-Sim_{self.serial}-event-kbd"


SLOTS = Slot(number=1, serial="A1"), Slot(number=2, serial="B2"), Slot(number=3, serial="C3", lights=2)


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
        device = DEVICE.format(
            number=slot.number,
            name=slot.name,
            vendor=slot.vendor,
            product=slot.product,
            link=slot.link,
            minor=64 + slot.number,
        )
        self._call("add_from_string", device.encode())
        for node in (slot.node, slot.link):  # it does not look behind links
            with tempfile.NamedTemporaryFile("w", suffix=".ioctl") as file:
                file.write(_answers(node, slot))
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


def _answers(node: str, slot: Slot) -> str:
    return ANSWERS.format(
        node=node,
        ids=b"".join(part.to_bytes(2, "little") for part in (3, slot.vendor, slot.product, 0x111)).hex().upper(),
        name_length=len(slot.name) + 1,
        name=_padded(slot.name),
        phys=_padded("usb-sim/0"),
        serial_length=len(slot.serial) + 1,
        serial=_padded(slot.serial),
        keys=EVERY_KEY.ljust(192, "0"),
        lights=f"{slot.lights:02X}",
        down="00" * 96,
    )


def _padded(text: str) -> str:
    return text.encode().ljust(256, b"\0").hex().upper()
