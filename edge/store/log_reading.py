"""One life of the log as the uplink sees it (`sync.uplink.OutLog`). Every event is checked before it is handed out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import sqlite_utils

from edge.store.database import Database
from edge.store.errors import StorageFailedError
from edge.store.log_rows import COLUMNS, Life, envelope_of, hash_at, head_of, sound
from edge.store.log_trimming import trim
from sync.codec import Envelope, Receipt


@dataclass
class Page:
    """`broken`: the first number that is missing or not what was appended; the envelopes are those before it."""

    envelopes: list[Envelope] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    broken: int | None = None


class OneLife(ABC):
    """What every life can do. Which one it is, is asked anew each time: the present one may have been followed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @abstractmethod
    def _life(self, db: sqlite_utils.Database) -> Life: ...

    @abstractmethod
    def _damaged(self, n: int) -> None:
        """Event `n` can't be handed out as it is."""

    @property
    def log_id(self) -> str:
        return self._database.read(lambda db: self._life(db).log_id)

    def head(self) -> int:
        return self._database.read(lambda db: head_of(db, self._life(db)))

    def cut(self) -> int:
        """The last number forgotten, 0 for none."""
        return self._database.read(lambda db: self._life(db).cut)

    def receipt(self) -> Receipt | None:
        return self._database.read(lambda db: self._life(db).receipt)

    def keep(self, receipt: Receipt) -> None:
        """A receipt of another life, which came late, is not kept."""
        doc = msgspec.json.encode(receipt).decode()
        sql = "UPDATE life SET receipt = ? WHERE life = ? AND log_id = ?"
        self._database.write(lambda db: db.conn.execute(sql, (doc, self._life(db).life, receipt.log)))

    def hash_of(self, n: int) -> str | None:
        """GENESIS for 0, None beyond the head or before the cut."""
        return self._database.read(lambda db: hash_at(db, self._life(db), n))

    def read(self, after: int, most: int, most_bytes: int) -> tuple[list[Envelope], dict[str, bytes]]:
        """The sound events after number `after` (or the cut), at most `most` or `most_bytes` of bodies and blobs but at
        least one where there is one. Where the very next one is damaged, the log goes on without it under a new id, and
        `DamagedError` says so: ask again for everything."""
        page = self._page(after, most, most_bytes)
        if page.broken is not None and not page.envelopes:
            self._damaged(page.broken)
        return page.envelopes, page.blobs

    def trim(self) -> bool:
        """Forgets one chunk of what HQ has in a verified backup, with its blobs; False when there was nothing."""
        return self._database.write(lambda db: trim(db, self._life(db)))

    @abstractmethod
    def forked(self, n: int) -> None:
        """HQ has other events from `n` on: those of here are appended again under another id."""

    def past(self) -> Sequence["OneLife"]:
        return ()

    def _page(self, after: int, most: int, most_bytes: int) -> Page:
        for rows in (most, 1):  # one by one where a page of the file can't be read: what is before it goes out
            try:
                return self._database.read(lambda db, rows=rows: page(db, self._life(db), after, rows, most_bytes))  # type: ignore[misc]
            except (StorageFailedError, UnicodeDecodeError):
                continue
        return Page(broken=after + 1)


_PAGE = (
    f"SELECT {COLUMNS}, blob.data FROM event LEFT JOIN blob ON blob.hash = event.seal"  # noqa: S608
    " WHERE life = ? AND n > ? AND n <= ? ORDER BY n LIMIT ?"
)


def page(db: sqlite_utils.Database, life: Life, after: int, most: int, most_bytes: int) -> Page:
    """Raises LookupError beyond the head: nobody may ask there."""
    found, after = Page(), max(after, life.cut)
    prev = hash_at(db, life, after)
    if prev is None:
        if after > head_of(db, life):
            raise LookupError(f"log {life.log_id} ends before event {after}")
        return Page(broken=after)
    room = most_bytes
    for row in db.conn.execute(_PAGE, (life.life, after, life.last, most)).fetchall():
        room -= _size(row)
        if found.envelopes and room < 0:
            break
        if not _follows(found, life, row, after, prev):
            break
        after, prev = found.envelopes[-1].n, row[8]
    else:
        _whole(db, life, found, after, most)
    return found


def _follows(found: Page, life: Life, row: Any, after: int, prev: str) -> bool:
    envelope = envelope_of(life.log_id, row)
    if envelope.n != after + 1 or envelope.prev != prev or not sound(envelope, row):
        found.broken = after + 1
        return False
    found.envelopes.append(envelope)
    if row[9] is not None:
        found.blobs[row[5]] = row[9] if isinstance(row[9], bytes) else b""  # which nobody takes for the sealed one
    return True


def _size(row: Any) -> int:
    body, blob = row[4], row[9]
    return (len(body) if isinstance(body, str | bytes) else 0) + (len(blob) if isinstance(blob, str | bytes) else 0)


def _whole(db: sqlite_utils.Database, life: Life, found: Page, after: int, most: int) -> None:
    """The last events of a past life are missing: it ends at a number of which nothing is there."""
    if len(found.envelopes) < most and after < head_of(db, life):
        found.broken = after + 1
