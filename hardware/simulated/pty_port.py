"""A serial port made of a pty, which can be pulled out and plugged in again."""

import os
import pty
import tty
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from hardware.errors import DeviceLost


class PtyPort:
    """The device's side of a serial port. `path` is what a driver opens: `link`, where one is given, else the pty."""

    def __init__(self, link: str | Path | None = None) -> None:
        self._link = Path(link) if link is not None else None
        self._ends: tuple[int, int] | None = None
        self._name = ""

    @property
    def path(self) -> str:
        return str(self._link or self._name)

    @property
    def master(self) -> int:
        """The descriptor the device reads and writes; raises `DeviceLost` while unplugged."""
        return self.check()[0]

    def check(self) -> tuple[int, int]:
        """Both ends; raises `DeviceLost` while unplugged."""
        if self._ends is None:
            raise DeviceLost(f"{self.path} is unplugged: replug it first")
        return self._ends

    def plug(self) -> None:
        if self._ends is not None:
            return
        master, slave = pty.openpty()
        tty.setraw(slave)
        self._ends, self._name = (master, slave), os.ttyname(slave)
        if self._link is not None:
            fresh = self._link.with_name(self._link.name + ".new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(self._name)
            fresh.replace(self._link)

    def unplug(self) -> None:
        """Hang up: the driver's end fails from now on, and the path leads nowhere."""
        if self._ends is None:
            return
        ends, self._ends = self._ends, None
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        for end in ends:  # the slave end was held so that a driver's leaving does not look like a hang-up to the device
            os.close(end)

    def write(self, octets: bytes) -> None:
        while octets:
            octets = octets[os.write(self.master, octets) :]


class Pluggable(ABC):
    """A simulated device: plugged in when made, unplugged for good at the end of its `with`."""

    @abstractmethod
    def unplug(self) -> None: ...

    @abstractmethod
    def replug(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()
