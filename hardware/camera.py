"""Codes held before a camera, or in files that stand in for one."""

import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

from hardware.errors import BadOption, DeviceLost, NotAPicture
from hardware.imaging.capture import Capture
from hardware.imaging.decoders import Reading
from hardware.imaging.frames import frames
from hardware.imaging.live import checked
from hardware.imaging.pictures import grey
from hardware.imaging.symbols import chosen
from hardware.imaging.watching import Gate, Vigil, Watch
from hardware.scan import ReaderEvent, Scan

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image


class CameraReader:
    """Looks at `source`: a camera (its number, or its path below /dev/v4l/by-id), a named pipe of JPEGs, a picture, a
    video, a series (seq_%03d.jpg), or a folder that pictures are dropped into.

    A camera is asked for `width` x `height` at `rate` pictures a second in the encoding `fourcc`; files are shown at
    `rate`, a dropped picture for `hold` seconds. `decoder` ("zxing" or "pyzbar") looks for `symbologies`, and for UPC-E
    and plain ITF where asked. A code counts after two agreeing readings in a row, and again once it was out of sight
    for `gone` seconds.
    """

    driver: ClassVar[str] = "camera"

    def __init__(
        self,
        name: str,
        *,
        source: str | int,
        rate: float = 15.0,
        hold: float = 0.6,
        gone: float = 1.0,
        width: int = 1280,
        height: int = 720,
        fourcc: str = "MJPG",
        decoder: str = "zxing",
        symbologies: Sequence[str] | None = None,
        upce: bool = False,
        itf: bool = False,
    ) -> None:
        self._name, self._source, self._hold = name, str(source), hold
        self._capture = _asked(Capture(width, height, rate, fourcc))
        self._make, self._symbols = checked(decoder), chosen(symbologies, upce=upce, itf=itf)
        self._watch, self._gate = Watch(gone=gone), Gate()
        self._due, self._aborted = 0.0, False

    def __enter__(self) -> Self:
        self._decoder = self._make(self._symbols)
        self._frames = frames(self._source, hold=self._hold, capture=self._capture)
        self._tick = 0.0 if self._frames.alive else 1 / self._capture.rate  # a camera sets its own pace
        self._vigil = Vigil(self._source, time.monotonic())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._frames.close()
        self._frames = self._frames._replace(pictures=iter(()))  # the last reference to a capture releases its device

    def abort(self) -> None:
        """Nothing here waits for longer than three seconds, and OpenCV's capture must not be closed from beside: so
        this ends the next poll, and the capture with it."""
        self._aborted = True

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        """Take the next picture when it is due and yield the codes that count."""
        pause = self._due - time.monotonic()
        time.sleep(max(0.0, min(pause, timeout)))
        if pause > timeout:
            return
        self._due = time.monotonic() + self._tick
        picture = next(self._frames.pictures)
        if self._aborted:
            raise DeviceLost(f"the camera {self._source} did not answer: check its plug")
        if isinstance(picture, NotAPicture):
            self._missed()
            yield self._unreadable(picture)
        else:
            yield from map(self._scan, self._seen(picture, time.monotonic()))

    def _seen(self, picture: "Image | None", now: float) -> list[Reading]:
        if picture is not None:
            return self._look(grey(picture), now)
        self._missed()
        if self._frames.alive:
            return []
        self._gate.forget()
        return self._watch.look((), now)

    def _missed(self) -> None:
        if self._frames.alive:
            self._vigil.none(time.monotonic())

    def _look(self, picture: "Image", now: float) -> list[Reading]:
        if self._frames.alive:
            self._vigil.came(picture, now)
        if self._gate.is_open(picture, now) or self._watch.doubtful:
            return self._watch.look(self._decoder.read(picture), now)
        self._watch.stay(now)
        return []

    def _scan(self, reading: Reading) -> ReaderEvent:
        now = time.time()
        scan = Scan(reader=self._name, symbology=reading.symbology, data=reading.data, at=now)
        return ReaderEvent(kind="scan", reader=self._name, at=now, scan=scan)

    def _unreadable(self, error: NotAPicture) -> ReaderEvent:
        return ReaderEvent(
            kind="partial", reader=self._name, at=time.time(), error=str(error), reason="picture-unreadable"
        )


def _asked(capture: Capture) -> Capture:
    if not (0 < capture.rate <= 120 and 0 < capture.width <= 8192 and 0 < capture.height <= 8192):
        raise BadOption("rate is from 1 to 120 pictures a second, width and height from 1 to 8192 pixels")
    if len(capture.fourcc) != 4:
        raise BadOption(f"fourcc = {capture.fourcc!r} has not four letters: MJPG, YUYV …")
    return capture
