"""Tells stores what they have not confirmed yet: at once when it is new or the store is heard, else every minute."""

from collections.abc import Collection, Iterable
from time import monotonic

from sqlalchemy import Connection, func, select

from hq import directives
from hq.service import Hq
from hq.store.tables import directive
from hq.taking import Answered
from sync import topics
from sync.codec import directed, encode_answer

MOST = 100
"""Directives in one message: the rest follows when these are confirmed."""
AGAIN = 60.0
"""Seconds until a store is told once more that has not confirmed."""
SOON = 5.0
"""The same where the store was heard meanwhile: it may have been away when it was told."""
_D = directive.c
_WAITING = (
    select(_D.store, func.max(_D.epoch), func.max(_D.n), func.count()).where(_D.taken.is_(False)).group_by(_D.store)
)
"""What tells that there is something new to tell a store: deleted ones may leave the rest as it was."""


class Directing:
    """Used by the thread of the line."""

    def __init__(self, hq: Hq) -> None:
        self._hq = hq
        self._told: dict[str, tuple[tuple[int, ...], float]] = {}
        """By store: what waited when it was told last, and when."""
        self._heard: set[str] = set()
        """Since they were told."""

    def line_up(self) -> None:
        """Who was told by another broker, or before it forgot, is told anew."""
        self._told.clear()

    def heard(self, stores: Iterable[str]) -> None:
        """These are there."""
        self._heard.update(self._told.keys() & set(stores))

    def due(self, shards: Collection[int]) -> list[Answered]:
        """Topic and payload of each message that is to go out now, to stores of these shards."""
        with self._hq.reading() as connection:
            waiting = {store: (epoch, n, count) for store, epoch, n, count in connection.execute(_WAITING)}
            self._told = {store: told for store, told in self._told.items() if store in waiting}
            due = [s for s, what in waiting.items() if topics.shard(s) in shards and self._is_due(s, what)]
            return [message for store in due if (message := self._message(connection, store, waiting[store]))]

    def _is_due(self, store: str, what: tuple[int, ...]) -> bool:
        before, at = self._told.get(store, ((), 0.0))
        return what != before or monotonic() - at >= (SOON if store in self._heard else AGAIN)

    def _message(self, connection: Connection, store: str, what: tuple[int, ...]) -> Answered | None:
        since = directives.position(connection, store)
        found = directives.beyond(connection, store, since, MOST)
        if not found:
            return None
        self._told[store] = (what, monotonic())
        self._heard.discard(store)
        return topics.down(store), encode_answer(directed(self._hq.keys.signing, store, since, found))
