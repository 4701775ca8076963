"""How the box is, in figures that a screen can put into plain words."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.catalogue import Version
from edge.store import Ended
from hardware.health import ReaderHealth


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
