"""Light boxes: many MQTT 3.1.1 connections in one thread (asyncio), each with a log of its own kept in memory.

They speak as a box does, batch and receipt, byte for byte; what they leave out is the disk.
"""

import asyncio
import random
import secrets
import struct
import time
from collections.abc import Iterator

import msgspec

from bench.wire.mix import Made
from sync import topics
from sync.codec import GENESIS, Envelope, Receipt, blob_hash, decode_answer, encode_batch
from sync.codec.batch import batch_of
from sync.flights import AT_LEAST, LONGEST, PATIENCE

CONNECT, PUBLISH, PUBACK, SUBSCRIBE = 0x10, 0x30, 0x40, 0x82
KEEPALIVE = 0
"""Seconds; 0: a bench is shorter than any."""


class LightBox:
    """One connection, one log. `receipts` counts what HQ said it has."""

    def __init__(self, store: str, events: Iterator[Made]) -> None:
        self.store, self._events = store, events
        self.log, self.n, self.prev = secrets.token_hex(16), 0, GENESIS
        self.receipted = 0
        self.heads: list[float] = []
        self._waiting: asyncio.Future[None] | None = None
        self._turn = asyncio.Lock()

    async def connect(self, host: str, port: int) -> None:
        """Connected, and subscribed to receipts and to the heads of feeds."""
        self._reader, self._writer = await asyncio.open_connection(host, port)
        client = f"tote-{self.store}-{secrets.token_hex(4)}"
        self._send(CONNECT, _text("MQTT") + bytes([4, 2]) + struct.pack("!H", KEEPALIVE) + _text(client))
        await self._packet()
        wanted = (topics.down(self.store), topics.feed("+"))
        self._send(SUBSCRIBE, b"\0\1" + b"".join(_text(topic) + b"\1" for topic in wanted))
        await self._packet()
        self._listener = asyncio.create_task(self._listen())

    def make(self, count: int) -> bytes:
        """The next batch of `count` events, packed."""
        after, prev, blobs = self.n, self.prev, {}
        envelopes = self.append(count, blobs)
        return encode_batch(
            batch_of(envelopes, store=self.store, log=self.log, after=after, prev=prev, sent=_now(), blobs=blobs)
        )

    def append(self, count: int, blobs: dict[str, bytes] | None = None) -> list[Envelope]:
        """The next `count` events; their sealed blobs are put into `blobs`."""
        kept: dict[str, bytes] = {} if blobs is None else blobs
        return [self._append(kept) for _ in range(count)]

    def _append(self, blobs: dict[str, bytes]) -> Envelope:
        event_id, event, blob = next(self._events)
        envelope = Envelope(
            id=event_id,
            log=self.log,
            n=self.n + 1,
            kind=type(event).__name__,
            at=_now(),
            body=msgspec.json.encode(event).decode(),
            seal=blob_hash(blob) if blob else None,
            prev=self.prev,
        )
        self.n, self.prev = envelope.n, envelope.hash
        if blob and envelope.seal:
            blobs[envelope.seal] = blob
        return envelope

    async def deliver(self, batch: bytes) -> None:
        """Returns when HQ's receipt for the newest event is here; until then it is sent again, ever more slowly."""
        patience = PATIENCE
        while self.receipted < self.n:
            self._waiting = asyncio.get_running_loop().create_future()
            self.publish(topics.up(self.store), batch)
            try:
                await asyncio.wait_for(self._waiting, AT_LEAST + random.uniform(0, patience))
            except TimeoutError:
                patience = min(2 * patience, LONGEST)

    def publish(self, topic: str, payload: bytes) -> None:
        """At QoS 1; that the broker has it is not waited for."""
        self._send(PUBLISH | 2, _text(topic) + b"\0\1" + payload)

    async def send_one(self) -> None:
        """One event in a batch of its own, after those before it."""
        async with self._turn:
            await self.deliver(self.make(1))

    async def close(self) -> None:
        self._listener.cancel()
        self._writer.close()

    async def _listen(self) -> None:
        while True:
            kind, payload = await self._packet()
            if kind & 0xF0 != PUBLISH:
                continue
            length = int.from_bytes(payload[:2], "big")
            topic, rest = payload[2 : 2 + length], payload[2 + length :]
            if kind & 0x06:
                self._send(PUBACK, rest[:2])
                rest = rest[2:]
            if topic.startswith(b"tote/1/feed/"):
                self.heads.append(time.monotonic())
            elif isinstance(answer := decode_answer(rest), Receipt) and answer.log == self.log:
                self.receipted = max(self.receipted, answer.n)
                if self._waiting and not self._waiting.done() and self.receipted >= self.n:
                    self._waiting.set_result(None)

    async def _packet(self) -> tuple[int, bytes]:
        kind = (await self._reader.readexactly(1))[0]
        length, shift = 0, 0
        while True:
            octet = (await self._reader.readexactly(1))[0]
            length |= (octet & 0x7F) << shift
            if not octet & 0x80:
                return kind, await self._reader.readexactly(length)
            shift += 7

    def _send(self, kind: int, payload: bytes) -> None:
        length, size = bytearray(), len(payload)
        while size > 0x7F:
            length.append(size & 0x7F | 0x80)
            size >>= 7
        length.append(size)
        self._writer.write(bytes([kind]) + bytes(length) + payload)


async def connect_all(boxes: list[LightBox], address: str, *, at_once: int = 100) -> None:
    host, _, port = address.rpartition(":")
    for begin in range(0, len(boxes), at_once):
        await asyncio.gather(*(box.connect(host, int(port)) for box in boxes[begin : begin + at_once]))


async def close_all(boxes: list[LightBox]) -> None:
    await asyncio.gather(*(box.close() for box in boxes))


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("!H", len(raw)) + raw


def _now() -> int:
    return time.time_ns() // 1_000_000
