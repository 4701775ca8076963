"""One transaction of the shop: the rows it changes and the events that say so; then the uplink is woken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import sqlite_utils

from edge.domain.events import Event
from edge.shop.errors import BoxFullError
from edge.store import Database, EventLog, StorageError

T = TypeVar("T")


@dataclass(kw_only=True)
class Writing:
    """An open transaction: `db` is for its rows, `at` its time in milliseconds."""

    db: sqlite_utils.Database
    at: int
    new_id: Callable[[], str]
    _log: EventLog
    _events: int = field(default=0, init=False)

    def append(self, event: Event, *, event_id: str = "", at: int = 0, blob: bytes | None = None) -> None:
        """`at`: when it was so, if not now; `blob` is what is sealed and travels beside it."""
        self._log.append(self.db, event, event_id=event_id or self.new_id(), at=at or self.at, blob=blob)
        self._events += 1

    def erase(self, events: Sequence[str]) -> None:
        """What is sealed beside events with these ids."""
        self._log.erase(self.db, events)

    @property
    def appended(self) -> bool:
        return self._events > 0


@dataclass(frozen=True, kw_only=True)
class Records:
    """Thread-safe. `now` is the wall clock in milliseconds, `new_id` draws 32 hex digits; `woken` is called after each
    commit that brought events."""

    database: Database
    log: EventLog
    now: Callable[[], int]
    new_id: Callable[[], str]
    woken: Callable[[], None]

    def read(self, do: Callable[[sqlite_utils.Database], T]) -> T:
        return self.database.read(do)

    def write(self, do: Callable[[Writing], T]) -> T:
        """Raises BoxFullError, having changed nothing, on a disk that is full or fails; and what `do` raises."""

        def run(db: sqlite_utils.Database) -> tuple[T, Writing]:
            writing = Writing(db=db, at=self.now(), new_id=self.new_id, _log=self.log)
            return do(writing), writing

        try:
            result, writing = self.database.write(run)
        except StorageError as error:
            raise BoxFullError(str(error)) from error
        if writing.appended:
            self.woken()
        return result

    def tell(self, event: Event) -> None:
        """Nothing but this event. Raises BoxFullError."""
        self.write(lambda writing: writing.append(event))
