"""Whether the path a device was opened by still leads to it, and letting go of a device by force."""

import os
import time
from contextlib import suppress
from pathlib import Path

from hardware.errors import DeviceLost

EVERY = 1.0
"""Seconds between two looks at the path."""


class Presence:
    """Remembers what is at `path`. A device that comes back under another name leaves the open descriptor silent: only
    its path tells. Raises OSError where there is nothing."""

    def __init__(self, path: str) -> None:
        self._path, self._known, self._looked = path, _identity(path), time.monotonic()

    def check(self) -> None:
        """Raise `DeviceLost` where the path leads nowhere or elsewhere; looks at most once a second."""
        now = time.monotonic()
        if now - self._looked < EVERY:
            return
        self._looked = now
        try:
            known = _identity(self._path)
        except OSError as error:
            raise DeviceLost(f"{self._path} is gone: plug the device in again") from error
        if known != self._known:
            raise DeviceLost(f"{self._path} leads to another device now: it was plugged in anew")


def _identity(path: str) -> tuple[int, int, int]:
    found = Path(path).stat()
    return found.st_dev, found.st_ino, found.st_rdev


def cut(descriptor: int) -> None:
    """Let go of the device behind `descriptor` at once, from any thread. The number itself stays taken until its owner
    closes it: were it free, the hung thread could read from whatever is opened next."""
    with suppress(OSError):
        nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        try:
            os.dup2(nothing, descriptor, inheritable=False)
        finally:
            os.close(nothing)
