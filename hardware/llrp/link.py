"""A session with an LLRP reader: requests and their answers, keepalives, and tags; never waits without an end."""

import logging
import time
from collections.abc import Iterator

from hardware.errors import DeviceAbsent, DeviceLost
from hardware.llrp.frames import Frame, Kind, Splitter, encode
from hardware.llrp.portal import Sighting
from hardware.llrp.reports import event, refusal, sightings
from hardware.llrp.wire import Wire

log = logging.getLogger(__name__)

PATIENCE = 3.0
"""Seconds without a word after which a reader is dead, asked or not: it is to send a KEEPALIVE each second."""
LEAVING = 0.3
"""Seconds it may take to take leave."""

BUSY = "the reader at {} is in use by another program: end that; if it died, the reader lets go of it by itself soon"
TAKEN = "the reader at {} opens its connection itself, to another program: switch that off in the reader's settings"
UNWILLING = "the reader at {} takes no connection (LLRP: {}): switch it off and on"
SILENT = "the reader at {} says nothing: check its network cable; if it stays, switch it off and on"
CLOSING = "the reader at {} closes the connection: is another program taking it over?"
REFUSED = "the reader at {} refused {}: {}"


class Link:
    """One session, used once; raises `DeviceAbsent`, `DeviceLost` and its kind `BrokenFrame`."""

    def __init__(self, host: str, port: int) -> None:
        self._wire = Wire(host, port)
        self.close, self.abort, self.where = self._wire.close, self._wire.abort, self._wire.where
        self._splitter, self._number = Splitter(), 0
        self.heard = 0.0
        """When the reader last said something whole, by time.monotonic."""

    def open(self) -> None:
        """Connect, and wait for the reader's greeting (ConnectionAttemptEvent)."""
        self._wire.open()
        for frame in self._until_silent():
            attempt = event(frame.body).attempt if frame.kind == Kind.READER_EVENT_NOTIFICATION else None
            if attempt == 0:
                return
            if attempt is not None:
                raise DeviceAbsent({1: TAKEN, 2: BUSY}.get(attempt, UNWILLING).format(self.where, attempt))

    def ask(self, kind: Kind, body: bytes = b"") -> bytes:
        """Send a request; returns its answer's body, or raises `DeviceLost` with the reader's reason to refuse."""
        number = self.say(kind, body)
        for frame in self._until_silent():
            if frame.number == number and frame.kind in (kind + 10, Kind.ERROR_MESSAGE):
                if reason := refusal(frame.body):
                    raise DeviceLost(REFUSED.format(self.where, kind.name, reason))
                return frame.body
            self._attend(frame)
        raise DeviceLost(SILENT.format(self.where))

    def say(self, kind: Kind, body: bytes = b"") -> int:
        """Send a message; returns its number."""
        self._number += 1
        self._wire.send(encode(Frame(kind, self._number, body)))
        return self._number

    def sightings(self, timeout: float) -> list[Sighting]:
        """The tags told within about `timeout` seconds; returns as soon as anything came."""
        seen = []
        for frame in self._frames(timeout):
            if frame.kind == Kind.RO_ACCESS_REPORT:
                seen += sightings(frame.body)
            else:
                self._attend(frame)
        if time.monotonic() - self.heard > PATIENCE:
            raise DeviceLost(SILENT.format(self.where))
        return seen

    def await_farewell(self) -> None:
        """Wait for the answer to CLOSE_CONNECTION, not for long."""
        end = time.monotonic() + LEAVING
        while (left := end - time.monotonic()) > 0:
            if any(frame.kind == Kind.CLOSE_CONNECTION_RESPONSE for frame in self._frames(left)):
                return

    def _until_silent(self) -> Iterator[Frame]:
        """The frames of the next `PATIENCE` seconds, then raises: one was waited for in vain."""
        end = time.monotonic() + PATIENCE
        while (left := end - time.monotonic()) > 0:
            yield from self._frames(left)
        raise DeviceLost(SILENT.format(self.where))

    def _frames(self, timeout: float) -> Iterator[Frame]:
        for frame in self._splitter.feed(self._wire.receive(timeout)):
            self.heard = time.monotonic()
            yield frame

    def _attend(self, frame: Frame) -> None:
        """What comes unasked, or too late to matter."""
        if frame.kind == Kind.KEEPALIVE:
            self._wire.send(encode(Frame(Kind.KEEPALIVE_ACK, frame.number)))
        elif frame.kind == Kind.ERROR_MESSAGE:
            log.warning("the reader at %s complains: %s", self.where, refusal(frame.body))
        elif frame.kind == Kind.READER_EVENT_NOTIFICATION:
            told = event(frame.body)
            if told.closing:
                raise DeviceLost(CLOSING.format(self.where))
            if told.trouble:
                log.warning("the reader at %s says: %s", self.where, told.trouble)
