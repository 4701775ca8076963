"""NFC tags through a PN532 on a serial port."""

import time
from collections.abc import Iterator
from types import TracebackType
from typing import ClassVar, Literal, Self

import nfc.clf

from hardware.errors import TagError
from hardware.pn532_port import close_chip, open_chip, tags_in_field
from hardware.ports import device_at
from hardware.scan import ReaderEvent, Scan
from hardware.tap import TECHNOLOGY, Tap

CROWD = "more than one tag at the reader: hold one article to it at a time"


class Pn532Reader:
    """Looks for a tag every `interval` seconds, reads it once, and waits until it is gone.

    A tag with the same UID and content within `debounce` seconds of having left is the same tap, shaken.
    """

    driver: ClassVar[str] = "nfc_pn532"

    def __init__(self, name: str, *, path: str, interval: float = 0.07, debounce: float = 0.7) -> None:
        self._name, self._path, self._interval, self._debounce = name, path, interval, debounce
        self._tap: Tap | None = None
        self._crowded = False
        self._last: tuple[bytes, bytes | str] | None = None
        self._seen = 0.0

    def __enter__(self) -> Self:
        self._frontend = open_chip(device_at(self._path, "NFC reader"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        close_chip(self._frontend)

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        """Look once and yield what changed, then pause."""
        next_look = time.monotonic() + min(self._interval, timeout)
        yield from self._look() if self._tap is None else self._watch(self._tap)
        time.sleep(max(0.0, next_look - time.monotonic()))

    def _look(self) -> Iterator[ReaderEvent]:
        found = tags_in_field(self._frontend)
        crowded, self._crowded = self._crowded, found > 1
        if self._crowded and not crowded:
            yield self._partial("tags-many", CROWD)
        target = self._frontend.sense(nfc.clf.RemoteTarget(TECHNOLOGY)) if found == 1 else None
        if target is not None:
            self._tap = Tap(self._frontend, target)
            yield self._event("present")
            yield from self._read(self._tap)
        elif found != 1:
            self._frontend.device.mute()  # no field between looks

    def _watch(self, tap: Tap) -> Iterator[ReaderEvent]:
        there = tap.is_there()
        if there:
            self._seen = time.monotonic()
            return
        self._tap = None
        yield self._event("removed")

    def _read(self, tap: Tap) -> Iterator[ReaderEvent]:
        try:
            message = tap.message()
        except TagError as error:
            if self._is_news(tap.uid, error.reason):
                yield self._partial(error.reason, str(error))
            return
        if self._is_news(tap.uid, message):
            yield self._scan(tap.uid, message)

    def _is_news(self, uid: bytes, content: bytes | str) -> bool:
        now, last = time.monotonic(), self._last
        shaken = (uid, content) == last and now - self._seen < self._debounce
        self._last, self._seen = (uid, content), now
        return not shaken

    def _scan(self, uid: bytes, message: bytes) -> ReaderEvent:
        now = time.time()
        scan = Scan(reader=self._name, symbology="ndef", data=message, at=now, uid=uid)
        return ReaderEvent(kind="scan", reader=self._name, at=now, scan=scan)

    def _partial(self, reason: str, error: str) -> ReaderEvent:
        return ReaderEvent(kind="partial", reader=self._name, at=time.time(), error=error, reason=reason)

    def _event(self, kind: Literal["present", "removed"]) -> ReaderEvent:
        return ReaderEvent(kind=kind, reader=self._name, at=time.time())
