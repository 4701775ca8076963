"""Shoppers who ask for help, and who of the staff comes. A call belongs to a station, not to a visit: whoever waits may
touch nothing for a while.

On a full disk calls are only remembered, and ring all the same: that is when help is needed.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock

import sqlite_utils

from edge.domain.events import Event, HelpAnswered, HelpAsked, HelpEnded, WhyEnded
from edge.shop.errors import BoxFullError, NoSuchCallError
from edge.shop.records import Records, Writing
from edge.shop.staffing import Session

log = logging.getLogger(__name__)

LONGEST = 15 * 60_000
"""Milliseconds after which a call that nobody ended is over."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """`staff` is who comes, "" while nobody said so; `asked` in ms since 1970 UTC."""

    id: str
    station: str
    asked: int
    staff: str = ""


class Helping:
    """Thread-safe. `changed(station)` is called when that station, and the staff's, have something else to show."""

    def __init__(self, records: Records, *, changed: Callable[[str], None]) -> None:
        self._records, self._changed, self._lock = records, changed, Lock()
        self._calls: dict[str, Call] = {call.id: call for call in records.read(_load)}

    def calls(self) -> list[Call]:
        """Who waited longest first."""
        return sorted(self._calls.values(), key=lambda call: (call.asked, call.id))

    def of(self, station: str) -> Call | None:
        """The call of a station; None where nobody asked, or it is over."""
        return next((call for call in self.calls() if call.station == station), None)

    def waited(self, call: Call) -> int:
        """Milliseconds since it was made."""
        return max(0, self._records.now() - call.asked)

    def ask(self, station: str, visit: str) -> None:
        """`visit` is "" where nobody had touched the station before. Asking twice is asking once."""
        with self._lock:
            if self.of(station):
                return
            call = Call(id=self._records.new_id(), station=station, asked=self._records.now())
            self._keep(call, HelpAsked(help=call.id, visit=visit, station=station))
        self._changed(station)

    def accept(self, session: Session, id: str) -> None:  # noqa: A002
        """They are on their way; whoever said so last comes. Raises NoSuchCallError."""
        with self._lock:
            call = replace(self._found(id), staff=session.staff)
            self._keep(call, HelpAnswered(help=id, staff=session.staff, station=session.station))
        self._changed(call.station)

    def finish(self, session: Session, id: str) -> None:  # noqa: A002
        """The shopper has been helped. Raises NoSuchCallError."""
        self._end(self._found(id), "helped", session.staff)

    def take_back(self, station: str) -> None:
        """The shopper needs no help any more, or has gone."""
        if call := self.of(station):
            self._end(call, "taken-back")

    def sweep(self) -> None:
        """Ends what nobody ended. Call it every few seconds."""
        for call in self.calls():
            if self.waited(call) >= LONGEST:
                self._end(call, "expired")

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _found(self, id: str) -> Call:  # noqa: A002
        if (call := self._calls.get(id)) is None:
            raise NoSuchCallError("nobody waits for help under this id (any more)")
        return call

    def _end(self, call: Call, why: WhyEnded, staff: str = "") -> None:
        with self._lock:
            if self._calls.pop(call.id, None) is None:
                return
            self._write(HelpEnded(help=call.id, staff=staff, station=call.station, reason=why))
        self._changed(call.station)

    def _keep(self, call: Call, event: Event) -> None:
        self._calls = {**self._calls, call.id: call}
        self._write(event)

    def _write(self, event: Event) -> None:
        calls = self._calls

        def write(writing: Writing) -> None:
            _save(writing.db, calls)
            writing.append(event)

        try:
            self._records.write(write)
        except BoxFullError:
            log.exception("a call for help is only remembered: it could not be recorded")


def _load(db: sqlite_utils.Database) -> list[Call]:
    rows = db.conn.execute("SELECT id, station, asked, staff FROM help").fetchall()
    return [Call(id=row[0], station=row[1], asked=row[2], staff=row[3]) for row in rows]


def _save(db: sqlite_utils.Database, calls: Mapping[str, Call]) -> None:
    db.conn.execute("DELETE FROM help")
    rows = [(call.id, call.station, call.asked, call.staff) for call in calls.values()]
    db.conn.executemany("INSERT INTO help VALUES (?, ?, ?, ?)", rows)
