"""Many boxes on one HQ: what an event costs, how long an outage takes to drain, how fast a feed's head goes round.

Real Mosquitto and the real `tote-hq run` on SQLite; the boxes are light ones (`bench.wire.light`), all in this process:
each has its own connection, log and hash chain, and waits for its receipts. The trickle brings the same number of
events a second from few boxes and from many, each event in a batch of its own; its cost is the processor time of HQ
and broker together, per event. Events are those of visits, as in `bench sync`.
"""

import asyncio
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.wire import servers
from bench.wire.light import LightBox, close_all, connect_all
from bench.wire.mix import events
from sync import topics

RATE = 300
"""Events a second of the trickle."""
SPARE = 500
"""Open files beside the boxes' connections."""
BACKLOG = 20
"""Events of each box after the outage."""


def run(*, short: bool = False) -> dict[str, Any]:
    """`boxes`, `events_per_s`, `cost_growth`, `drain_s`, `head_s`; per number of boxes what made them up."""
    sizes, seconds = ((5, 50), 2) if short else ((10, 1_000, 10_000), 20)
    _open_files(sizes[-1] + SPARE)
    stores = [f"store-{number:05}" for number in range(sizes[-1])]
    figures: dict[str, Any] = {"boxes": sizes[-1]}
    costs = []
    for size in sizes:
        with (
            tempfile.TemporaryDirectory() as folder,
            servers.broker(Path(folder)) as broker,
            servers.hq(Path(folder), broker, stores) as hq,
        ):
            told = asyncio.run(Fleet(broker, hq, stores[:size]).measured(seconds))
        figures |= {f"{key}_{size}": value for key, value in told.items()}
        costs.append(told["cost_us"])
    largest = {key: figures[f"{key}_{sizes[-1]}"] for key in ("events_per_s", "drain_s", "head_s")}
    return largest | {"cost_growth": round(costs[-1] / costs[0], 2)} | figures


def _open_files(needed: int) -> None:
    """For this process and the broker that it starts: a connection is a file at either end."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise SystemExit(f"bench fleet needs {needed} open files, {hard} are allowed: ulimit -Hn {needed}, as root")
    if soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


class Fleet:
    def __init__(self, broker: servers.Server, hq: servers.HqServer, stores: list[str]) -> None:
        self._broker, self._hq = broker, hq
        self._boxes = [LightBox(store, events(store, hq.seal_key, n)) for n, store in enumerate(stores)]

    async def measured(self, seconds: float) -> dict[str, Any]:
        await connect_all(self._boxes, self._broker.address)
        await self._deliver(self._boxes, 1)  # every log is known
        try:
            cost = await self._trickle(seconds)
            drain_s = await self._outage()
            return {
                "cost_us": cost,
                "drain_s": round(drain_s, 2),
                "events_per_s": round(len(self._boxes) * BACKLOG / drain_s),
                "head_s": round(await self._head(), 3),
                "hq_mb": servers.memory_mb(self._hq.pid),
                "broker_mb": servers.memory_mb(self._broker.pid),
            }
        finally:
            await close_all(self._boxes)

    async def _trickle(self, seconds: float) -> float:
        """Microseconds of HQ's and the broker's processor time per event."""
        before, began = self._cpu(), time.monotonic()
        count = int(RATE * seconds)
        waiting = []
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
            waiting.append(asyncio.create_task(self._boxes[number % len(self._boxes)].send_one()))
        await asyncio.gather(*waiting)
        return round(1e6 * (self._cpu() - before) / count)

    async def _outage(self) -> float:
        """All boxes come back with a backlog in the same moment; seconds until HQ has everything."""
        batches = [box.make(BACKLOG) for box in self._boxes]
        began = time.monotonic()
        await asyncio.gather(*(box.deliver(batch) for box, batch in zip(self._boxes, batches, strict=True)))
        return time.monotonic() - began

    async def _deliver(self, boxes: list[LightBox], count: int) -> None:
        await asyncio.gather(*(box.deliver(box.make(count)) for box in boxes))

    async def _head(self) -> float:
        """Seconds from a publish to the last box that has it. A light line publishes it: paho waits with `select`, and
        that knows no file beyond the 1,024th."""
        publisher = LightBox("bench", iter(()))
        await connect_all([publisher], self._broker.address)
        seen = [len(box.heads) for box in self._boxes]
        began = time.monotonic()
        publisher.publish(topics.feed("bench"), b"x" * 300)
        while not all(len(box.heads) > before for box, before in zip(self._boxes, seen, strict=True)):
            await asyncio.sleep(0.005)
        await close_all([publisher])
        return max(box.heads[-1] for box in self._boxes) - began

    def _cpu(self) -> float:
        return servers.cpu_s(self._hq.pid) + servers.cpu_s(self._broker.pid)
