"""What journeys ask beside the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.catalogue import Catalogue
from edge.domain.article import Store
from hq.config import Config
from hq.journeys import store_events
from hq.journeys.store_events import StoreEvent
from hq.service import Hq


@dataclass(frozen=True, kw_only=True)
class World:
    catalogue: Catalogue | None
    """None before the first version is published."""
    config: Config

    def zone(self, store: str) -> ZoneInfo:
        """The clock on the wall there."""
        known = self.catalogue.store(store) if self.catalogue else None
        return ZoneInfo((known and known.time_zone) or self.config.shop.timezone)

    def store(self, store: str) -> Store:
        return (self.catalogue and self.catalogue.store(store)) or Store(id=store, name=store)

    def events(self) -> Sequence[StoreEvent]:
        """As the file says now. Raises ConfigError."""
        path = self.config.journeys.events
        return store_events.load(Path(path)) if path else ()

    def event(self, id: str) -> StoreEvent | None:  # noqa: A002
        """None for one that the file does not name, or not any more."""
        return next((one for one in self.events() if one.id == id), None)


def world_of(hq: Hq) -> World:
    return World(catalogue=hq.catalogue(), config=hq.config)
