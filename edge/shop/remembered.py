"""What HQ said of a card's holder, for when it can't be asked: sealed under a key that only the card yields."""

import logging
from contextlib import suppress

import msgspec
import sqlite_utils
from nacl.exceptions import CryptoError

from edge.shop.errors import BoxFullError
from edge.shop.greeting import Greeting, Kind
from edge.shop.holders import Holder
from edge.shop.records import Records

log = logging.getLogger(__name__)

KEPT = 7 * 86_400_000
"""Milliseconds after which it is forgotten."""
MOST = 500
"""Answers that are remembered; of more, the oldest are forgotten."""


class Remembered:
    """Thread-safe."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def recall(self, holder: Holder, kind: Kind) -> Greeting | None:
        """The latest answer to this kind of screen, or what such a one may show of that to another."""
        row = self._records.read(lambda db: _row(db, holder.name, kind))
        if row is None or row[1] <= self._records.now() - KEPT:
            return None
        try:
            greeting = msgspec.json.decode(holder.open(row[0]), type=Greeting)
        except (CryptoError, msgspec.MsgspecError):
            log.warning("what was remembered of somebody can't be opened any more: another secret of this box?")
            return None
        return greeting.on(kind).as_told_at(row[1])

    def keep(self, holder: Holder, kind: Kind, greeting: Greeting) -> None:
        sealed = holder.seal(msgspec.json.encode(greeting))
        with suppress(BoxFullError):  # greeted all the same, now
            self._records.write(lambda writing: _keep(writing.db, (holder.name, kind, writing.at, sealed)))

    def forget(self, holder: Holder) -> None:
        """HQ does not know them, or does not any more."""
        if self._records.read(lambda db: _row(db, holder.name, "")):
            with suppress(BoxFullError):  # the next time that HQ says so
                self._records.write(lambda writing: _delete(writing.db, holder.name))

    def sweep(self) -> None:
        """Forgets what is too old. Call it every few seconds."""
        before = self._records.now() - KEPT
        if self._records.read(lambda db: _is_any_older(db, before)):
            self._records.write(lambda writing: _forget_older(writing.db, before))


def _row(db: sqlite_utils.Database, name: str, kind: str) -> tuple[bytes, int] | None:
    sql = "SELECT doc, at FROM remembered WHERE holder = ? ORDER BY kind = ? DESC, at DESC"
    row: tuple[bytes, int] | None = db.conn.execute(sql, (name, kind)).fetchone()
    return row


def _keep(db: sqlite_utils.Database, row: tuple[str, str, int, bytes]) -> None:
    db.conn.execute("INSERT OR REPLACE INTO remembered VALUES (?, ?, ?, ?)", row)
    beyond = "SELECT rowid FROM remembered ORDER BY at DESC, rowid DESC LIMIT -1 OFFSET ?"
    db.conn.execute(f"DELETE FROM remembered WHERE rowid IN ({beyond})", (MOST,))  # noqa: S608


def _is_any_older(db: sqlite_utils.Database, before: int) -> bool:
    return db.conn.execute("SELECT 1 FROM remembered WHERE at <= ?", (before,)).fetchone() is not None


def _forget_older(db: sqlite_utils.Database, before: int) -> None:
    db.conn.execute("DELETE FROM remembered WHERE at <= ?", (before,))


def _delete(db: sqlite_utils.Database, name: str) -> None:
    db.conn.execute("DELETE FROM remembered WHERE holder = ?", (name,))
