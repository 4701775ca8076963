"""Serial ports by path: what a person is told when one cannot be opened."""

import os
from pathlib import Path

from hardware.errors import DeviceAbsent


def device_at(path: str, what: str) -> str:
    """The kernel's own name of the device at `path` (links as in /dev/serial/by-id resolved); raises `DeviceAbsent`."""
    if not Path(path).exists():
        raise DeviceAbsent(f"no {what} at {path}: plug it in, or correct `path` (see /dev/serial/by-id)")
    if not Path(path).is_char_device():
        raise DeviceAbsent(f"{path} is no serial port: correct `path` (see /dev/serial/by-id)")
    if not os.access(path, os.R_OK | os.W_OK):
        raise DeviceAbsent(f"{path} may not be opened: add this user to the group dialout")
    return str(Path(path).resolve())
