"""What the box tells HQ of itself now and then (`edge.domain.box_state`)."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from edge.catalogue import Version
from edge.domain.box_state import LONGEST, MOST, BoxState, Clock, ReaderState, StationState
from edge.shop import Shop
from edge.watching import machine
from edge.watching.collector import release
from hardware.health import ReaderHealth


class Telling:
    """Asks the shop and the machine at the moment of telling."""

    def __init__(
        self,
        shop: Shop,
        folder: Path,
        reads: Mapping[str, str],
        *,
        now: Callable[[], float],
        floor: Callable[[], float],
    ) -> None:
        """`reads` names the station of each reader; `now` is the box's clock and `floor` what it can't be earlier than,
        in seconds since 1970."""
        self._shop, self._folder, self._reads = shop, folder, reads
        self._now, self._floor, self._started = now, floor, int(now() * 1000)

    def state(self) -> BoxState:
        status, disk = self._shop.status(), machine.disk(self._folder)
        return BoxState(
            version=release(),
            started=self._started,
            head=status.head,
            waiting=status.waiting,
            oldest_waiting=status.oldest_waiting_ms,
            catalogue=_version(status.catalogue),
            stock=_version(self._shop.catalogue.mark("stock")),
            trouble=status.trouble[:LONGEST],
            refused=status.refused[:LONGEST],
            disk_free=disk.free,
            disk_size=disk.total,
            temperature=machine.temperature(),
            clock=self._clock(),
            readers=tuple(self._reader(one) for one in status.readers[:MOST]),
            stations=tuple(self._stations()),
        )

    def _clock(self) -> Clock:
        if self._now() < self._floor():
            return "behind"
        words: dict[bool | None, Clock] = {True: "set", False: "unset", None: ""}
        return words[machine.clock_was_set()]

    def _reader(self, health: ReaderHealth) -> ReaderState:
        return ReaderState(
            name=health.name,
            driver=health.driver,
            state=health.state,
            station=self._reads.get(health.name, ""),
            error=health.error[:LONGEST],
            failures=health.failures,
            last_scan=None if health.last_scan is None else int(health.last_scan * 1000),
        )

    def _stations(self) -> list[StationState]:
        paired = Counter(one.station for one in self._shop.pairing.paired())
        told = []
        for station in list(self._shop.stations.values())[:MOST]:
            seen = self._shop.seen.of(station.id)
            told.append(
                StationState(
                    id=station.id,
                    kind=station.kind,
                    name=station.name[:LONGEST],
                    paired=paired[station.id],
                    seen=seen.at,
                    away=seen.away,
                    locked=self._shop.pairing.is_locked(station.id),
                    device=seen.device,
                    battery=seen.battery,
                    charging=seen.charging,
                )
            )
        return told


def _version(version: Version) -> str:
    return f"{version.epoch}.{version.n}" if version.n else ""
