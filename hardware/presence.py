"""Whether the path a device was opened by still leads to it, and letting go of a device by force."""

import os
import threading
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


class Grip:
    """The descriptor of a device that its own thread uses, and another may have to free by force. The number stays
    taken until its owner closes it: were it free, the hung thread could read from whatever is opened next. And it is
    let go of before it is closed: else force could hit whatever is opened next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._descriptor = -1
        self.is_cut = False

    def hold(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """To be called before the descriptor is closed."""
        with self._lock:
            self._descriptor = -1

    def cut(self) -> None:
        """From any thread: from now on the descriptor leads nowhere."""
        self.is_cut = True
        with self._lock, suppress(OSError):
            if self._descriptor >= 0:
                _lead_nowhere(self._descriptor)


def _lead_nowhere(descriptor: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.dup2(nothing, descriptor, inheritable=False)
    finally:
        os.close(nothing)
