"""What a projector is given beside the event's body."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table

from hq.journal import Journal
from hq.keys import Keys
from hq.projection import times
from hq.projection.ahead import Ahead, Carried
from hq.projection.later import Later
from hq.store.fits import misfit
from sync.codec import Envelope
from sync.ingest import Rejected


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What of HQ's settings decides about rows."""

    keys: Keys
    mail_domain: str
    """What the Message-IDs end in."""
    control: int = 0
    """Per cent of new profiles kept out of every campaign."""
    journal: Journal | None = None
    """Where HQ writes down what it decides about an event; None decides anew each time."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    connection: Connection
    rules: Rules
    store: str
    envelope: Envelope
    blob: bytes | None
    received: int
    ahead: Ahead
    later: Later
    skew: int = 0
    """Box clock minus HQ clock, in milliseconds, as far as this moment knows."""

    @property
    def at(self) -> int:
        """When it happened, as far as this moment knows; `times.settle` puts it right once the batch is through."""
        return times.possible(self.envelope.at, self.received)

    @property
    def carried(self) -> Carried:
        return Carried(self.store, self.envelope, self.blob)

    def insert(self, table: Table, **row: object) -> None:
        """Inserts a row that an event made up, once the whole group of batches is through: nothing reads it before.
        Raises Rejected where a value does not fit its column."""
        self.later.insert(table, fitting(table, row))


def fitting(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """`row`. Raises Rejected where a value does not fit its column."""
    if why := misfit(table, row):
        raise Rejected(f"{table.name}.{why}")
    return row
