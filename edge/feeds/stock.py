"""Stock: counts that HQ tells between two versions of the catalogue, put into the file in use."""

from collections.abc import Callable
from pathlib import Path

from edge.catalogue import Catalogue, Shelf, Version
from edge.catalogue.stock import FEED, take_stock
from edge.feeds.fetching import Fetching
from edge.feeds.telling import Telling
from sync.codec import FeedHead

LARGEST = 256 << 20
"""Octets of what HQ tells in one answer."""


class StockFeed:
    """Used by one thread. `stocked` is told the SKUs whose counts came."""

    def __init__(
        self, shelf: Shelf, fetching: Fetching, verify_key: bytes, stocked: Callable[[frozenset[str]], None]
    ) -> None:
        self._shelf, self._stocked = shelf, stocked
        self._telling = Telling(FEED, LARGEST, fetching, verify_key)

    def take(self, head: FeedHead) -> None:
        """Raises RefusedVersionError, CatalogueError or CodecError for what must not be used."""
        held, version = self._shelf.current().mark(FEED), Version(head.epoch, head.n)
        if version <= held or self._shelf.version == Version(0, 0):  # the first catalogue brings its own
            return
        delta, packed = self._telling.beyond(head, held)
        skus = self._shelf.restock(packed, Version(*delta.since), Version(*delta.version))
        self._stocked(frozenset(skus))

    def catch_up(self, file: Path, held: Version) -> None:
        """Bring the stock in `file`, a version that is about to be turned to, at least as far as what is shown."""
        with Catalogue.open(file) as catalogue:
            there = catalogue.mark(FEED)
        if there < held:
            delta, packed = self._telling.asked(there)
            take_stock(file, packed, Version(*delta.since), Version(*delta.version))
