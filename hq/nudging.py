"""The first word to boxes whose shard has come to this worker: where their logs stand.

What they sent meanwhile went nowhere. A receipt that asks for more makes them send it again at once, instead of when
their patience ends; one that has nothing in flight takes no notice.
"""

from collections.abc import Collection
from itertools import islice
from typing import Any

from sqlalchemy import Row, select

from hq.service import Hq
from hq.store import tables
from hq.taking import Answered, answered
from sync import topics
from sync.codec import Receipt
from sync.ledger import Ledger

RECENTLY = 24 * 3600 * 1000
"""Milliseconds: who was not heard for longer is not waiting for an answer."""
AT_ONCE = 50
"""Boxes asked before the inbox is looked at again: they all answer."""


class Nudges:
    def __init__(self, hq: Hq, ledger: Ledger) -> None:
        self._hq, self._ledger = hq, ledger
        self._waiting: dict[str, str] = {}
        """Logs with their stores."""

    def add(self, shards: Collection[int]) -> None:
        """The logs of these shards' stores are to be told where they stand."""
        row = tables.log.c
        query = select(row.log_id, row.store).where(row.last_received > self._hq.clock() - RECENTLY)
        with self._hq.reading() as connection:
            logs = connection.execute(query).all()
        self._waiting |= {log_id: store for log_id, store in logs if topics.shard(store) in shards}

    def some(self) -> list[Answered]:
        """A few of them, as messages; each is told once."""
        if not self._waiting:
            return []
        logs = {log_id: self._waiting.pop(log_id) for log_id in list(islice(self._waiting, AT_ONCE))}
        with self._hq.reading() as connection:
            rows = connection.execute(select(tables.log).where(tables.log.c.log_id.in_(logs))).all()
        return [answered(row.store, self._receipt(row)) for row in rows]

    def _receipt(self, row: Row[Any]) -> Receipt:
        return Receipt(
            log=row.log_id,
            n=row.mark,
            hash=row.mark_hash,
            instance=self._ledger.instance,
            epoch=self._ledger.epoch,
            trim_to=row.trim_to,
            rewind=True,
            at=self._ledger.now(),
        )
