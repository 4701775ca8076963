"""The whole log looked through: every event's hash, every link, every sealed blob, in every life."""

import sqlite3
from dataclasses import dataclass
from itertools import pairwise

import sqlite_utils

from edge.store.database import Database
from edge.store.errors import StorageFailedError
from edge.store.log_losses import Loss, loss_of
from edge.store.log_reading import Page, page
from edge.store.log_rows import Life, head_of, lives, numbered
from sync.codec import blob_hash

PAGE = 1_000


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a life ended: `why` is fork, machine or damage, `forked_at` the first number of it that HQ does not have as
    it stood here; `at` in milliseconds since 1970 UTC; `left_out` numbers are damaged, and in no later life.
    `lost`: how many events that HQ had not confirmed are in none, None where that can't be known."""

    log: str
    why: str
    forked_at: int
    at: int
    left_out: tuple[int, ...] = ()
    lost: int | None = 0


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Of one life; `ended` is None for the present one. Numbers up to `cut` were forgotten on HQ's word.
    `unreadable`: the page of the file that holds event `first_broken` makes no sense."""

    log: str
    head: int
    cut: int
    receipted: int
    first_broken: int | None
    unreadable: bool = False
    ended: Ended | None = None


def judge(database: Database) -> list[Verdict]:
    """Every life, the oldest first, the present one last. Reads in short pieces: the box may run meanwhile."""
    ends = {ended.log: ended for ended in database.read(history)}
    rows = [row for row in database.read(lives) if row.state != "opening"]
    return [
        Verdict(
            log=row.log_id,
            head=database.read(lambda db, row=row: head_of(db, row)),  # type: ignore[misc]
            cut=row.cut,
            receipted=row.receipted,
            first_broken=(first := first_broken(database, row))[0],
            unreadable=first[1],
            ended=ends.get(row.log_id),
        )
        for row in rows
    ]


def first_broken(database: Database, life: Life) -> tuple[int | None, bool]:
    """Its number, and whether that page of the file can't be read."""
    after = life.cut
    while True:
        try:
            looked = database.read(lambda db, after=after: _page(db, life, after))  # type: ignore[misc]
        except (StorageFailedError, UnicodeDecodeError):
            return _first_unreadable(database, life, after), True
        if (blob := _bad_blob(looked)) is not None:
            return blob, False
        if looked.broken is not None or not looked.envelopes:
            return looked.broken, False
        after = looked.envelopes[-1].n


def history(db: sqlite_utils.Database) -> list[Ended]:
    known = lives(db)
    return [
        Ended(
            log=old.log_id,
            why=new.why,
            forked_at=new.forked_at or 0,
            at=new.opened,
            left_out=(left_out := _left_out(db, old)),
            lost=_lost(loss_of(db, old), left_out),
        )
        for old, new in pairwise(known)
        if old.past
    ]


def _page(db: sqlite_utils.Database, life: Life, after: int) -> Page:
    """The box may have trimmed since the last page: it is read from its cut as it is now."""
    return page(db, numbered(db, life.life), after, PAGE, 2**40)


def _bad_blob(looked: Page) -> int | None:
    """The number of the first event whose blob is not what its seal says. One that was erased is no fault."""
    bad = {seal for seal, data in looked.blobs.items() if blob_hash(data) != seal}
    return next((envelope.n for envelope in looked.envelopes if envelope.seal in bad), None)


def _first_unreadable(database: Database, life: Life, after: int) -> int:
    for n in range(after, after + PAGE):
        try:
            if database.read(lambda db, n=n: page(db, life, n, 1, 2**40)).broken is not None:  # type: ignore[misc]
                return n + 1
        except (StorageFailedError, UnicodeDecodeError, LookupError):
            return n + 1
    return after + 1


def _lost(loss: Loss, left_out: tuple[int, ...]) -> int | None:
    return None if loss.missing is None else loss.missing + sum(n > loss.since for n in left_out)


_LEFT_OUT = """
SELECT n FROM event WHERE life = ? AND n > ?
AND NOT EXISTS (SELECT 1 FROM event AS again WHERE again.id = event.id AND again.life > event.life)
ORDER BY n LIMIT 1000
"""


def _left_out(db: sqlite_utils.Database, life: Life) -> tuple[int, ...]:
    """What stays behind of a life that ended and was not appended again."""
    try:
        return tuple(row[0] for row in db.conn.execute(_LEFT_OUT, (life.life, life.last)).fetchall())
    except sqlite3.DatabaseError:
        return ()
