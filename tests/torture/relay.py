"""Two brokers and a mischievous wire between them: everything comes three times, in disorder, and in pieces."""

import heapq
import threading
import time
from collections.abc import Callable, Iterator
from random import Random

from sync import topics
from sync.codec import Malformed, decode_batch, encode_batch
from sync.codec.batch import batch_of
from sync.line import Line, Message

TIMES = 3
LATEST = 0.05
"""Seconds that a copy may be late: longer than batches lie apart, so copies overtake each other."""
TORN, OLD = 0.3, 0.2
"""How many messages bring one that is cut off or altered along, and one of long ago."""
REMEMBERED = 50


class Relay:
    """From the box's broker at port `near` to HQ's at port `far`, and back. `delivered` is every event that came
    through whole, as (log, number, id), in the order it came."""

    def __init__(self, near: int, far: int, seed: int) -> None:
        self.delivered: list[tuple[str, int, str]] = []
        random = Random(seed)
        box = Line([("127.0.0.1", near)], name="relay", subscriptions=(topics.UP,))
        hq = Line([("127.0.0.1", far)], name="relay", subscriptions=(topics.down("+"),))
        self._lines = box, hq
        self.up = Way(box, hq, Random(random.random()), cut=pieces, note=self._note)
        self.down = Way(hq, box, Random(random.random()), cut=lambda payload, _: [payload], note=lambda _: None)

    def start(self) -> None:
        for part in (*self._lines, self.up, self.down):
            part.start()

    def stop(self) -> None:
        for part in (self.up, self.down, *self._lines):
            part.stop()

    def _note(self, payload: bytes) -> None:
        try:
            batch = decode_batch(payload)
        except Malformed:
            return
        self.delivered += [(batch.log, envelope.n, envelope.id) for envelope in batch.envelopes()]


class Way:
    """One direction. `cut` makes the pieces of one copy, `note` is shown what was delivered."""

    def __init__(
        self,
        source: Line,
        sink: Line,
        random: Random,
        *,
        cut: Callable[[bytes, Random], list[bytes]],
        note: Callable[[bytes], None],
    ) -> None:
        self.messages = self.torn = 0
        self._source, self._sink, self._random, self._cut, self._note = source, sink, random, cut, note
        self._under_way: list[tuple[float, int, str, bytes]] = []
        self._old: list[bytes] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(0.002):
            while not self._source.inbox.empty():
                if isinstance(message := self._source.inbox.get(), Message):
                    self._multiply(message)
            while self._under_way and self._under_way[0][0] <= time.monotonic():
                _, _, topic, payload = heapq.heappop(self._under_way)
                self._sink.publish(topic, payload)
                self._note(payload)

    def _multiply(self, message: Message) -> None:
        self.messages += 1
        for n, payload in enumerate(self._copies(message.payload)):
            due = time.monotonic() + self._random.uniform(0, LATEST)
            heapq.heappush(self._under_way, (due, self.messages * 1000 + n, message.topic, payload))

    def _copies(self, payload: bytes) -> Iterator[bytes]:
        yield payload
        for _ in range(TIMES - 1):
            yield from self._cut(payload, self._random)
        if self._random.random() < TORN:
            self.torn += 1
            yield torn(payload, self._random)
        if self._random.random() < OLD and self._old:
            yield self._random.choice(self._old)
        self._old = [*self._old[-REMEMBERED:], payload]


def pieces(payload: bytes, random: Random) -> list[bytes]:
    """The same events in up to three batches, in disorder."""
    batch = decode_batch(payload)
    envelopes = list(batch.envelopes())
    cuts = sorted(random.randrange(len(envelopes) + 1) for _ in range(2))
    parts = [part for part in (envelopes[: cuts[0]], envelopes[cuts[0] : cuts[1]], envelopes[cuts[1] :]) if part]
    made = []
    for part in parts:
        blobs = {seal: batch.blobs[seal] for e in part if (seal := e.seal) and seal in batch.blobs}
        whole = {"store": batch.store, "log": batch.log, "sent": batch.sent, "blobs": blobs}
        made.append(encode_batch(batch_of(part, after=part[0].n - 1, prev=part[0].prev, **whole)))
    random.shuffle(made)
    return made


def torn(payload: bytes, random: Random) -> bytes:
    """Cut off, or with one octet altered."""
    at = random.randrange(len(payload))
    if random.random() < 0.5:
        return payload[:at]
    return payload[:at] + bytes([payload[at] ^ random.randrange(1, 256)]) + payload[at + 1 :]
