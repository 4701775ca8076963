"""HQ's directives, carried out once each: what they change, what says so, and how far the box is, in one transaction.

The mark is the version (epoch, n) of the last one, and HQ hears of it in the box's log. A directive that was carried
out is known by its id for ever after, since an HQ that came back from a backup says it again under another version.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec
import sqlite_utils

from edge.domain.directives import KINDS
from edge.domain.events import DirectivesTaken
from edge.shop.errors import BoxFullError, ShopError
from edge.shop.records import Records, Writing
from sync.codec import Directive

log = logging.getLogger(__name__)

Version = tuple[int, int]
Heed = Mapping[type, Callable[[Writing, Any], None]]
"""Who carries out which kind."""
MARK = "directives"
"""The key in `meta` under which the mark stands."""
AGAIN = 60_000
"""Milliseconds after which the mark is said again to an HQ that has another one in mind."""
KEPT = 90 * 86_400_000
"""Milliseconds for which ids are remembered: no HQ comes back from a backup as old as that."""


class Directives:
    """Thread-safe. `changed` is called when staff has something else to see."""

    def __init__(self, records: Records, heed: Heed, *, changed: Callable[[], None]) -> None:
        self._records, self._heed, self._changed = records, heed, changed
        self._said = -AGAIN

    @property
    def mark(self) -> Version:
        """(0, 0) before the first one."""
        return self._records.read(_mark)

    def announce(self) -> None:
        """The box starts: HQ is told how far it is. On a full disk the next directive tells it."""
        with suppress(BoxFullError):
            self._records.write(lambda writing: _say(writing, _mark(writing.db)))
            self._said = self._records.now()

    def take(self, directives: Sequence[Directive], since: Version, version: Version) -> None:
        """All that HQ directed after `since`, up to `version`. Raises BoxFullError, having carried out none."""
        if self._records.write(lambda writing: self._take(writing, directives, since, version)):
            self._changed()

    def sweep(self) -> None:
        """Forgets what need not be known any longer."""
        before = self._records.now() - KEPT
        old = "SELECT 1 FROM directive WHERE at < ? LIMIT 1"
        if self._records.read(lambda db: db.conn.execute(old, (before,)).fetchone()):
            self._records.write(lambda writing: _forget(writing.db, before))

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _take(self, writing: Writing, directives: Sequence[Directive], since: Version, version: Version) -> bool:
        held = _mark(writing.db)
        if not since <= held < version:
            self._say_again(writing, held)
            return False
        fresh = [one for one in directives if one.version > held and not _known(writing.db, one.id)]
        refused = [one.id for one in fresh if not self._carried_out(writing, one)]
        known = [(one.id, writing.at) for one in fresh]
        writing.db.conn.executemany("INSERT OR IGNORE INTO directive VALUES (?, ?)", known)
        writing.db.conn.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (MARK, f"{version[0]}-{version[1]}"))
        _say(writing, version, refused)
        return True

    def _say_again(self, writing: Writing, held: Version) -> None:
        """HQ has not heard of this mark yet, or it heard of a later one from a box that this one replaces."""
        if not self._said <= writing.at < self._said + AGAIN:
            self._said = writing.at
            _say(writing, held)

    def _carried_out(self, writing: Writing, directive: Directive) -> bool:
        """What can't be carried out changes nothing, and holds up none behind it."""
        connection = writing.db.conn
        connection.execute("SAVEPOINT directive")
        try:
            meant = msgspec.json.decode(directive.body, type=KINDS[directive.kind])
            self._heed[type(meant)](writing, meant)
            done = True
        except (KeyError, msgspec.MsgspecError, ShopError) as error:
            log.warning("directive %s (%s) is not understood: %s", directive.id, directive.kind, error)
            connection.execute("ROLLBACK TO directive")
            done = False
        connection.execute("RELEASE directive")
        return done


def _mark(db: sqlite_utils.Database) -> Version:
    row = db.conn.execute("SELECT value FROM meta WHERE key = ?", (MARK,)).fetchone()
    epoch, n = row[0].split("-") if row else (0, 0)
    return int(epoch), int(n)


def _known(db: sqlite_utils.Database, id_: str) -> bool:
    return db.conn.execute("SELECT 1 FROM directive WHERE id = ?", (id_,)).fetchone() is not None


def _forget(db: sqlite_utils.Database, before: int) -> None:
    db.conn.execute("DELETE FROM directive WHERE at < ?", (before,))


def _say(writing: Writing, version: Version, refused: Sequence[str] = ()) -> None:
    writing.append(DirectivesTaken(epoch=version[0], n=version[1], refused=tuple(refused)))
