"""The box's event log as its sender sees it. `edge.store.EventLog` is the real one, `simulator_log` has another."""

from collections.abc import Sequence
from typing import Protocol

from sync.codec import Envelope, Receipt


class NoRoom(Exception):
    """The disk is full: nothing of it was written. What is there goes out all the same."""


class OutLog(Protocol):
    """One life of a log: numbered from 1 without gaps, hash-chained, in its own log id."""

    @property
    def log_id(self) -> str:
        """Names the present life, and changes at a fork; of a past life, names that one and never changes."""

    def head(self) -> int:
        """The last number appended, 0 in an empty log."""

    def cut(self) -> int:
        """The last number forgotten, 0 for none."""

    def receipt(self) -> Receipt | None:
        """The last receipt kept, None before the first."""

    def keep(self, receipt: Receipt) -> None:
        """Remember durably that HQ has everything up to `receipt.n`: less than before, maybe less than the cut, where
        HQ came back from a backup. Raises NoRoom."""

    def hash_of(self, n: int) -> str | None:
        """The hash of event `n` (GENESIS for 0, kept for the cut), None beyond the head or before the cut."""

    def read(self, after: int, most: int, most_bytes: int) -> tuple[list[Envelope], dict[str, bytes]]:
        """The events after number `after`, at most `most` or `most_bytes` of bodies and blobs but at least one where
        there is one, and the sealed blobs of these events by hash."""

    def forked(self, n: int) -> None:
        """HQ has other events from number `n` on. The log goes on under a new id, where every event after the receipt
        is appended again with its id, kind, time, body and seal; its origin says where it was first. Afterwards this
        object speaks of the new log, and the old one is among `past()` with its head at the receipt.

        Of a past life: its events after its receipt (which `keep` took back before) are appended again to the present
        life, and its head is the receipt then. No scan waits for more than a chunk of 500 events; what a crash
        interrupts goes on at the next start.
        """

    def trim(self) -> bool:
        """Forgets one chunk, at most 500, of the events up to the receipt and its `trim_to`, with their blobs. False
        when nothing is left to forget. Raises NoRoom."""

    def past(self) -> "Sequence[OutLog]":
        """Earlier lives that still hold events, oldest first. HQ had a receipt for all of them, so they never grow:
        they are kept to refill an HQ that comes back from a backup. Those of a past life: none."""
