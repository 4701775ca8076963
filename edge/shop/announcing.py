"""What HQ hears from the box without a shopper: the version it shows, those it must not use, the key it signs with."""

from contextlib import suppress

from edge.catalogue import Shelf
from edge.domain.events import CatalogueTurned, VersionRefused
from edge.shop.errors import BoxFullError
from edge.shop.records import Records
from edge.shop.settings import ShopSettings

MOST_REFUSED = 100
"""Versions of feeds that were refused of which HQ is told while the box runs."""


class Announcing:
    """Thread-safe."""

    def __init__(self, settings: ShopSettings, records: Records, shelf: Shelf) -> None:
        self._settings, self._records, self._shelf = settings, records, shelf
        self._refused: set[VersionRefused] = set()
        self.since: int | None = None
        """When this run turned to the catalogue that is shown, in ms."""

    def turned(self) -> None:
        version = self._shelf.current().version
        self.since = self._records.now()
        self._records.tell(CatalogueTurned(epoch=version.epoch, n=version.n))
        self.key()

    def refused(self, feed: str, version: str, reason: str) -> None:
        refused = VersionRefused(feed=feed, version=version, reason=reason[:500])
        if refused not in self._refused and len(self._refused) < MOST_REFUSED:
            self._refused.add(refused)
            self._records.tell(refused)

    def key(self) -> None:
        sharing = self._settings.sharing
        if sharing is None or self._shelf.current().version.n == 0:
            return
        with suppress(BoxFullError):
            self._records.write(lambda writing: sharing.announce(writing.db, writing.append))
