"""How a box is, as it tells HQ now and then: figures and states, nothing of people. No event: only the latest counts.

Times are in milliseconds since 1970 UTC by the box's clock. A field added later needs a default.
"""

from dataclasses import dataclass
from typing import Literal

MOST = 64
"""Stations and readers that are told of, each."""
LONGEST = 200
"""Characters of any text."""
Clock = Literal["set", "unset", "behind", ""]
"""Since the start a time server set it, or none did; it is earlier than what has certainly passed; nobody can say."""


@dataclass(frozen=True, kw_only=True)
class ReaderState:
    name: str
    driver: str
    state: str
    """As `tote readers` tells it."""
    station: str = ""
    error: str = ""
    failures: int = 0
    last_scan: int | None = None


@dataclass(frozen=True, kw_only=True)
class StationState:
    id: str
    kind: str
    """wall, tablet or staff."""
    name: str = ""
    paired: int = 0
    """Browsers and programs that hold a token of it."""
    seen: int | None = None
    """When its page was open last; None where it never was since the box started."""
    away: bool = False
    """It was seen last from a network that is not this store's."""
    locked: bool = False
    device: str = ""
    """What its browser says it runs on."""
    battery: int | None = None
    """Per cent; None where its browser does not tell."""
    charging: bool | None = None


@dataclass(frozen=True, kw_only=True)
class BoxState:
    version: str
    """Of the program."""
    started: int = 0
    head: int = 0
    """Number of the last event."""
    waiting: int = 0
    """Events that HQ has not confirmed."""
    oldest_waiting: int | None = None
    catalogue: str = ""
    """`epoch.n` of the version in use; "" without one."""
    stock: str = ""
    """Up to where counts of the stock feed reach."""
    trouble: str = ""
    refused: str = ""
    disk_free: int | None = None
    """Octets."""
    disk_size: int | None = None
    temperature: float | None = None
    """Degrees Celsius."""
    clock: Clock = ""
    readers: tuple[ReaderState, ...] = ()
    stations: tuple[StationState, ...] = ()
