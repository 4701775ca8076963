"""A program that writes a camera's pictures as JPEGs into a named pipe, 30 a second, code or blank."""

import os
import threading
import time
from functools import cache
from pathlib import Path

from hardware.imaging.pictures import opencv, still
from tests.hardware.rigs.base import Rig, ean13, gtin


@cache
def _jpeg(code: str | None) -> bytes:
    import numpy as np

    picture = still(ean13(code or gtin(0)))
    assert picture is not None
    shown = picture if code else np.full_like(picture, 200)
    return bytes(opencv().imencode(".jpg", shown)[1])


class CameraRig(Rig):
    driver = "camera"
    apart = 0.9

    def __init__(self, folder: Path) -> None:
        self._pipe = folder / "camera"
        self._blank, self._broken = _jpeg(None), _jpeg(gtin(7))
        self._view, self._once = self._blank, b""
        self._hangs, self._gone = threading.Event(), threading.Event()
        self.replug()

    @property
    def options(self) -> dict[str, object]:
        return {"source": str(self._pipe), "gone": 0.5}

    def show(self, number: int) -> bytes:
        self._view = _jpeg(gtin(number))
        return gtin(number).encode()

    def clear(self) -> None:
        self._view = self._blank

    def unplug(self) -> None:
        self._gone.set()
        self._thread.join()
        self._pipe.unlink(missing_ok=True)

    def replug(self) -> None:
        self._view = self._blank
        self._gone.clear()
        os.mkfifo(self._pipe)
        # the descriptor reads too, so that opening does not wait for the driver; what nobody reads is thrown away
        self._descriptor = os.open(self._pipe, os.O_RDWR | os.O_NONBLOCK)
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def hang(self) -> None:
        self._hangs.set()

    def recover(self) -> None:
        self._view = self._blank
        self._hangs.clear()

    def corrupt(self) -> None:
        """A picture that breaks off, one with a hole, and noise."""
        half = len(self._broken) // 2
        torn, holed = self._broken[:half], self._broken[:half] + self._broken[half + 40 :]
        self._once = torn + holed + b"\xff\xd8\xff" + bytes(range(200)) * 4 + b"\xff\xd9"

    def close(self) -> None:
        self.unplug()

    def _write(self) -> None:
        while not self._gone.is_set():
            if not self._hangs.is_set():
                picture, self._once = self._once or self._view, b""
                self._put(picture)
            time.sleep(1 / 30)
        os.close(self._descriptor)

    def _put(self, picture: bytes) -> None:
        while picture and not self._gone.is_set():
            try:
                picture = picture[os.write(self._descriptor, picture) :]
            except BlockingIOError:  # the pipe is full, as nobody reads it
                time.sleep(0.005)
