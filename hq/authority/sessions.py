"""Who is on the line, by what Mosquitto's log says of connections: two of one store are one too many. Pure.

A line that broke silently is thought alive for 15 s, so two sessions side by side are normal for a moment, and so is
one that takes over from its own dead past. A copied key shows in what goes on: two for long, or one kicking the other.
"""

import re
from collections import defaultdict, deque

from sync.certificates import HQ_NAME

OVERLAP = 30.0
"""Seconds that two sessions of one store may stand side by side: twice what a dead one is thought alive."""
KICKS, WITHIN = 5, 120.0
"""So many take-overs of one client id within so many seconds are two boxes that kick each other."""
MOST = 100_000
"""Sessions kept: whoever connects and vanishes must not fill the memory."""
TWO = "two boxes are on the line with this store's certificate: if the key was copied, revoke it"

_CAME = re.compile(r"New client connected from \S+ as (?P<client>.*) \(p\d+, c\d, k\d+, u'(?P<user>[^']*)'\)\.?$")
_KICKED = re.compile(r"Client (?P<client>.+?) already connected, closing old connection\.?$")
_WENT = re.compile(
    r"(?:Client (?P<client>.+?) (?:disconnected|been disconnected|closed its connection|has exceeded timeout)"
    r"|(?:Bad socket read/write|Socket error) on client (?P<broken>.+?)[:,])"
)


class Sessions:
    """`heard` takes the lines of the log in turn; `now` is a monotonic clock in seconds."""

    def __init__(self) -> None:
        self._live: dict[str, tuple[str, float]] = {}
        self._kicks: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=KICKS))
        self._told: set[str] = set()

    def heard(self, line: str, now: float) -> None:
        if found := _CAME.search(line):
            if found["user"] != HQ_NAME and len(self._live) < MOST:
                self._live[found["client"]] = (found["user"], now)
        elif found := _KICKED.search(line):
            if known := self._live.get(found["client"]):
                self._kicks[known[0]].append(now)
        elif found := _WENT.search(line):
            self._live.pop(found["client"] or found["broken"], None)

    def forget(self) -> None:
        """The broker, or the line to it, went away: so did everybody."""
        self._live.clear()

    def doubled(self, now: float) -> list[str]:
        """Stores that two boxes speak for since lately: each is named once, until it has been one for a while."""
        found = self._side_by_side(now) | self._kicking(now)
        fresh, self._told = sorted(found - self._told), found
        return fresh

    def _side_by_side(self, now: float) -> set[str]:
        since: dict[str, list[float]] = defaultdict(list)
        for store, at in self._live.values():
            since[store].append(at)
        return {store for store, times in since.items() if len(times) > 1 and now - max(times) >= OVERLAP}

    def _kicking(self, now: float) -> set[str]:
        return {store for store, at in self._kicks.items() if len(at) == KICKS and now - at[0] <= WITHIN}
