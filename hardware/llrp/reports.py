"""What a reader tells in LLRP, without I/O; the names are those of EPCglobal LLRP 1.1, section 17.

Nothing here raises anything but `BrokenFrame`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hardware.llrp.frames import BrokenFrame, Kind, Splitter, parameters
from hardware.llrp.portal import Sighting

ANTENNA, RSSI, EPC_96 = 1, 6, 13
REGULATORY, BAND, POWER, FREQUENCIES, HOP_TABLE = 143, 144, 145, 146, 147
TAG_REPORT, EPC_DATA = 240, 241
EVENT, EXCEPTION, ANTENNA_EVENT, ATTEMPT, CLOSING = 246, 252, 255, 256, 257
STATUS = 287
LONGEST_EPC = 62
"""Octets: a tag tells the length in words by five bits (EPCglobal Gen2, 6.3.2.1.2.2)."""


@dataclass(frozen=True)
class Transmitter:
    """How to send: a power's number in the reader's table, a hop table's where its country hops, else a channel's."""

    power: int
    hop_table: int
    channel: int


@dataclass(frozen=True)
class Powers:
    """What a reader can send with: {number: dBm}, and its first hop table (0: it does not hop)."""

    levels: dict[int, float]
    hop_table: int = 0

    def at_most(self, dbm: float) -> Transmitter | None:
        """The strongest that is not above `dbm`."""
        allowed = [number for number in self.levels if self.levels[number] <= dbm]
        if not allowed:
            return None
        return Transmitter(max(allowed, key=self.levels.__getitem__), self.hop_table, 0 if self.hop_table else 1)


@dataclass(frozen=True)
class Event:
    """What a READER_EVENT_NOTIFICATION tells, as far as a driver minds."""

    attempt: int | None = None
    """ConnectionAttemptEvent: 0 is success."""
    closing: bool = False
    trouble: str = ""
    """For a person to read: the reader's exception, or an antenna that came loose."""


def sightings(body: bytes) -> list[Sighting]:
    """The tags of an RO_ACCESS_REPORT; surveys and vendors' parts are passed over."""
    return [_sighting(value) for kind, value in parameters(body) if kind == TAG_REPORT]


def _sighting(report: bytes) -> Sighting:
    epcs, antenna, rssi = [], 0, None
    for kind, value in parameters(report):
        if kind in (EPC_96, EPC_DATA):
            epcs.append(value if kind == EPC_96 else _epc(value))
        elif kind == ANTENNA:
            antenna = int.from_bytes(value)
        elif kind == RSSI:
            rssi = int.from_bytes(value, signed=True)
    if len(epcs) != 1 or len(epcs[0]) > LONGEST_EPC:
        raise BrokenFrame(f"a tag with {len(epcs)} EPCs, or one that no tag holds")
    return Sighting(epcs[0], antenna, rssi)


def _epc(value: bytes) -> bytes:
    """EPCData: the number of bits, then these, filled up to octets."""
    bits, octets = int.from_bytes(value[:2]), value[2:]
    if len(value) < 2 or len(octets) != (bits + 7) // 8:
        raise BrokenFrame(f"an EPC of {bits} bits in {len(octets)} octets")
    return octets


def refusal(body: bytes) -> str:
    """Why a request was not done, from its answer's LLRPStatus; "" where it was."""
    status = _find(body, STATUS)
    if status is None or len(status) < 4:
        raise BrokenFrame("an answer without status")
    code, text = int.from_bytes(status[:2]), _text(status[2:])
    return f"{text or 'no reason given'} (status {code})" if code else ""


def event(body: bytes) -> Event:
    """A READER_EVENT_NOTIFICATION."""
    data = _find(body, EVENT)
    if data is None:
        raise BrokenFrame("a notification of nothing")
    told = dict(parameters(data))
    attempt = int.from_bytes(told[ATTEMPT]) if ATTEMPT in told else None
    return Event(attempt, CLOSING in told, _text(told.get(EXCEPTION, b"\0\0")) or _loose(told.get(ANTENNA_EVENT, b"")))


def _loose(value: bytes) -> str:
    return f"antenna {int.from_bytes(value[1:3])} is not connected" if value[:1] == b"\0" else ""


def _text(value: bytes) -> str:
    """A counted text in UTF-8."""
    length = int.from_bytes(value[:2])
    if len(value) < 2 + length:
        raise BrokenFrame("a text that is cut off")
    return value[2 : 2 + length].decode(errors="replace")


def powers(body: bytes) -> Powers:
    """The powers of a GET_READER_CAPABILITIES_RESPONSE."""
    band = _find((_find(body, REGULATORY) or b"")[4:], BAND) or b""
    hops = _find((_find(band, FREQUENCIES) or b"")[1:], HOP_TABLE)
    return Powers(dict(_levels(band)), hops[0] if hops else 0)


def _levels(band: bytes) -> Iterator[tuple[int, float]]:
    for kind, value in parameters(band):
        if kind == POWER and len(value) == 4:
            yield int.from_bytes(value[:2]), int.from_bytes(value[2:], signed=True) / 100


def _find(body: bytes, wanted: int) -> bytes | None:
    """The value of the first parameter of that type; all are checked."""
    return next((value for kind, value in list(parameters(body)) if kind == wanted), None)


UNDERSTOOD: dict[Kind, Callable[[bytes], object]] = {kind: refusal for kind in Kind if kind.name.endswith("_RESPONSE")}
UNDERSTOOD |= {Kind.RO_ACCESS_REPORT: sightings, Kind.READER_EVENT_NOTIFICATION: event, Kind.ERROR_MESSAGE: refusal}
UNDERSTOOD[Kind.GET_READER_CAPABILITIES_RESPONSE] = lambda body: (refusal(body), powers(body))


def feed(octets: bytes) -> list[object]:
    """All that a reader's octets say, as a driver takes it: the whole parser in one call. Raises `BrokenFrame`."""
    return [UNDERSTOOD[frame.kind](frame.body) for frame in Splitter().feed(octets) if frame.kind in UNDERSTOOD]
