"""Catalogue versions: by deltas or whole, whichever is less, and with stock that is no older than what is shown."""

import logging
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from edge.catalogue import CatalogueError, Shelf, Version, unpack
from edge.feeds.fetching import INCOMING, Fetching, RefusedVersionError
from edge.feeds.stock import StockFeed
from sync.codec import CodecError, FeedDelta, FeedHead, decode_deltas, verify_delta

log = logging.getLogger(__name__)

LONGEST = 4 << 20
"""Octets of HQ's answer that names deltas."""


class Versions:
    """Brings the shelf to a version that a verified head names. Used by one thread."""

    def __init__(self, shelf: Shelf, fetching: Fetching, verify_key: bytes, stock: StockFeed) -> None:
        self._shelf, self._fetching, self._verify_key, self._stock = shelf, fetching, verify_key, stock
        self.refused = ""
        """Why the last way by deltas was given up for the whole file; "" where it was not."""

    def take_again(self, head: FeedHead) -> None:
        """The whole file of the version that is in use. Raises as `take`."""
        self._whole(head, again=True)
        self._fetching.sweep(parts=True)

    def take(self, head: FeedHead) -> None:
        """Raises RefusedVersionError, CatalogueError or CodecError for what must not be used."""
        self.refused = ""
        try:
            steps = self._steps(head)
            for step in steps:
                self._step(step)
        except (RefusedVersionError, CatalogueError, CodecError) as refusal:
            self.refused = f"a delta is refused, the whole file is fetched: {refusal}"
            log.error("%s", self.refused)
        if self._shelf.version < Version(head.epoch, head.n):
            self._whole(head)
        self._fetching.sweep(parts=True)

    # ---- step by step ----

    def _steps(self, head: FeedHead) -> Sequence[FeedDelta]:
        """What leads from the version in use to the head, () where the whole file is less or the only way."""
        held, wanted = self._shelf.version, (head.epoch, head.n)
        if held == Version(0, 0):
            return ()
        steps = _chain(head.deltas or (), held, wanted)
        if not steps:
            answer, _ = self._fetching.octets(f"/feeds/{head.feed}?since={held}&until={head.epoch}-{head.n}", LONGEST)
            steps = _chain(decode_deltas(answer), held, wanted)
        for step in steps:
            verify_delta(self._verify_key, step)
        return steps if sum(step.size for step in steps) < head.size else ()

    def _step(self, step: FeedDelta) -> None:
        plain = self._shelf.folder / f"{INCOMING}-{step.epoch}-{step.n}.delta"
        packed = self._packed(step)
        try:
            with packed.open("rb") as source:
                unpack(source, plain, hash_hex=step.sha256)
            self._shelf.advance(Version(*step.version), plain)
        finally:
            plain.unlink(missing_ok=True)
        self._fetching.forget(packed)

    def _packed(self, step: FeedDelta) -> Path:
        if step.data is msgspec.UNSET:
            return self._fetching.file(step.url, step.size, step.sha256)
        if len(step.data) != step.size or sha256(step.data).hexdigest() != step.sha256:
            raise RefusedVersionError(f"the delta to {step.epoch}.{step.n} is not the one HQ signed")
        packed = self._shelf.folder / f"{INCOMING}-{step.epoch}-{step.n}.delta.zst"
        packed.write_bytes(step.data)
        return packed

    # ---- whole ----

    def _whole(self, head: FeedHead, *, again: bool = False) -> None:
        packed = self._fetching.file(head.url, head.size, head.sha256)
        file = self._shelf.folder / f"{INCOMING}-{head.epoch}-{head.n}.db"
        try:
            try:
                with packed.open("rb") as source:
                    unpack(source, file, hash_hex=head.sha256)
                self._stock.catch_up(file, self._held_stock())
            except CatalogueError:
                self._fetching.forget(packed)
                raise
            self._shelf.turn(Version(head.epoch, head.n), file, verified=True, again=again)
        finally:
            for beside in ("", "-wal", "-shm"):
                Path(f"{file}{beside}").unlink(missing_ok=True)

    def _held_stock(self) -> Version:
        return self._shelf.current().mark("stock")


def _chain(deltas: Sequence[FeedDelta], held: Version, wanted: tuple[int, int]) -> list[FeedDelta]:
    """Those of `deltas` that lead from one version to the other, [] where they don't."""
    by_start = {step.since: step for step in deltas}
    at, chain = (held.epoch, held.n), list[FeedDelta]()
    while at != wanted:
        step = by_start.get(at)
        if step is None or step.version <= at:
            return []
        chain.append(step)
        at = step.version
    return chain
