"""What somebody at HQ asked of this box: kept with the directive that says it, done behind it, and told in the log."""

import threading
from collections.abc import Callable
from typing import Any

import msgspec

from edge.domain.directives import KINDS, FetchAgain, LockStation, RestartBrowser, RotateKeys, SendBundle
from edge.domain.events import ActionEnded
from edge.shop.pairing import Pairing
from edge.shop.records import Records, Writing

Chore = RestartBrowser | FetchAgain | SendBundle | RotateKeys
LONGEST = 200
"""Characters of a reason."""


class Chores:
    """Thread-safe. A chore that the box died over is done at the next start."""

    def __init__(self, records: Records, pairing: Pairing, *, ended: Callable[[str], None]) -> None:
        """`ended(station)` is called when nobody is that station any more."""
        self._records, self._pairing, self._ended = records, pairing, ended
        self.woken = threading.Event()

    def heed(self, writing: Writing, asked: Chore) -> None:
        row = (asked.action, type(asked).__name__, msgspec.json.encode(asked).decode(), writing.at)
        writing.db.conn.execute("INSERT OR IGNORE INTO chore VALUES (?, ?, ?, ?)", row)
        self.woken.set()

    def lock(self, writing: Writing, asked: LockStation) -> None:
        """At once, in the directive's own transaction. A station that is none here is told as such."""
        known = asked.station in self._pairing.stations
        if known:
            self._pairing.lock(writing, asked.station, locked=asked.locked)
            self._ended(asked.station)
        why = "" if known else "this box has no such station"
        writing.append(ActionEnded(action=asked.action, done=known, why=why))

    def waiting(self) -> list[Chore]:
        """The oldest first."""
        sql = "SELECT kind, body FROM chore ORDER BY at, id"
        rows: list[tuple[str, str]] = self._records.read(lambda db: db.conn.execute(sql).fetchall())
        chores: list[Any] = [msgspec.json.decode(body, type=KINDS[kind]) for kind, body in rows]
        return chores

    def end(self, chore: Chore, *, why: str = "") -> None:
        """It is done, or `why` it could not be. Raises BoxFullError, and it is done once more."""

        def done(writing: Writing) -> None:
            writing.db.conn.execute("DELETE FROM chore WHERE id = ?", (chore.action,))
            writing.append(ActionEnded(action=chore.action, done=not why, why=why[:LONGEST]))

        self._records.write(done)
