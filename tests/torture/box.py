"""A light box, as a process to be killed: event log, uplink and line, told what to append over stdin.

    python -m tests.torture.box DIR STORE HOST:PORT|- [believe-broker] [promise-early] [deaf] [hoard]

First it says {"ready", "log", "head"}. A line `{"append": [...], "pause": s}` appends each event (`traffic.Happening`)
in a transaction of its own and says {"acked": n, "id"} after its commit. `{"shop": {"seed", "count"}}` makes the events
up itself. `{"state": true}` is answered with {"head", "mark", ...}. It ends with its stdin. The words are negative
controls: one counts as delivered what was only handed to the broker, one says "acked" before the commit, one never
notices that its line is dead, one keeps what can't be sent in memory only.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

import msgspec
import paho.mqtt.client as mqtt
import sqlite_utils
from paho.mqtt.enums import CallbackAPIVersion

import sync.line
from edge.domain.events import KINDS
from edge.store import EventLog, machine_id, open_store
from sync import topics
from sync.codec import Receipt, decode_batch, encode_answer
from sync.line import Line, Message
from sync.outbox import Outbox
from sync.service import BoxSync, box_line, real_clocks
from tests.torture import traffic

BELIEVE, EARLY, DEAF, HOARD = "believe-broker", "promise-early", "deaf", "hoard"
"""The negative controls."""
TOGETHER = 5
"""Events of one transaction, where a shop is made up."""


class CredulousLine(Line):
    """Makes itself a receipt of everything it could hand over: the negative control of guarantee 1."""

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        handed = super().publish(topic, payload, retain=retain)
        if retain:  # whether the box is there: no batch
            return handed
        batch = decode_batch(payload)
        if handed and batch.events:
            n = batch.first + len(batch.events) - 1
            receipt = Receipt(log=batch.log, n=n, hash=batch.hash, instance="broker", epoch=1)
            self.inbox.put(Message(topics.down(batch.store), encode_answer(receipt)))
        return handed


class LightBox:
    def __init__(self, folder: Path, store: str, broker: str, words: tuple[str, ...] = ()) -> None:
        self._store, self._early = store, EARLY in words
        self._hoard = mqtt.Client(CallbackAPIVersion.VERSION2) if HOARD in words else None
        self._database = open_store(folder / "store.db", lambda _: os._exit(1))
        self.log = EventLog(self._database, machine_id())
        now, self._wall_ms, random = real_clocks()
        self._sync: BoxSync | None = None
        if broker != "-":
            host, _, port = broker.rpartition(":")
            sync.line.KEEPALIVE = 3600 if DEAF in words else sync.line.KEEPALIVE
            line = box_line([(host, int(port))], store)
            if BELIEVE in words:
                line.__class__ = CredulousLine
            outbox = Outbox(self.log, store, now=now, wall_ms=self._wall_ms, random=random)
            nothing = {"on_feed": lambda *_: None, "on_line": lambda _: None}
            self._sync = BoxSync(outbox, line, store, **nothing)
            self._sync.start()

    def obey(self, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """What it says to one line."""
        if "append" in said:
            for event in said["append"]:
                yield from self._append(traffic.Happening(**event))
                time.sleep(said.get("pause", 0))
        elif "shop" in said:
            self._shop(**said["shop"])
        else:
            yield self.state()

    def _shop(self, seed: int, count: int, days: int = 0) -> None:
        """Up to now, over `days`; as many events in a transaction as a tap leaves at most."""
        now, step = self._wall_ms(), days * 86_400_000 // count
        shop = traffic.shop(seed, self._store)
        for first in range(0, count, TOGETHER):
            events = list(islice(shop, min(TOGETHER, count - first)))
            times = [now - (count - first - n) * step for n in range(len(events))]
            self._database.write(partial(self._put, events, times))
            self._wake()

    def state(self) -> dict[str, Any]:
        kept, sync = self.log.receipt(), self._sync
        more = (
            {} if sync is None else {"up": sync.line_up, "forked": sync.state.forked_at, "refused": sync.state.refused}
        )
        return {"log": self.log.log_id, "head": self.log.head(), "mark": kept.n if kept else 0, **memory(), **more}

    def stop(self) -> None:
        if self._sync:
            self._sync.stop()
        self._database.close()

    def _append(self, happening: traffic.Happening) -> Iterator[dict[str, Any]]:
        if self._early:
            yield {"acked": self.log.head() + 1, "id": happening.id}
            time.sleep(0.05)
        n = self._database.write(partial(self._put, [happening], [self._wall_ms()]))
        self._wake()
        if not self._early:
            yield {"acked": n, "id": happening.id}

    def _put(self, happenings: list[traffic.Happening], times: list[int], db: sqlite_utils.Database) -> int:
        """Inside a transaction. The number of the last one."""
        for happening, at in zip(happenings, times, strict=True):
            if self._hoard:
                self._hoard.publish(topics.up(self._store), msgspec.json.encode(happening), qos=1)
            event = msgspec.json.decode(happening.body, type=KINDS[happening.kind])
            blob = bytes.fromhex(happening.blob) if happening.blob else None
            n = self.log.append(db, event, event_id=happening.id, at=at, blob=blob).n
        return n

    def _wake(self) -> None:
        if self._sync:
            self._sync.wake()


def memory() -> dict[str, int]:
    """What this process holds now, and the most it ever held, in kB."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {"rss": int(lines["VmRSS"].split()[0]), "peak": int(lines["VmHWM"].split()[0])}


def serve(told: IO[str], say: IO[str], folder: Path, store: str, broker: str, words: tuple[str, ...]) -> None:
    box = LightBox(folder, store, broker, words)
    _say(say, {"ready": True, **box.state()})
    for line in told:
        for answer in box.obey(json.loads(line)):
            _say(say, answer)
    box.stop()


def _say(say: IO[str], answer: dict[str, Any]) -> None:
    say.write(json.dumps(answer) + "\n")
    say.flush()


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    folder, store, broker, *words = sys.argv[1:]
    serve(sys.stdin, sys.stdout, Path(folder), store, broker, tuple(words))
