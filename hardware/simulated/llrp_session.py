"""What a simulated UHF reader says to its one client in LLRP, without I/O."""

import math
from collections.abc import Callable, Iterator
from typing import Protocol

from hardware.llrp.frames import Frame, Kind, Splitter, encode, parameters, tlv
from hardware.simulated.llrp_orders import Orders, Refused
from hardware.simulated.llrp_tags import UhfTag, capabilities, notification, settings, status

ROUND = 0.05
"""Seconds of an inventory round, in which every tag is heard once."""
UNHEARD = 3
"""KEEPALIVEs without acknowledgement after which the client is taken for dead."""
WELCOME, BUSY = 0, 2
"""The status of a ConnectionAttemptEvent; 2: another client is there."""


class Place(Protocol):
    """Where the reader stands and how it is."""

    antennas: int
    hop_table: int
    keeps_alive: bool
    tags: dict[bytes, UhfTag]


def greeting(attempt: int) -> bytes:
    """What a client hears first."""
    return encode(Frame(Kind.READER_EVENT_NOTIFICATION, 0, notification(tlv(256, attempt.to_bytes(2)))))


class Session:
    """`hear` what the client says and `tell` it what is due; both give the octets to send. Times are of one clock."""

    def __init__(self, place: Place) -> None:
        self._place, self.orders = place, Orders(place.antennas)
        self._splitter, self._number = Splitter(), 0
        self._keepalive, self._unheard, self.acknowledged = 0, 0, 0
        self._next_round = self._next_keepalive = math.inf
        self.is_over = False
        self._does: dict[Kind, Callable[[bytes], bytes | None]] = {
            Kind.GET_READER_CAPABILITIES: lambda _: capabilities(place.antennas, place.hop_table),
            Kind.GET_READER_CONFIG: lambda _: settings(place.antennas, self._keepalive),
            Kind.SET_READER_CONFIG: self._configure,
            Kind.DELETE_ACCESSSPEC: lambda _: None,
            Kind.ADD_ROSPEC: self.orders.add,
            Kind.DELETE_ROSPEC: self.orders.delete,
            Kind.ENABLE_ROSPEC: self.orders.enable,
            Kind.DISABLE_ROSPEC: self.orders.disable,
            Kind.START_ROSPEC: self.orders.start,
            Kind.STOP_ROSPEC: self.orders.stop,
            Kind.CLOSE_CONNECTION: self._close,
        }

    @property
    def due(self) -> float:
        """When `tell` has something to say next."""
        return min(self._next_round, self._next_keepalive)

    def hear(self, octets: bytes, now: float) -> bytes:
        said = b"".join(self._answer(frame) for frame in self._splitter.feed(octets))
        self._next_round = min(self._next_round, now) if self.orders.are_active else math.inf
        if self._keepalive and self._next_keepalive == math.inf:
            self._next_keepalive = now + self._keepalive / 1000
        return said

    def tell(self, now: float) -> bytes:
        said = b""
        if now >= self._next_keepalive:
            self._next_keepalive = now + self._keepalive / 1000
            said += self._are_you_there() if self._place.keeps_alive else b""
        if now >= self._next_round:
            self._next_round = now + ROUND
            said += b"".join(self._reports())
        return said

    def _answer(self, frame: Frame) -> bytes:
        if frame.kind == Kind.KEEPALIVE_ACK:
            self._unheard, self.acknowledged = 0, self.acknowledged + 1
        if frame.kind in (Kind.KEEPALIVE_ACK, Kind.ENABLE_EVENTS_AND_REPORTS):
            return b""
        if frame.kind not in self._does:
            return encode(Frame(Kind.ERROR_MESSAGE, frame.number, status(109, f"{frame.kind.name} is not supported")))
        kind = frame.kind + 10 if frame.kind != Kind.CLOSE_CONNECTION else Kind.CLOSE_CONNECTION_RESPONSE
        try:
            body = status(0) + (self._does[frame.kind](frame.body) or b"")
        except Refused as error:
            body = status(300, str(error))
        return encode(Frame(Kind(kind), frame.number, body))

    def _reports(self) -> Iterator[bytes]:
        tags = list(self._place.tags.values())
        for number, order in self.orders.known.items():
            for body in order.reports(number, tags):
                yield self._message(Kind.RO_ACCESS_REPORT, body)

    def _are_you_there(self) -> bytes:
        self._unheard += 1
        self.is_over |= self._unheard > UNHEARD
        return self._message(Kind.KEEPALIVE)

    def _message(self, kind: Kind, body: bytes = b"") -> bytes:
        self._number += 1
        return encode(Frame(kind, self._number, body))

    def _configure(self, body: bytes) -> None:
        for kind, value in parameters(body[1:]):
            if kind == 220:
                self._keepalive = int.from_bytes(value[1:5]) if value[0] else 0
                self._next_keepalive = math.inf

    def _close(self, _body: bytes) -> None:
        self.is_over = True
