"""A barcode scanner that is a keyboard."""

import os
import select
import struct
import time
from collections.abc import Iterable, Iterator

from hardware.errors import DeviceLost
from hardware.keyboards import LAYOUTS, Stroke, keys, strokes
from hardware.simulated.hid_testbed import testbed
from hardware.simulated.pty_port import Pluggable

EVENT = struct.Struct("@llHHi")
"""struct input_event: seconds, microseconds, type, code, value (linux/input.h)."""
SYN, KEY, MISC, LIGHT = 0, 1, 4, 0x11
REPORT, DROPPED, SCANCODE, CAPS = 0, 3, 4, 1
STROKE = 0.001
"""Seconds from key to key, by the events' own times."""
CHUNK, PATIENCE = EVENT.size * 64, 5.0
"""Octets written at once, as many as evdev reads at once; seconds they may lie there."""

Event = tuple[int, int, int]
"""Type, code, value."""


class HidScanner(Pluggable):
    """Types what it is told as a scanner set to `layout` does. Only in a process under umockdev; plugged in from the
    start. At most two at once, and one more that is `lit`: its Caps Lock light is on. Close it, or use a `with`."""

    def __init__(self, *, layout: str = "us", suffix: str = "\r", lit: bool = False) -> None:
        self.layout, self.suffix = layout, suffix
        self._slot = testbed().take(lights=2 if lit else 0)
        self._ends: tuple[int, int] | None = None
        self.replug()

    @property
    def path(self) -> str:
        """What a driver opens; stable over `replug`."""
        return self._slot.link

    @property
    def names(self) -> tuple[str, str]:
        """What else a driver knows it by: vendor:product:serial, and the event node."""
        return f"{self._slot.vendor:04x}:{self._slot.product:04x}:{self._slot.serial}", self._slot.node

    def type(self, text: str) -> None:
        """Press the keys for `text` and the suffix; raises `DeviceLost` while unplugged."""
        pressed = strokes(LAYOUTS[self.layout], text + self.suffix)
        if pressed is None:
            raise ValueError(f"a scanner set to {self.layout} cannot type {text!r}")
        self.send(events_of(pressed))

    def send(self, events: Iterable[Event], *, at: float | None = None) -> None:
        """Send raw events, a report after each, stamped from `at` on (seconds since 1970; None is now)."""
        self._write(self._plugged(), b"".join(_stamped(events, time.time() if at is None else at)))

    def light(self, lit: bool) -> None:
        """The Caps Lock light is switched by a program."""
        self.send([(LIGHT, CAPS, int(lit))])

    def written(self) -> list[Event]:
        """What was written to the device: its lights."""
        octets = os.read(self._plugged()[0], 4096)
        return [parts[2:] for parts in EVENT.iter_unpack(octets)]

    def unplug(self) -> None:
        if self._ends is None:
            return
        testbed().unplug(self._slot)
        for end in self._ends:
            os.close(end)
        self._ends = None

    def replug(self) -> None:
        if self._ends is None:
            self._ends = testbed().plug(self._slot)

    def close(self) -> None:
        """Unplug it for good."""
        self.unplug()
        testbed().give(self._slot)

    def __exit__(self, *_details: object) -> None:
        self.close()

    def _plugged(self) -> tuple[int, int]:
        if self._ends is None:
            raise DeviceLost(f"{self.path} is unplugged: replug it first")
        return self._ends

    def _write(self, ends: tuple[int, int], octets: bytes) -> None:
        for at in range(0, len(octets), CHUNK):
            os.write(ends[0], octets[at : at + CHUNK])
            self._until_read(ends[1], time.monotonic() + PATIENCE)

    def _until_read(self, host: int, deadline: float) -> None:
        """A pty that is full hands over half an event, which no kernel does, and evdev loses it."""
        time.sleep(0.0003)
        while select.select([host], [], [], 0)[0]:
            if time.monotonic() > deadline:
                raise DeviceLost(f"nobody reads {self.path}")
            time.sleep(0.0003)


def events_of(pressed: Iterable[Stroke]) -> Iterator[Event]:
    """The events of keys pressed and let go one after the other."""
    for stroke in pressed:
        for key in stroke.held:
            yield KEY, key, 1
        yield MISC, SCANCODE, stroke.key
        yield KEY, stroke.key, 1
        yield KEY, stroke.key, 0
        for key in reversed(stroke.held):
            yield KEY, key, 0


def dropped() -> Event:
    """The kernel says that events were lost."""
    return SYN, DROPPED, 0


def caps_lock() -> Iterator[Event]:
    """The Caps Lock key, pressed and let go."""
    return events_of([Stroke(keys.CAPS_LOCK)])


def _stamped(events: Iterable[Event], at: float) -> Iterator[bytes]:
    for kind, code, value in events:
        at += STROKE / 4
        stamp = int(at), int(at % 1 * 1e6)
        yield EVENT.pack(*stamp, kind, code, value)
        if kind != MISC:
            yield EVENT.pack(*stamp, SYN, REPORT, 0)
