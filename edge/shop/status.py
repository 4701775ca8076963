"""How the box is, in figures that a screen can put into plain words."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.catalogue import Catalogue, Version
from edge.shop.records import Records
from edge.shop.stations import Outside
from edge.store import Ended
from hardware.health import ReaderHealth

HISTORY = 30 * 86_400_000
"""How long the staff is told that the log was healed, in ms."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """Times in milliseconds since 1970 UTC; `confirmed` events are at HQ, `waiting` are not yet."""

    store: str
    log_id: str
    head: int
    confirmed: int
    waiting: int
    oldest_waiting_ms: int | None
    line_up: bool
    trouble: str
    """Why not everything can be sent to HQ, beyond a line that is down; "" in good health."""
    lives_before: Sequence[Ended]
    """The logs this one followed, the latest last: history, and no trouble."""
    catalogue: Version
    catalogue_since: int | None
    refused: str
    """Why a version that HQ announced is not shown, or not yet; "" where it is."""
    readers: Sequence[ReaderHealth]


def status_of(
    store: str, records: Records, outside: Outside, catalogue_since: int | None, catalogue: Catalogue
) -> Status:
    """As it is this moment."""
    receipt, head = records.log.receipt(), records.log.head()
    confirmed = receipt.n if receipt else 0
    return Status(
        store=store,
        log_id=records.log.log_id,
        head=head,
        confirmed=confirmed,
        waiting=head - confirmed,
        oldest_waiting_ms=records.log.oldest_waiting(),
        line_up=outside.line_up(),
        trouble=outside.trouble(),
        lives_before=records.log.history(since=records.now() - HISTORY),
        catalogue=catalogue.version,
        catalogue_since=catalogue_since,
        refused=outside.refused(),
        readers=outside.readers(),
    )
