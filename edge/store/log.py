"""The event log of the box: appended in the caller's transaction, read by the uplink (`sync.uplink.OutLog`)."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
import sqlite_utils

from edge.domain.events import Event
from edge.store.database import Database
from sync.codec import GENESIS, Envelope, Receipt, blob_hash

_COLUMNS = "n, id, kind, at, body, seal, origin, prev, event.hash"


class EventLog:
    """Events are numbered from 1 without gaps, each hashed over its predecessor's hash."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._log_id = database.write(_log_id)

    @property
    def log_id(self) -> str:
        return self._log_id

    def append(
        self, db: sqlite_utils.Database, event: Event, *, event_id: str, at: int, blob: bytes | None = None
    ) -> Envelope:
        """Appends `event` inside the open transaction of `db` (a `Database.write` function's argument)."""
        n, prev = _head(db)
        envelope = Envelope(
            id=event_id,
            log=self._log_id,
            n=n + 1,
            kind=type(event).__name__,
            at=at,
            body=msgspec.json.encode(event).decode(),
            seal=blob_hash(blob) if blob is not None else None,
            prev=prev,
        )
        values = (envelope.n, envelope.id, envelope.kind, envelope.at, envelope.body, envelope.seal, None, prev)
        db.conn.execute("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?)", (*values, envelope.hash))
        if blob is not None:
            db.conn.execute("INSERT INTO blob VALUES (?, ?, ?)", (envelope.seal, event_id, blob))
        return envelope

    def head(self) -> int:
        return self._database.read(_head)[0]

    def receipt(self) -> Receipt | None:
        rows = self._rows("SELECT doc FROM receipt")
        return msgspec.json.decode(rows[0][0], type=Receipt) if rows else None

    def hash_of(self, n: int) -> str | None:
        if n == 0:
            return GENESIS
        rows = self._rows("SELECT hash FROM event WHERE n = ?", n)
        return str(rows[0][0]) if rows else None

    def read(self, after: int, most: int, most_bytes: int) -> tuple[list[Envelope], dict[str, bytes]]:
        rows = self._rows(
            f"SELECT {_COLUMNS}, blob.data FROM event LEFT JOIN blob ON blob.hash = event.seal"  # noqa: S608
            " WHERE n > ? ORDER BY n LIMIT ?",
            after,
            most,
        )
        envelopes: list[Envelope] = []
        blobs: dict[str, bytes] = {}
        room = most_bytes
        for row in rows:
            room -= len(row[4]) + len(row[9] or b"")
            if envelopes and room < 0:
                break
            envelopes.append(_envelope(self._log_id, row))
            if row[9] is not None:
                blobs[row[5]] = row[9]
        return envelopes, blobs

    def keep(self, receipt: Receipt) -> None:
        doc = msgspec.json.encode(receipt).decode()
        self._database.write(lambda db: db.conn.execute("INSERT OR REPLACE INTO receipt VALUES (1, ?)", (doc,)))

    def oldest_waiting(self) -> int | None:
        """When the oldest event without a receipt was recorded, milliseconds; None if HQ has all."""
        receipt = self.receipt()
        rows = self._rows("SELECT at FROM event WHERE n > ? ORDER BY n LIMIT 1", receipt.n if receipt else 0)
        return int(rows[0][0]) if rows else None

    def latest(self, most: int) -> list[Envelope]:
        """The last `most` events, newest first."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM event ORDER BY n DESC LIMIT ?", most)  # noqa: S608
        return [_envelope(self._log_id, row) for row in rows]

    def first_broken(self) -> int | None:
        """The first number whose hash, or whose link to its predecessor, is wrong; None in a sound log."""
        prev, n = GENESIS, 0
        page = f"SELECT {_COLUMNS} FROM event WHERE n > ? ORDER BY n LIMIT 1000"  # noqa: S608
        while rows := self._rows(page, n):
            for row in rows:
                envelope = _envelope(self._log_id, row)
                if envelope.n != n + 1 or envelope.prev != prev or envelope.hash != row[8]:
                    return n + 1
                prev, n = envelope.hash, envelope.n
        return None

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._database.read(lambda db: db.conn.execute(sql, values).fetchall())


def _envelope(log_id: str, row: Any) -> Envelope:
    n, event_id, kind, at, body, seal, origin, prev = row[:8]
    return Envelope(id=event_id, log=log_id, n=n, kind=kind, at=at, body=body, seal=seal, origin=origin, prev=prev)


def _head(db: sqlite_utils.Database) -> tuple[int, str]:
    row = db.conn.execute("SELECT n, hash FROM event ORDER BY n DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, GENESIS)


def _log_id(db: sqlite_utils.Database) -> str:
    """The id of this database's life, drawn when it was created."""
    db.conn.execute("INSERT OR IGNORE INTO meta VALUES ('log_id', ?)", (secrets.token_hex(16),))
    return str(db.conn.execute("SELECT value FROM meta WHERE key = 'log_id'").fetchone()[0])
