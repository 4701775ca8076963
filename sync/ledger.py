"""What `sync.ingest` asks of the place where HQ keeps logs. `hq.ledger` is the real one."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from sync.codec import Batch, Envelope


class Rejected(Exception):
    """Raised by `Transaction.apply` for an event that can't be applied; `str()` is the reason kept in quarantine."""


class Again(Exception):
    """Raised inside or out of a transaction that may well succeed when it is tried again with more care: one event
    spoiled it for all, or somebody else wrote the same at the same moment. Nothing of it was kept."""


class Unavailable(Exception):
    """The ledger's storage has troubles of its own (full, locked, gone). Nothing was kept, and no message is at fault:
    the boxes send again."""


class Care(IntEnum):
    """How a transaction treats an event that fails."""

    QUICK = 0
    """Short cuts are allowed: it may raise `Again`, which costs all that it did."""
    CAREFUL = 1
    """What one event did is undone alone. `Again` is left for who was not alone."""
    LAST = 2
    """Whatever goes wrong with an event is that event's fault."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The highest contiguous number applied of a log, its hash, and the store the log belongs to. Events up to
    `trim_to` lie in a verified backup and may be forgotten by the box."""

    n: int
    hash: str
    store: str
    trim_to: int = 0


class Transaction(Protocol):
    """One open transaction of a ledger."""

    def expect(self, batches: Sequence[Batch]) -> None:
        """What will be asked about: a ledger may look all of it up at once."""

    def mark(self, log_id: str) -> Mark | None:
        """None for a log never heard of. Raises `sync.codec.Malformed` for what can't be a log's id."""

    def knows_store(self, store: str) -> bool: ...

    def admits(self, store: str, batch: Batch) -> str:
        """Why this batch, the first of a log never heard of, is not taken; "" where it is."""

    def seen(self, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that are of events which were applied before, in any log. One that lies in quarantine is not:
        it may come again sound, from a copy of its box or out of another log."""

    def differs(self, envelope: Envelope) -> str:
        """In what an event whose id was seen before says something else than that one did; "" for a repetition."""

    def hashes(self, log_id: str, first: int, last: int) -> dict[int, str]:
        """The hashes of events `first` to `last` as they came, by number; those that are not kept are left out."""

    def apply(self, store: str, envelope: Envelope, blob: bytes | None) -> None:
        """Keep the event and everything derived from it. Raises `Rejected`, having changed nothing."""

    def repeated(self, envelope: Envelope) -> None:
        """This event was applied before, under another log or number: its hash is kept, so that `hashes` knows it."""

    def held(self, store: str, envelope: Envelope) -> bool:
        """Whether an event of this store that says the same lies in quarantine already."""

    def quarantine(self, store: str, envelope: Envelope, blob: bytes | None, reason: str) -> None: ...

    def forked(self, store: str, log_id: str, n: int, theirs: str, ours: str) -> None:
        """Notes that event `n` came with the hash `theirs` where HQ has `ours`."""

    def gap(self, store: str, log_id: str, after: int, first: int) -> None:
        """Notes that the events between `after` and `first` are forgotten by the box, and not here."""

    def set_mark(self, log_id: str, mark: Mark, *, sent: int) -> None:
        """`sent` is the box's clock when it sent the batch, in milliseconds: HQ estimates the skew from it."""


class Ledger(Protocol):
    """Where HQ keeps logs."""

    @property
    def instance(self) -> str:
        """Names this database; kept over restarts."""

    @property
    def epoch(self) -> int:
        """Counts this database's lives: a restore from a backup raises it."""

    def now(self) -> int:
        """HQ's clock, milliseconds since 1970 UTC."""

    def transaction(self, care: Care = Care.LAST) -> AbstractContextManager[Transaction]:
        """Commits when left normally, and rolls everything back on an exception. Raises `Again` and `Unavailable`."""
