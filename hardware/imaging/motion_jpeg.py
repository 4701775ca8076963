"""A stream of JPEGs out of a named pipe: how a camera that OpenCV can't open is handed over by the program that can.

mkfifo /run/tote/camera && rpicam-vid -t 0 --codec mjpeg -o /run/tote/camera
"""

import os
import select
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hardware.errors import DeviceAbsent, DeviceLost, NotAPicture
from hardware.imaging.pictures import still

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image

BEGIN, END = b"\xff\xd8\xff", b"\xff\xd9"
LONGEST = 16 * 1024 * 1024
"""Octets of one picture; what is longer is no JPEG."""
PATIENCE = 0.1
"""Seconds that a look into the pipe waits for a picture."""
SILENT = 0.8
"""Seconds after opening without an octet: nobody writes into the pipe."""


class Cutter:
    """Cuts octets into JPEGs. A picture that the next one's beginning breaks off is dropped whole."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def feed(self, octets: bytes) -> list[bytes]:
        """The pictures that are complete now, in their order."""
        self._kept += octets
        pictures = []
        while (end := self._kept.find(END)) >= 0:
            part = bytes(self._kept[: end + 2])
            del self._kept[: end + 2]
            if (begin := part.rfind(BEGIN)) >= 0:
                pictures.append(part[begin:])
        if len(self._kept) > LONGEST:
            self._kept.clear()
        return pictures


class Pipe:
    """The pictures of the named pipe `path`; of those that came meanwhile, the newest: a slow box is not late."""

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            raise DeviceAbsent(f"the pipe {path} can't be opened ({error.strerror}): correct `source`") from error
        self._path, self._cutter = path, Cutter()
        try:
            self._first = self._octets(SILENT)
            if not self._first:
                raise DeviceLost(f"no picture comes from {path}: look at the program that writes into it")
        except BaseException:
            self.close()
            raise

    def pictures(self) -> Iterator["Image | NotAPicture | None"]:
        """One each time, None where none came within `PATIENCE`; raises `DeviceLost` once its writer has ended."""
        came = self._cutter.feed(self._first)
        while True:
            yield self._unpacked(came[-1]) if came else None
            came = self._cutter.feed(self._octets(PATIENCE))

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def _unpacked(self, octets: bytes) -> "Image | NotAPicture":
        picture = still(octets)
        return NotAPicture(f"a broken picture came from {self._path}") if picture is None else picture

    def _octets(self, timeout: float) -> bytes:
        """All that lies in the pipe; not more than `LONGEST`, for who writes faster than this reads would never end."""
        if self._descriptor < 0 or not select.select([self._descriptor], [], [], timeout)[0]:
            return b""
        arrived = b""
        try:
            while len(arrived) < LONGEST and (octets := os.read(self._descriptor, 1 << 20)):
                arrived += octets
        except BlockingIOError:
            return arrived
        if not arrived:
            raise DeviceLost(f"nothing writes into {self._path} any more: start the program that does")
        return arrived
