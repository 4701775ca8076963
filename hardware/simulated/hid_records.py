"""Three keyboard scanners as umockdev records devices (umockdev-record(1))."""

from dataclasses import dataclass

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


def description(slot: Slot) -> str:
    """The device as udev and sysfs tell it."""
    return DEVICE.format(
        number=slot.number,
        name=slot.name,
        vendor=slot.vendor,
        product=slot.product,
        link=slot.link,
        minor=64 + slot.number,
    )


def answers(node: str, slot: Slot) -> str:
    """What the device at `node` answers evdev's questions (ioctl)."""
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
