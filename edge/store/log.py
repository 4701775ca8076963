"""The event log of the box: appended in the caller's transaction, read by the uplink (`sync.uplink.OutLog`)."""

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import NoReturn

import msgspec
import sqlite_utils

from edge.domain.events import Event
from edge.store import log_lives, log_names
from edge.store.database import Database
from edge.store.errors import DamagedError, StorageFullError
from edge.store.log_lives import Draw, Why
from edge.store.log_past import PastLife
from edge.store.log_reading import OneLife
from edge.store.log_rows import COLUMNS, Life, envelope_of, insert, lives, present, tail
from edge.store.log_starting import damage_at_start, has_moved
from edge.store.log_verifying import Ended, Verdict, history, judge
from sync.codec import Envelope, blob_hash

log = logging.getLogger(__name__)


class EventLog(OneLife):
    """Events are numbered from 1 without gaps, each hashed over its predecessor's hash, under a log id that names one
    life of this database. Another life follows at a fork, on another machine, and behind a damaged event."""

    def __init__(
        self,
        database: Database,
        machine: str | None = None,
        *,
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        """With `machine` (`machine_id()`), which the box gives and a mere reader does not, the log is made ready to go
        on: what a crash interrupted is finished; a log of another machine, or one with a damaged tail, is followed by a
        new life."""
        super().__init__(database)
        self._draw = Draw(now=now, new_id=new_id)
        if machine is not None:
            with suppress(StorageFullError):  # the box starts on a full disk too
                database.write(log_names.mend)
        database.write(lambda db: log_lives.first(db, self._draw))
        if machine is not None:
            self._start(machine)

    def append(
        self, db: sqlite_utils.Database, event: Event, *, event_id: str, at: int, blob: bytes | None = None
    ) -> Envelope:
        """Appends `event` inside the open transaction of `db` (a `Database.write` function's argument)."""
        life, log_id, n, prev = tail(db)
        envelope = Envelope(
            id=event_id,
            log=log_id,
            n=n + 1,
            kind=type(event).__name__,
            at=at,
            body=msgspec.json.encode(event).decode(),
            seal=blob_hash(blob) if blob is not None else None,
            prev=prev,
        )
        insert(db, life, envelope)
        if blob is not None:
            db.conn.execute("INSERT INTO blob VALUES (?, ?, ?)", (envelope.seal, event_id, blob))
        return envelope

    def erase(self, db: sqlite_utils.Database, events: Sequence[str]) -> int:
        """Deletes the blobs of events with these ids, in every life, inside the open transaction of `db`. Returns how
        many there were. The chain holds only their hashes, and stays whole."""
        sql = "DELETE FROM blob WHERE event IN (SELECT value FROM json_each(?))"
        return db.conn.execute(sql, (msgspec.json.encode(list(events)).decode(),)).rowcount

    def forked(self, n: int) -> None:
        """HQ has other events from `n` on. The log goes on under a new id, where every event after the receipt is
        appended again: same id, kind, time, body and seal, with its origin. Others may append meanwhile."""
        self._renew("fork", n)

    def past(self) -> Sequence[PastLife]:
        """Earlier lives that still hold receipted events: a restored HQ is refilled from them. They never grow."""
        rows = self._database.read(lives)
        return [PastLife(self._database, r.life) for r in rows if r.past and (r.ended or 0) > r.cut]

    def oldest_waiting(self) -> int | None:
        """When the oldest event without a receipt was recorded, milliseconds; None if HQ has all."""
        sql = "SELECT at FROM event WHERE life = ? AND n > ? ORDER BY n LIMIT 1"

        def at(db: sqlite_utils.Database) -> int | None:
            life = present(db)
            row = db.conn.execute(sql, (life.life, life.receipted)).fetchone()
            return int(row[0]) if row else None

        return self._database.read(at)

    def latest(self, most: int) -> list[Envelope]:
        """The last `most` events, newest first."""
        sql = f"SELECT {COLUMNS} FROM event WHERE life = ? ORDER BY n DESC LIMIT ?"  # noqa: S608

        def newest(db: sqlite_utils.Database) -> list[Envelope]:
            life = present(db)
            return [envelope_of(life.log_id, row) for row in db.conn.execute(sql, (life.life, most)).fetchall()]

        return self._database.read(newest)

    def first_broken(self) -> int | None:
        """The first number of the present life, from the cut on, that is missing or not what was appended; None in a
        sound log."""
        return self.verify()[-1].first_broken

    def verify(self) -> list[Verdict]:
        """Every life, the oldest first, the present one last."""
        return judge(self._database)

    def history(self, since: int = -(2**62)) -> list[Ended]:
        """How the lives before this one ended (after `since`, ms since 1970), the latest last."""
        return [ended for ended in self._database.read(history) if ended.at > since]

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _life(self, db: sqlite_utils.Database) -> Life:
        return present(db)

    def _damaged(self, n: int) -> NoReturn:
        damaged = self.log_id
        self._renew("damage", n)
        raise DamagedError(f"event {n} of log {damaged} is damaged: it stays behind, the log goes on as {self.log_id}")

    def _renew(self, why: Why, n: int) -> None:
        old = self.log_id
        after: int | None = self._database.write(lambda db: log_lives.open_next(db, why, n, self._draw))
        self._finish(after)
        lost = self.history()[-1].lost
        kept = "Nothing is lost" if lost == 0 else f"{lost or 'Some'} events that HQ had not confirmed can't be read"
        log.error("log %s ends: %s from event %d on. %s; it goes on as %s", old, WORDS[why], n, kept, self.log_id)

    def _finish(self, after: int | None) -> None:
        while after is not None:
            after = self._database.write(partial(log_lives.carry, after=after))
        while self._database.write(log_lives.sweep):
            pass

    def _start(self, machine: str) -> None:
        if (stays := self._database.read(_opening)) is not None:
            self._finish(stays)
        self._database.write(log_lives.adopt)
        self._finish(None)
        if self._database.write(lambda db: has_moved(db, machine, self._draw)):
            self._finish(self._database.read(_opening))
            log.error("this is another machine: a copied card? The log goes on as %s", self.log_id)
        if (n := self._database.read(damage_at_start)) is not None:
            self._renew("damage", n)


WORDS = {"fork": "HQ has other events", "machine": "this is another machine", "damage": "damaged on this disk"}


def _opening(db: sqlite_utils.Database) -> int | None:
    """Where the present life ends, if another one is opening."""
    return present(db).ended
