"""The tables `life` and `event`, row by row."""

import sqlite3
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlite_utils

from sync.codec import GENESIS, Envelope, Receipt

COLUMNS = "event.n, event.id, event.kind, event.at, event.body, event.seal, event.origin, event.prev, event.hash"
_LIFE = "life, log_id, state, why, forked_at, cut, cut_hash, receipt, opened, ended"


@dataclass(frozen=True)
class Life:
    """A row of `life`: the columns are explained in `edge.store.schema`."""

    life: int
    log_id: str
    state: str
    why: str
    forked_at: int | None
    cut: int
    cut_hash: str
    doc: str | None
    opened: int
    ended: int | None

    @property
    def receipt(self) -> Receipt | None:
        return msgspec.json.decode(self.doc, type=Receipt) if self.doc else None

    @property
    def receipted(self) -> int:
        return self.receipt.n if self.receipt else 0

    @property
    def past(self) -> bool:
        return self.state == "past"

    @property
    def last(self) -> int:
        """The last number that belongs to it; of the present one there is no bound."""
        return self.ended if self.past and self.ended is not None else 2**62


def lives(db: sqlite_utils.Database) -> list[Life]:
    """All, the oldest first."""
    return [Life(*row) for row in db.conn.execute(f"SELECT {_LIFE} FROM life ORDER BY life")]  # noqa: S608


def life_in(db: sqlite_utils.Database, state: str) -> Life | None:
    """The one life that is "present" or "opening"."""
    row = db.conn.execute(f"SELECT {_LIFE} FROM life WHERE state = ?", (state,)).fetchone()  # noqa: S608
    return Life(*row) if row else None


def present(db: sqlite_utils.Database) -> Life:
    life = life_in(db, "present")
    if life is None:
        raise LookupError("no life of the log is the present one: it is drawn when the log is opened")
    return life


def numbered(db: sqlite_utils.Database, life: int) -> Life:
    return Life(*db.conn.execute(f"SELECT {_LIFE} FROM life WHERE life = ?", (life,)).fetchone())  # noqa: S608


_WHICH = "SELECT life, log_id, cut, cut_hash FROM life WHERE state = ?"
_LAST = "SELECT n, hash FROM event WHERE life = ? ORDER BY n DESC LIMIT 1"


def tail(db: sqlite_utils.Database, state: str = "present") -> tuple[int, str, int, str]:
    """(life, log id, last number, its hash) of the life in `state`; asked in each transaction, because it changes."""
    life, log_id, cut, cut_hash = db.conn.execute(_WHICH, (state,)).fetchone()
    n, last = db.conn.execute(_LAST, (life,)).fetchone() or (cut, cut_hash)
    return life, log_id, n, last


def head_of(db: sqlite_utils.Database, life: Life) -> int:
    if life.past and life.ended is not None:
        return life.ended
    (n,) = db.conn.execute("SELECT max(n) FROM event WHERE life = ?", (life.life,)).fetchone()
    return life.cut if n is None else int(n)


def hash_at(db: sqlite_utils.Database, life: Life, n: int) -> str | None:
    if n in (0, life.cut):
        return GENESIS if n == 0 else life.cut_hash
    row = db.conn.execute("SELECT hash FROM event WHERE life = ? AND n = ?", (life.life, n)).fetchone()
    return str(row[0]) if row and life.cut < n <= life.last else None


def insert(db: sqlite_utils.Database, life: int, envelope: Envelope) -> None:
    e = envelope
    values = (life, e.n, e.id, e.kind, e.at, e.body, e.seal, e.origin, e.prev, e.hash)
    db.conn.execute("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?)", values)


def envelope_of(log_id: str, row: Any) -> Envelope:
    n, event_id, kind, at, body, seal, origin, prev = row[:8]
    return Envelope.hashed(event_id, log_id, n, kind, at, body, seal, origin, prev=prev)


def sound(envelope: Envelope, row: Any) -> bool:
    """Whether the event is what was appended: its hash is the one that was written beside it."""
    return typed(row) and bool(envelope.hash == row[8])


def typed(row: Any) -> bool:
    """Whether every column holds what was once put there: one bit in the head of a row makes a number of a text or of
    nothing, which a hash over texts need not tell, and which would not pass for an event on the line."""
    n, event_id, kind, at, body, seal, origin, prev, own = row[:9]
    return (
        type(n) is type(at) is int
        and type(event_id) is type(kind) is type(body) is type(prev) is type(own) is str
        and (seal is None or (type(seal) is str and seal != ""))
        and (origin is None or (type(origin) is str and origin != ""))
    )


_CHUNK = f"SELECT {COLUMNS} FROM event WHERE life = ? AND n > ? AND n <= ? ORDER BY n LIMIT ?"  # noqa: S608
_ONE = f"SELECT {COLUMNS} FROM event WHERE life = ? AND n = ?"  # noqa: S608


def rows_after(db: sqlite_utils.Database, life: Life, after: int, most: int) -> tuple[list[Any], int]:
    """At most `most` rows, and the last number that was looked at: pages that can't be read are passed over."""
    try:
        rows = db.conn.execute(_CHUNK, (life.life, after, life.last, most)).fetchall()
        return rows, rows[-1][0] if rows else after
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        if not db.conn.in_transaction:  # the error ended it: whatever followed would commit by itself
            raise
        until = min(after + most, head_of(db, life))
        found = [row for n in range(after + 1, until + 1) if (row := _readable(db, life, n))]
        return found, until


def _readable(db: sqlite_utils.Database, life: Life, n: int) -> Any:
    try:
        return db.conn.execute(_ONE, (life.life, n)).fetchone()
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return None
