"""Serial ports by path: what a person is told when one cannot be opened."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import serial

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


@contextmanager
def held_by_nobody(path: str) -> Iterator[None]:
    """Within, opening the port exclusively raises `DeviceAbsent` where another program has it."""
    try:
        yield
    except serial.SerialException as error:
        if error.errno != errno.EAGAIN:
            raise
        raise DeviceAbsent(
            f"{path} is held by another program: end that one. If that is the box itself: `systemctl stop tote` while "
            "you test"
        ) from error
