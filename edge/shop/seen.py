"""Which stations were there last, from where, and what their browsers say of the device. Kept in memory: HQ is told,
and remembers.
"""

import threading
from collections.abc import Callable, Container
from dataclasses import dataclass, replace

LONGEST = 40
"""Characters of what a browser calls its device."""


@dataclass(frozen=True, kw_only=True)
class Presence:
    """`at` in milliseconds since 1970 UTC; None where it was not seen since the box started."""

    at: int | None = None
    away: bool = False
    device: str = ""
    battery: int | None = None
    charging: bool | None = None


class Seen:
    """Thread-safe, and quick: every second of every open screen is noted."""

    def __init__(self, stations: Container[str], *, now: Callable[[], int]) -> None:
        self._stations, self._now, self._lock = stations, now, threading.Lock()
        self._known: dict[str, Presence] = {}
        self.is_here: Callable[[str], bool] = lambda address: True
        """Whether an address is of the store's networks; the box says how (`edge.networks`)."""

    def note(self, station: str, address: str) -> None:
        """Its page, or a program that speaks for it, asked from `address`."""
        away = not self.is_here(address)
        with self._lock:
            if station in self._stations:
                self._known[station] = replace(self.of(station), at=self._now(), away=away)

    def tell(self, station: str, *, device: str, battery: int | None, charging: bool | None) -> None:
        """What its browser says of the device. A battery is in per cent."""
        level = None if battery is None else max(0, min(100, battery))
        device = "".join(filter(str.isprintable, device))[:LONGEST]
        with self._lock:
            if station in self._stations:
                said = replace(self.of(station), device=device, battery=level, charging=charging)
                self._known[station] = said

    def of(self, station: str) -> Presence:
        return self._known.get(station, Presence())
