"""What the box believes HQ has: known at once, written to disk rarely."""

from collections.abc import Callable
from contextlib import suppress
from math import inf

import msgspec

from sync.codec import Receipt
from sync.outlog import NoRoom, OutLog

EVERY = 0.25
"""Seconds between writes while a backlog drains: each is a synced transaction that a scan may have to wait for. What a
crash forgets is only sent once more."""


class Belief:
    """The newest receipt of one log."""

    def __init__(self, out: OutLog, now: Callable[[], float]) -> None:
        self._out, self._now = out, now
        self.receipt = out.receipt()
        self._written, self._when = self.receipt, -inf

    @property
    def n(self) -> int:
        return self.receipt.n if self.receipt else 0

    def confirmed(self) -> int:
        """Everything up to here is HQ's, or forgotten on its word."""
        return max(self.n, self._out.cut())

    def is_stale(self, receipt: Receipt) -> bool:
        """Whether it comes from before HQ's restore, which is known already."""
        known = self.receipt
        return known is not None and known.instance == receipt.instance and receipt.epoch < known.epoch

    def is_of_another_life(self, receipt: Receipt) -> bool:
        """Whether HQ has become another since the last receipt: restored, or replaced."""
        known = self.receipt
        return known is not None and (known.instance, known.epoch) != (receipt.instance, receipt.epoch)

    def take(self, receipt: Receipt, *, drained: bool) -> None:
        """`drained`: more will not come soon, so it is written at once."""
        self.receipt = receipt
        if drained:
            self._write_if_there_is_room()
        else:
            self.write_when_due()

    def allow(self, trim_to: int) -> None:
        """Events up to there may be forgotten, as far as they are receipted."""
        if self.receipt:
            self.take(msgspec.structs.replace(self.receipt, trim_to=trim_to), drained=True)

    def lower(self, n: int, own: str) -> None:
        """What was believed is not so beyond event `n`, whose hash is `own`."""
        if self.receipt:
            self.receipt = msgspec.structs.replace(self.receipt, n=n, hash=own)

    def wait(self) -> float | None:
        """Seconds until there is something to write, None where all is written."""
        return None if self._says_the_same() else max(0.0, self._when + EVERY - self._now())

    def write_when_due(self) -> None:
        if self.wait() == 0.0:
            self._write_if_there_is_room()

    def write(self) -> None:
        """Raises NoRoom."""
        if self.receipt and not self._says_the_same():
            self._when = self._now()
            self._out.keep(self.receipt)
            self._written = self.receipt

    def _write_if_there_is_room(self) -> None:
        """A full disk stops nothing that is there from going out; it is tried again when it is due."""
        with suppress(NoRoom):
            self.write()

    def _says_the_same(self) -> bool:
        return _essence(self.receipt) == _essence(self._written)


def _essence(receipt: Receipt | None) -> tuple[object, ...] | None:
    return None if receipt is None else (receipt.n, receipt.hash, receipt.instance, receipt.epoch, receipt.trim_to)
