"""A line that loses, tears, repeats and overtakes.

One thing it does not do: to deliver an answer from before HQ's restore after one from behind it. The broker keeps the
order of a topic.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

from sync.simulator_world import World

HQ = ""
"""Where batches go to. Answers go to a box, by its name."""


@dataclass(order=True, frozen=True)
class Parcel:
    at: float
    serial: int
    to: str = field(compare=False)
    store: str = field(compare=False)
    payload: bytes = field(compare=False)


class SimulatedLine:
    def __init__(self, world: World) -> None:
        self._world = world
        self._on_the_way: list[Parcel] = []
        self._serial = 0
        self.delivered = 0

    def send(self, to: str, store: str, payload: bytes) -> None:
        world, weather = self._world, self._world.weather
        if world.chance(weather.torn):
            payload = payload[: world.random.randrange(len(payload))]
        for _ in range(2 if world.chance(weather.twice) else 1):
            if not world.chance(weather.lost):
                self._serial += 1
                at = world.clock + world.random.uniform(0, weather.slowest)
                heapq.heappush(self._on_the_way, Parcel(at, self._serial, to, store, payload))

    def arriving(self, until: float) -> Iterator[Parcel]:
        """What arrives until then, in its order, while the world's clock moves on. More may be sent meanwhile."""
        while self._on_the_way and self._on_the_way[0].at <= until:
            parcel = heapq.heappop(self._on_the_way)
            self._world.clock = parcel.at
            self.delivered += 1
            yield parcel
        self._world.clock = until

    def drop_answers(self) -> None:
        self._on_the_way = [parcel for parcel in self._on_the_way if parcel.to == HQ]
        heapq.heapify(self._on_the_way)
