"""Feeds that tell what changed, row by row: which version told a row last, and what a box lacks since the one it has.

A table of such a feed keeps each row as it was told last (`id`, `n`, `doc`), so that any box can be told all it lacks
at once, and a head whose own delta is small saves most of them the asking.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, func, insert, select

from edge.catalogue import Version
from hq.store.insert import put
from hq.store.tables import feed_version, setting
from sync.codec import FeedDelta, FeedHead, encode_head, sign_delta, sign_head

REACH = 16
"""Versions back that a head's own delta reaches, where it stays small: a box that missed a few needs not ask."""
INLINE = 16 * 1024
"""Octets of a delta that travels in the head."""
_V = feed_version.c


@dataclass(frozen=True, kw_only=True)
class TellingFeed:
    """`pack` makes the octets of a delta from rows of `table` with `id` and `doc`."""

    name: str
    table: Table
    pack: Callable[[Iterable[Any]], bytes]

    @property
    def url(self) -> str:
        return f"/feeds/{self.name}"

    def newest(self, connection: Connection) -> Version:
        """0-0 before the first version."""
        query = select(_V.epoch, _V.n).where(_V.feed == self.name).order_by(_V.epoch.desc(), _V.n.desc())
        row = connection.execute(query).first()
        return Version(row.epoch, row.n) if row else Version(0, 0)

    def head(self, connection: Connection) -> FeedHead | None:
        head = connection.scalar(select(_V.head).where(_V.feed == self.name))
        return msgspec.json.decode(head, type=FeedHead) if head else None

    def known_since(self, connection: Connection, version: Version) -> int:
        """The number after which rows were told that a box at `version` lacks: none at all of another life of HQ."""
        return version.n if version.epoch == self.newest(connection).epoch else 0

    def enter(
        self, connection: Connection, changed: Mapping[str, Mapping[str, Any]], signing_key: bytes, now: int
    ) -> FeedHead:
        """The next version, which tells these rows (columns by id). In the transaction of what it follows from."""
        version = self._next(connection)
        for id_, columns in changed.items():
            put(connection, self.table, {"id": id_, "n": version.n, **columns})
        head = FeedHead(
            feed=self.name, epoch=version.epoch, n=version.n, url=self.url, size=0, sha256=sha256(b"").hexdigest()
        )
        deltas = (self._latest(connection, signing_key, version),)
        signed = msgspec.structs.replace(sign_head(signing_key, head), deltas=deltas)
        connection.execute(delete(feed_version).where(_V.feed == self.name))  # what it told stays in `table`
        row = {"feed": self.name, "epoch": version.epoch, "n": version.n, "file": "", "built": now}
        more = {"changed": len(changed), "head": encode_head(signed), "note": ""}
        connection.execute(insert(feed_version).values(**row, **more))
        return signed

    def signed(self, signing_key: bytes, begins: Version, version: Version, packed: bytes) -> FeedDelta:
        delta = FeedDelta(
            feed=self.name,
            since_epoch=begins.epoch,
            since_n=begins.n,
            epoch=version.epoch,
            n=version.n,
            size=len(packed),
            sha256=sha256(packed).hexdigest(),
            url=self.url,
        )
        return sign_delta(signing_key, delta)

    def _next(self, connection: Connection) -> Version:
        epoch = int(connection.scalar(select(setting.c.value).where(setting.c.key == "epoch")) or 1)
        before = self.newest(connection)
        if before.epoch != epoch:  # a restored HQ counts on from what it told: nothing is told under a number twice
            return Version(epoch, int(connection.scalar(select(func.max(self.table.c.n))) or 0) + 1)
        return Version(epoch, before.n + 1)

    def _latest(self, connection: Connection, signing_key: bytes, version: Version) -> FeedDelta:
        """From as far back as stays small, or the last step, whose octets a box has to ask for where they are many."""
        row = self.table.c
        for back in (REACH, 1):
            begins = Version(version.epoch, max(0, version.n - back))
            packed = self.pack(connection.execute(select(row.id, row.doc).where(row.n > begins.n)))
            if len(packed) <= INLINE:
                return msgspec.structs.replace(self.signed(signing_key, begins, version, packed), data=packed)
        return self.signed(signing_key, begins, version, packed)
