"""What a reader of tags tells, from what it sees in its field: no device, no thread, no waiting.

The driver says which tags are there (`saw`), and, while `unread`, what reading the held one gave (`read`, `failed`);
each returns the events to yield. One tag is held at a time.
"""

import time
from collections.abc import Callable, Sequence
from typing import Literal

from hardware.errors import TagError
from hardware.scan import ReaderEvent, Scan

ATTEMPTS = 3
"""Readings after which a failure is told: at the edge of the field a tag is heard, but not every time."""

LATER = 0.5
"""Seconds until the next attempt after those: a tag that can't be read may lie there for hours."""

CROWD = "more than one tag at the reader: hold one article to it at a time"
TORN = "the tag was taken away too soon: hold it to the reader a moment longer"


class Tapping:
    """The taps at the reader `reader`. A tag with the same UID and content within `debounce` seconds of having left is
    the same tap, shaken."""

    def __init__(
        self,
        reader: str,
        *,
        debounce: float,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._reader, self._debounce, self._monotonic, self._clock = reader, debounce, monotonic, clock
        self.held: bytes | None = None
        """The UID of the tag that is there."""
        self._wanted = False
        self._failures, self._due = 0, 0.0
        self._crowded = False
        self._told: tuple[bytes, bytes | str] | None = None
        self._seen = 0.0

    @property
    def unread(self) -> bool:
        """The held tag is to be read now: it alone is there, and has not said what it is to say."""
        return self._wanted and not self._crowded and self._monotonic() >= self._due

    @property
    def hurried(self) -> bool:
        """To be read again at once, not at the next look."""
        return self.unread and 0 < self._failures < ATTEMPTS

    def saw(self, uids: Sequence[bytes]) -> list[ReaderEvent]:
        """These tags are in the field: the held one stays, leaves, or gives way to another; several are told once."""
        events = [] if self.held is None or any(same(self.held, uid) for uid in uids) else self._leave()
        crowd, self._crowded = self._crowded, len(uids) > 1
        if self._crowded and not crowd:
            events.append(self._partial("tags-many", CROWD))
        if len(uids) == 1 and self.held is None:
            events.append(self._come(uids[0]))
        if self.held is not None:
            self._seen = self._monotonic()
        return events

    def read(self, message: bytes) -> list[ReaderEvent]:
        """The held tag gave this NDEF message."""
        self._wanted = False
        uid, now = self.held or b"", self._clock()
        if not self._is_news(uid, message):
            return []
        scan = Scan(reader=self._reader, symbology="ndef", data=message, at=now, uid=uid)
        return [ReaderEvent(kind="scan", reader=self._reader, at=now, scan=scan)]

    def failed(self, error: TagError, raw: bytes = b"", *, final: bool = False) -> list[ReaderEvent]:
        """The held tag gave `raw` and no message. Told after `ATTEMPTS`, or at once where it is `final`. One that gave
        nothing at all is tried as long as it is held, for it may come nearer."""
        self._failures += 1
        if self._failures < ATTEMPTS and not final:
            return []
        self._wanted = not final and not raw and error.reason in ("tag-torn", "tag-damaged")
        self._due = self._monotonic() + LATER
        return self._tell(error.reason, str(error), raw)

    def _come(self, uid: bytes) -> ReaderEvent:
        same = self._told is not None and self._told[0] == _name(uid)
        if not same or self._monotonic() - self._seen >= self._debounce:
            self._told = None
        self.held, self._wanted, self._failures, self._due = uid, True, 0, 0.0
        return self._event("present", uid)

    def _leave(self) -> list[ReaderEvent]:
        torn = self._tell("tag-torn", TORN) if self._wanted and self._failures < ATTEMPTS else []
        left = self._event("removed", self.held or b"")
        self.held, self._wanted = None, False
        return [*torn, left]

    def _tell(self, reason: str, error: str, raw: bytes = b"") -> list[ReaderEvent]:
        uid = self.held or b""
        scanned = self._told is not None and self._told[0] == _name(uid) and isinstance(self._told[1], bytes)
        if scanned or not self._is_news(uid, reason):  # what was read in this tap is not asked for again
            return []
        return [self._partial(reason, error, raw)]

    def _is_news(self, uid: bytes, content: bytes | str) -> bool:
        before, self._told = self._told, (_name(uid), content)
        return self._told != before

    def _partial(self, reason: str, error: str, raw: bytes = b"") -> ReaderEvent:
        return ReaderEvent(kind="partial", reader=self._reader, at=self._clock(), error=error, reason=reason, raw=raw)

    def _event(self, kind: Literal["present", "removed"], uid: bytes) -> ReaderEvent:
        return ReaderEvent(kind=kind, reader=self._reader, at=self._clock(), tag=uid)


def is_random(uid: bytes) -> bool:
    """Phones make up such a UID whenever the field comes on (ISO/IEC 14443-3, 6.5.4)."""
    return len(uid) == 4 and uid[0] == 0x08


def same(uid: bytes, other: bytes) -> bool:
    """The same tag, as far as UIDs tell."""
    return _name(uid) == _name(other)


def _name(uid: bytes) -> bytes:
    """What a tag is known by after it was away."""
    return b"" if is_random(uid) else uid
