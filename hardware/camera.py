"""Codes held before a camera, or in files that stand in for one."""

import time
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

from hardware.decoders import Reading, read_live
from hardware.errors import NotAPicture
from hardware.frames import frames
from hardware.scan import ReaderEvent, Scan
from hardware.watching import Gate, Watch

if TYPE_CHECKING:
    from hardware.decoders import Image

LOOK_AGAIN = 0.5
"""Seconds after which even a still picture is read again."""


class CameraReader:
    """Looks at `source`: a camera's number, a picture, a video, or a folder that pictures are dropped into.

    Files are shown at `rate` pictures a second, a dropped picture for `hold` seconds. A code counts after two
    agreeing readings in a row, and again once it was out of sight for `gone` seconds.
    """

    driver: ClassVar[str] = "camera"

    def __init__(self, name: str, *, source: str, rate: float = 15.0, hold: float = 0.6, gone: float = 1.0) -> None:
        self._name, self._source, self._hold = name, str(source), hold
        self._rate = rate
        self._tick = 0.0 if self._source.isdigit() else 1 / rate  # a camera sets its own pace
        self._watch, self._gate = Watch(gone=gone), Gate()
        self._read, self._due = 0.0, 0.0

    def __enter__(self) -> Self:
        self._frames = frames(self._source, rate=self._rate, hold=self._hold)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._frames = iter(())  # the last reference to a capture releases its device

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        """Take the next picture when it is due and yield the codes that count."""
        pause = self._due - time.monotonic()
        time.sleep(max(0.0, min(pause, timeout)))
        if pause > timeout:
            return
        self._due = time.monotonic() + self._tick
        picture = next(self._frames)
        if isinstance(picture, NotAPicture):
            yield self._unreadable(picture)
        else:
            yield from map(self._scan, self._look(picture, time.monotonic()))

    def _look(self, picture: "Image | None", now: float) -> list[Reading]:
        if picture is None:
            self._gate.forget()
            return self._watch.look((), now)
        if not (self._gate.is_changed(picture) or self._watch.doubtful or now - self._read > LOOK_AGAIN):
            self._watch.stay(now)
            return []
        self._read = now
        return self._watch.look(read_live(picture), now)

    def _scan(self, reading: Reading) -> ReaderEvent:
        now = time.time()
        scan = Scan(reader=self._name, symbology=reading.symbology, data=reading.data, at=now)
        return ReaderEvent(kind="scan", reader=self._name, at=now, scan=scan)

    def _unreadable(self, error: NotAPicture) -> ReaderEvent:
        return ReaderEvent(
            kind="partial", reader=self._name, at=time.time(), error=str(error), reason="picture-unreadable"
        )
