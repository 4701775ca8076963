"""When a tag seen by a UHF reader counts as come, and when as gone: without I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

MOST = 20_000
"""Tags in the field at most, which no field holds: what a reader that has gone mad makes up takes no memory."""
SLACK = 6
"""Decibels by which a tag that is there may be weaker than one that comes: a tag at the border would come and go."""


@dataclass(frozen=True)
class Sighting:
    """A tag was heard: its EPC, by which antenna (0: not told), and how loud (dBm; None: not told)."""

    epc: bytes
    antenna: int = 0
    rssi: int | None = None


@dataclass(frozen=True)
class Change:
    """A tag came, or was not heard for long enough to be gone."""

    kind: Literal["came", "went"]
    epc: bytes


class Portal:
    """The tags in a reader's field. One comes when it is first heard as loud as `weakest` (dBm; None: however weak),
    and is gone after `gone` seconds of silence. Times are the caller's, of any monotonic clock."""

    def __init__(self, *, gone: float = 2.0, weakest: int | None = None) -> None:
        self._gone, self._weakest = gone, weakest
        self._heard: dict[bytes, float] = {}

    def hear(self, sightings: Iterable[Sighting], at: float) -> list[Change]:
        """The tags that came with these reports."""
        came = []
        for sighting in sightings:
            there = sighting.epc in self._heard
            if not sighting.epc or not self._is_near(sighting.rssi, there):
                continue  # a tag nobody has written to has no EPC
            if not there and len(self._heard) >= MOST:
                continue
            self._heard[sighting.epc] = at
            if not there:
                came.append(Change("came", sighting.epc))
        return came

    def silence(self, at: float) -> list[Change]:
        """The tags that are gone by now."""
        gone = [epc for epc, heard in self._heard.items() if at - heard > self._gone]
        for epc in gone:
            del self._heard[epc]
        return [Change("went", epc) for epc in gone]

    def _is_near(self, rssi: int | None, there: bool) -> bool:
        if self._weakest is None:
            return True
        return rssi is not None and rssi >= self._weakest - (SLACK if there else 0)
