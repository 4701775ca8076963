"""Batches: a run of consecutive events on the wire, JSON in a zstd frame."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec
import zstandard

from sync.codec.envelope import Envelope, Sent
from sync.codec.errors import Malformed

VERSION = 1
LARGEST = 8 * 1024 * 1024
"""Bytes a batch may unpack to: a guard against bombs, far above what a box sends."""


class Batch(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Events `first` to `first + len(events) - 1` of one log. Without events it only asks for HQ's mark.

    `prev` is the hash of event `first - 1`, `hash` that of the last event (or `prev` again), `sent` the box's clock in
    milliseconds, `blobs` the sealed blobs of these events by their SHA-256. `cut` is there, and true, where the box has
    forgotten all events before `first` (HQ's `trim_to` said that it may), so that no rewinding brings them back.
    """

    v: int = VERSION
    store: str
    log: str
    first: int
    prev: str
    hash: str
    sent: int
    events: list[Sent]
    blobs: dict[str, bytes] = {}
    cut: bool | msgspec.UnsetType = msgspec.UNSET

    def envelopes(self) -> Sequence[Envelope]:
        """The events with their numbers and the chain restored: hashed once, however often they are asked for."""
        return self._envelopes

    @cached_property
    def _envelopes(self) -> Sequence[Envelope]:
        return tuple(self._chain())

    def _chain(self) -> Iterator[Envelope]:
        prev = self.prev
        for n, sent in enumerate(self.events, start=self.first):
            envelope = Envelope.hashed(
                sent.id, self.log, n, sent.kind, sent.at, sent.body, sent.seal, sent.origin, prev=prev
            )
            prev = envelope.hash
            yield envelope


def batch_of(
    envelopes: list[Envelope],
    *,
    store: str,
    log: str,
    after: int,
    prev: str,
    sent: int,
    blobs: dict[str, bytes],
    cut: bool = False,
) -> Batch:
    """The batch that carries `envelopes`, which follow event `after` (whose hash is `prev`) without a gap. `cut`: event
    `after` and all before it are forgotten."""
    return Batch(
        store=store,
        log=log,
        first=after + 1,
        prev=prev,
        hash=envelopes[-1].hash if envelopes else prev,
        sent=sent,
        events=[Sent(e.id, e.kind, e.at, e.body, e.seal, e.origin) for e in envelopes],
        blobs=blobs,
        cut=True if cut else msgspec.UNSET,
    )


def encode_batch(batch: Batch) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(msgspec.json.encode(batch))


def decode_batch(payload: bytes) -> Batch:
    """Raises `Malformed` for anything but one whole batch of this version whose chain ends in its `hash`."""
    try:
        batch = _read(_unpacked(payload))
    except zstandard.ZstdError as error:
        raise Malformed(f"not a whole zstd frame ({error})") from error
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed(f"not a batch ({error})") from error
    _check(batch)
    return batch


def _read(unpacked: bytes) -> Batch:
    """A batch of another version may have any other form: only its number is looked at then."""
    try:
        batch = _BATCHES.decode(unpacked)
    except msgspec.MsgspecError:
        _check_version(_VERSIONS.decode(unpacked).v)
        raise
    _check_version(batch.v)
    return batch


def _check_version(version: int) -> None:
    if version != VERSION:
        raise Malformed(f"batch of protocol version {version}, this HQ speaks {VERSION}: update HQ first")


def _unpacked(payload: bytes) -> bytes:
    """A frame that names its size is given all the room it names, `max_output_size` or not: so its word comes first."""
    size = zstandard.frame_content_size(payload)
    if size > LARGEST:
        raise Malformed(f"a batch that unpacks to {size} octets, {LARGEST} are the most")
    return zstandard.ZstdDecompressor().decompress(payload, max_output_size=LARGEST, allow_extra_data=False)


class _Version(msgspec.Struct):
    v: int


_BATCHES, _VERSIONS = msgspec.json.Decoder(Batch), msgspec.json.Decoder(_Version)


def _check(batch: Batch) -> None:
    if batch.first < 1:
        raise Malformed(f"first number {batch.first}, logs count from 1")
    if "\n" in "".join([_line(sent) for sent in batch.events]):
        broken = next(place for place, sent in enumerate(batch.events) if "\n" in _line(sent))
        raise Malformed(f"a line break in the envelope of event {batch.first + broken}")
    last = batch.envelopes()[-1].hash if batch.events else batch.prev
    if last != batch.hash:
        raise Malformed(f"the chain of events {batch.first} to {batch.first + len(batch.events) - 1} is broken")


def _line(sent: Sent) -> str:
    """What the form that is hashed holds as lines of their own."""
    return f"{sent.id}{sent.kind}{sent.seal or ''}{sent.origin or ''}"
