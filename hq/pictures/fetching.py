"""The task that fetches what feeds name by address, and publishes when it is through."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Row, func, select, update

from hq.feeds.unasked import publish_unasked
from hq.importers.pictures import keep
from hq.pictures.remote import Unfetchable, fetch
from hq.recurring import Recurring
from hq.service import Hq
from hq.store.tables import picture

log = logging.getLogger(__name__)

POLL = 2.0
BATCH, AT_ONCE = 40, 4
"""Pictures between two commits, and how many of them are fetched beside each other."""
PUBLISHED = 2_000
"""So many new pictures are a reason for a version though more are to come."""
MINUTE = 60_000
PAUSES = (1, 5, 30, 120, 720, 1440)
"""Minutes before the n-th further attempt; the last one for ever."""
NEVER = 1 << 60


class Fetcher:
    def __init__(self, hq: Hq) -> None:
        self._hq, self._fetched = hq, 0

    def look(self) -> None:
        """Fetch what is due; publish once nothing is."""
        rows = self._due()
        if rows:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                done = list(pool.map(self._fetch, rows))
            with self._hq.engine.begin() as connection:
                for id_, values in done:
                    connection.execute(update(picture).where(picture.c.id == id_).values(values))
            self._fetched += sum("name" in values for _, values in done)
        if self._fetched and (not self._left() or self._fetched >= PUBLISHED):
            self._publish()

    def _due(self) -> list[Row[Any]]:
        query = select(picture).where(picture.c.name == "", picture.c.due <= self._hq.clock())
        with self._hq.reading() as connection:
            return list(connection.execute(query.order_by(picture.c.due).limit(BATCH)))

    def _left(self) -> int:
        query = select(func.count()).where(picture.c.name == "", picture.c.due <= self._hq.clock())
        with self._hq.reading() as connection:
            return connection.scalar(query) or 0

    def _fetch(self, row: Row[Any]) -> tuple[str, dict[str, Any]]:
        try:
            content, suffix = fetch(row.url, self._hq.config.pictures.private)
            return row.id, {"name": keep(self._hq.pictures, content, suffix), "error": ""}
        except Unfetchable as unfetchable:
            log.info("a picture can't be fetched: %s", unfetchable)
            pause = PAUSES[min(row.tries, len(PAUSES) - 1)] * MINUTE
            due = NEVER if unfetchable.lasting else self._hq.clock() + pause
            return row.id, {"tries": row.tries + 1, "due": due, "error": str(unfetchable)}
        except Exception as error:  # one address that nobody thought of must not hold up all the others
            log.exception("the picture %s can't be fetched", row.url)
            pause = PAUSES[min(row.tries, len(PAUSES) - 1)] * MINUTE
            return row.id, {"tries": row.tries + 1, "due": self._hq.clock() + pause, "error": type(error).__name__}

    def _publish(self) -> None:
        count, self._fetched = self._fetched, 0
        note = f"{count} picture{'s' if count != 1 else ''} fetched"
        publish_unasked(self._hq, note=note)


def fetcher(hq: Hq, *, poll: float = POLL) -> Recurring:
    return Recurring("pictures", (Fetcher(hq).look, "pictures could not be fetched"), poll=poll)
