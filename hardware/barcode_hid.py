"""Barcode scanners that are keyboards ("keyboard wedge"), read through evdev and grabbed, so that nothing is typed."""

import fcntl
import select
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, ClassVar, Self

from evdev import InputDevice, ecodes

from hardware.errors import BadOption, DeviceAbsent, DeviceLost
from hardware.framing import Frame, event, framer
from hardware.keyboards import LAYOUTS
from hardware.keyboards.devices import find, opened
from hardware.keyboards.wedge import Wedge
from hardware.presence import Grip, Presence
from hardware.scan import ReaderEvent

EVIOCSCLOCKID = 0x400445A0
"""Choose the clock of the events' times (linux/input.h)."""
REPEATED = 2
"""The value of a key that is held."""
ENDS = b"\r\n\t"
"""Enter, also the keypad's, and Tab."""
HELD = (
    "the scanner at {} can't be had alone ({}), another program holds it: stop that one. If that is the box itself: "
    "`systemctl stop tote` while you test"
)

UNPLUGGED = "the scanner {} was unplugged ({}): plug it in again"


class HidBarcodeReader:
    """Reads the scanner `device`: a path (/dev/input/by-id/…-event-kbd survives another USB socket), its
    "vendor:product" or "vendor:product:serial" in hex digits as in `lsusb`, or its name.

    `layout` is the country the scanner is set to (us, uk, de, es, fr), `inverted` that it swaps upper and lower case
    ("Caps Lock on"). `suffix` is what ends a barcode where that is not Enter or Tab, "none" for a scanner that sends
    none; `prefix` is what each begins with, and is taken off; `patience` the seconds of silence that end a broken one.
    """

    driver: ClassVar[str] = "barcode_hid"

    def __init__(
        self,
        name: str,
        *,
        device: str,
        layout: str = "us",
        prefix: str = "",
        suffix: str = "",
        inverted: bool = False,
        patience: float = 0.3,
    ) -> None:
        if layout not in LAYOUTS:
            raise BadOption(f"layout must be one of {', '.join(LAYOUTS)}, not {layout!r}")
        if not isinstance(inverted, bool):
            raise BadOption(f"inverted must be true or false, not {inverted!r}")
        if not isinstance(device, str) or not device:
            raise BadOption(f"device must be a path, vendor:product or a name, not {device!r}")
        self._name, self._sought, self._patience = name, device, patience
        self._framer = framer(prefix=prefix, suffix=suffix, patience=patience, ends=ENDS)
        self._wedge = Wedge(LAYOUTS[layout], inverted=inverted)
        self._device: InputDevice[Any] | None = None
        self._clock: Callable[[], float] = time.time
        self._grip, self._stamp = Grip(), 0.0

    def __enter__(self) -> Self:
        path = find(self._sought)
        self._device = opened(path)
        self._grip.hold(self._device.fd)
        try:
            self._presence = Presence(path)
            self._device.grab()
        except FileNotFoundError as error:
            self._close()
            raise DeviceAbsent(UNPLUGGED.format(path, error.strerror)) from error
        except OSError as error:
            self._close()
            raise DeviceAbsent(HELD.format(path, error.strerror)) from error
        with suppress(OSError):  # or a clock that is set amid a code would look like a silence
            fcntl.ioctl(self._device.fd, EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
            self._clock = time.monotonic
        self._wedge.light(ecodes.LED_CAPSL in self._state("leds"))
        self._wedge.resync(self._state("active_keys"))
        self._darken()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def abort(self) -> None:
        self._grip.cut()

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        """Wait for keys and yield the barcodes they complete; blocks in the kernel, so that no scan waits."""
        for frame in self._frames(min(timeout, self._patience)):
            yield event(self._name, frame)

    def _frames(self, timeout: float) -> Iterator[Frame]:
        if self._device is None or self._grip.is_cut:
            raise DeviceLost("the scanner was given up")
        ready, _, _ = select.select([self._device.fd], [], [], timeout)
        if not ready:
            self._presence.check()
            yield from self._framer.overdue(time.monotonic())
            return
        yield from self._taken(self._read(self._device), time.monotonic())

    def _read(self, device: InputDevice[Any]) -> Sequence[Any]:
        try:
            events = list(device.read())
        except BlockingIOError:  # another had it
            return ()
        except OSError as error:  # ENODEV
            raise DeviceLost(UNPLUGGED.format(self._sought, error.strerror)) from error
        if not events:  # ready, and nothing there: its end
            raise DeviceLost(UNPLUGGED.format(self._sought, "end of file"))
        return events

    def _taken(self, events: Sequence[Any], at: float) -> Iterator[Frame]:
        for one in events:
            if one.type == ecodes.EV_SYN and one.code == ecodes.SYN_DROPPED:
                self._dropped(at)
                return  # what this read found after it was queued before: where it belongs is not known
            if one.type == ecodes.EV_KEY:
                yield from self._key(one, at)
            elif one.type == ecodes.EV_LED and one.code == ecodes.LED_CAPSL:
                self._wedge.light(bool(one.value))
                self._darken()

    def _key(self, one: Any, at: float) -> Iterator[Frame]:
        """By the kernel's times, so that two codes stay two even where this thread reads both at once."""
        stamp = one.timestamp()
        if stamp - self._stamp > self._patience:
            yield from self._framer.silence()
        if one.value != REPEATED:  # a key whose release was lost is repeated for ever: a silence all the same
            self._stamp = stamp
            yield from self._framer.feed(self._wedge.key(one.code, one.value), at)

    def _dropped(self, at: float) -> None:
        """The kernel's queue ran over (SYN_DROPPED). Asking for the keys that are down empties that queue of keys, so
        the rest of it is given up as well, and all that follows up to an ending or a silence."""
        self._wedge.resync(self._state("active_keys"))
        self._framer.spoil(at)
        self._stamp = self._clock()  # what was given up may have been typed up to now

    def _state(self, what: str) -> Sequence[int]:
        """The lights that are on ("leds") or the keys that are down ("active_keys"); none where it can't be asked."""
        try:
            return list(getattr(self._device, what)())
        except (OSError, SystemError):  # evdev's extension fails without naming the error
            return []

    def _darken(self) -> None:
        """Put the Caps Lock light out, that another keyboard's Caps Lock lit: scanners that look at it swap upper and
        lower case, others don't; while it is dark, both type what is printed."""
        if self._device is not None and self._wedge.lit:
            with suppress(OSError):
                self._device.set_led(ecodes.LED_CAPSL, 0)
                self._wedge.light(False)

    def _close(self) -> None:
        self._grip.release()
        device, self._device = self._device, None
        if device is not None:
            with suppress(OSError):  # closing lets go of the grab as well
                device.close()
