"""Stock: counts that HQ tells between two versions of the catalogue, put into the file in use."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec

from edge.catalogue import Catalogue, Shelf, Version
from edge.catalogue.stock import FEED, take_stock
from edge.feeds.fetching import Fetching, RefusedVersionError
from sync.codec import FeedDelta, FeedHead, decode_delta, verify_delta

LARGEST = 256 << 20
"""Octets of what HQ tells in one answer."""


class StockFeed:
    """Used by one thread. `stocked` is told the SKUs whose counts came."""

    def __init__(
        self, shelf: Shelf, fetching: Fetching, verify_key: bytes, stocked: Callable[[frozenset[str]], None]
    ) -> None:
        self._shelf, self._fetching, self._verify_key, self._stocked = shelf, fetching, verify_key, stocked

    def take(self, head: FeedHead) -> None:
        """Raises RefusedVersionError, CatalogueError or CodecError for what must not be used."""
        held, version = self._shelf.current().mark(FEED), Version(head.epoch, head.n)
        if version <= held or self._shelf.version == Version(0, 0):  # the first catalogue brings its own
            return
        delta, packed = self._inline(head, held) or self._asked(held)
        skus = self._shelf.restock(packed, Version(*delta.since), Version(*delta.version))
        self._stocked(frozenset(skus))

    def catch_up(self, file: Path, held: Version) -> None:
        """Bring the stock in `file`, a version that is about to be turned to, at least as far as what is shown."""
        with Catalogue.open(file) as catalogue:
            there = catalogue.mark(FEED)
        if there < held:
            delta, packed = self._asked(there)
            take_stock(file, packed, Version(*delta.since), Version(*delta.version))

    def _inline(self, head: FeedHead, held: Version) -> tuple[FeedDelta, bytes] | None:
        for delta in head.deltas or ():
            leads_on = held.epoch == delta.since_epoch and Version(*delta.since) <= held
            if leads_on and delta.version == (head.epoch, head.n) and delta.data is not msgspec.UNSET:
                return self._checked(delta, delta.data)
        return None

    def _asked(self, held: Version) -> tuple[FeedDelta, bytes]:
        packed, headers = self._fetching.octets(f"/feeds/{FEED}?since={held}", LARGEST)
        delta, packed = self._checked(decode_delta(headers.get("Tote-Delta", "").encode()), packed)
        if Version(*delta.since) != held:
            raise RefusedVersionError(f"HQ was asked for stock since {held} and answered with {delta.since}")
        return delta, packed

    def _checked(self, delta: FeedDelta, packed: bytes) -> tuple[FeedDelta, bytes]:
        verify_delta(self._verify_key, delta)
        if delta.feed != FEED or len(packed) != delta.size or sha256(packed).hexdigest() != delta.sha256:
            raise RefusedVersionError(f"the counts up to stock {delta.epoch}.{delta.n} are not those that HQ signed")
        return delta, packed
