"""Keyboards among the kernel's input devices: by path, by USB numbers, by name."""

import re
from pathlib import Path
from typing import Any

import evdev
from evdev import InputDevice, ecodes

from hardware.errors import DeviceAbsent

FOLDER = Path("/dev/input")
NUMBERS = re.compile(r"(?P<vendor>[0-9a-f]{4}):(?P<product>[0-9a-f]{4})(?::(?P<serial>.+))?", re.IGNORECASE)
GROUP = "add this user to the group input (usermod -aG input USER) and log in anew"


def opened(path: str) -> "InputDevice[Any]":
    """The device, not yet grabbed; raises `DeviceAbsent`."""
    if not Path(path).exists():
        raise DeviceAbsent(f"no scanner at {path}: plug it in, or correct `device` (see {FOLDER}/by-id)")
    try:
        return InputDevice(path)
    except PermissionError as error:
        raise DeviceAbsent(f"{path} may not be opened: {GROUP}") from error
    except OSError as error:
        raise DeviceAbsent(f"{path} is no keyboard scanner ({error.strerror}): correct `device`") from error


def find(sought: str) -> str:
    """The path of the one scanner that `sought` names; raises `DeviceAbsent` where it is none or several."""
    if sought.startswith("/"):
        return sought
    found, seen = [], []
    for path in sorted(evdev.list_devices(str(FOLDER))):
        device = opened(path)
        try:
            if ecodes.KEY_ENTER not in device.capabilities().get(ecodes.EV_KEY, []):
                continue  # a mouse, a button, or the second half of a scanner: volume keys
            seen.append(describe(device))
            if matches(sought, device):
                found.append(path)
        finally:
            device.close()
    return _only(sought, found, seen)


def _only(sought: str, found: list[str], seen: list[str]) -> str:
    if len(found) == 1:
        return found[0]
    if found:
        fix = f"add its serial number (vendor:product:serial), or name its path in {FOLDER}/by-id"
        raise DeviceAbsent(f"{len(found)} scanners are {sought!r} ({', '.join(found)}): {fix}")
    here = "; ".join(seen) or f"no keyboard that may be opened: {GROUP}"
    raise DeviceAbsent(f"no scanner {sought!r}: plug it in, or correct `device`; there is: {here}")


def matches(sought: str, device: Any) -> bool:
    """`device` has the name or the USB numbers `sought`."""
    numbers = NUMBERS.fullmatch(sought)
    if numbers is None:
        return sought.casefold() in str(device.name).casefold()
    here = f"{device.info.vendor:04x}:{device.info.product:04x}"
    return here == sought[:9].lower() and numbers["serial"] in (None, device.uniq)


def describe(device: Any) -> str:
    """For the person who looks for what to write into `device`."""
    serial = f":{device.uniq}" if device.uniq else ""
    return f"{device.name} ({device.info.vendor:04x}:{device.info.product:04x}{serial})"
