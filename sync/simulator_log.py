"""A box's event log in memory (`sync.outlog.OutLog`): what is in it survives crashes, as a committed database does."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from sync.codec import GENESIS, Envelope, Receipt

LOG_OPENED = "LogOpened"
"""The kind of the first event of every life but the first."""
_CHUNK = 500


@dataclass
class Life:
    """`events` begin behind the cut."""

    log_id: str
    events: list[Envelope] = field(default_factory=list)
    cut: int = 0
    cut_hash: str = GENESIS
    receipt: Receipt | None = None

    @property
    def head(self) -> int:
        return self.cut + len(self.events)

    def hash_of(self, n: int) -> str | None:
        if n in (0, self.cut):
            return self.cut_hash if n else GENESIS
        return self.events[n - self.cut - 1].hash if self.cut < n <= self.head else None

    def add(self, like: Envelope, origin: str | None) -> Envelope:
        """Appends the same event under this life's next number."""
        prev = self.hash_of(self.head) or GENESIS
        event = msgspec.structs.replace(like, log=self.log_id, n=self.head + 1, origin=origin, prev=prev)
        self.events.append(event)
        return event

    def end(self, n: int) -> None:
        """The events after `n` are elsewhere now."""
        del self.events[max(0, n - self.cut) :]
        if self.receipt and self.receipt.n > n:
            self.receipt = msgspec.structs.replace(self.receipt, n=n, hash=self.hash_of(n) or "")


class OneLife(ABC):
    """What present and past lives can do."""

    def __init__(self, chunk: int, on_forgotten: Callable[[list[Envelope]], None]) -> None:
        self._chunk, self._on_forgotten = chunk, on_forgotten

    @property
    @abstractmethod
    def life(self) -> Life: ...

    @property
    def log_id(self) -> str:
        return self.life.log_id

    def head(self) -> int:
        return self.life.head

    def cut(self) -> int:
        return self.life.cut

    def receipt(self) -> Receipt | None:
        return self.life.receipt

    def keep(self, receipt: Receipt) -> None:
        self.life.receipt = receipt

    def hash_of(self, n: int) -> str | None:
        return self.life.hash_of(n)

    def read(self, after: int, most: int, most_bytes: int) -> tuple[list[Envelope], dict[str, bytes]]:
        start = max(0, after - self.life.cut)
        return self.life.events[start : start + most], {}

    def trim_limit(self) -> int:
        receipt = self.life.receipt
        return min(receipt.n, receipt.trim_to) if receipt else 0

    def trim(self) -> bool:
        life = self.life
        chunk = min(self._chunk, self.trim_limit() - life.cut, len(life.events))
        if chunk <= 0:
            return False
        self._on_forgotten(life.events[:chunk])
        life.cut_hash = life.events[chunk - 1].hash
        del life.events[:chunk]
        life.cut += chunk
        return True


class MemoryLog(OneLife):
    """`between` is called between the transactions of what takes several; it may raise, which is a crash there."""

    def __init__(
        self,
        log_id: str,
        *,
        chunk: int = _CHUNK,
        new_id: Callable[[], str] | None = None,
        between: Callable[[], None] = lambda: None,
        on_forgotten: Callable[[list[Envelope]], None] = lambda _: None,
    ) -> None:
        super().__init__(chunk, on_forgotten)
        self._lives = [Life(log_id)]
        self._opening: Life | None = None
        self._stays = 0
        self._new_id = new_id or (lambda: f"{len(self._lives):02x}{log_id[2:]}")
        self._between = between

    @property
    def life(self) -> Life:
        return self._lives[-1]

    def past(self) -> Sequence[PastLife]:
        return [PastLife(self, life) for life in self._lives[:-1] if life.events]

    def append(self, event_id: str, kind: str, at: int, body: str) -> Envelope:
        like = Envelope(id=event_id, log="", n=0, kind=kind, at=at, body=body, prev="")
        return self.life.add(like, None)

    def forked(self, n: int, why: str = "fork") -> None:
        if self._opening is None:
            kept = self.life.receipt
            self._stays = max(self.life.cut, min(kept.n if kept else 0, n - 1))
            self._open(n, why)
        self.reopen()

    def reopen(self) -> None:
        """At every start: goes on with what a crash interrupted."""
        if self._opening is None:
            return
        there = {event.id for event in self._opening.events}
        left = [event for event in self._after(self._stays) if event.id not in there]
        while left:
            self._again(left[: self._chunk], self._opening)
            del left[: self._chunk]
            if left:
                self._between()
        self.life.end(self._stays)
        self._lives.append(self._opening)
        self._opening = None

    def hand_over(self, past: Life, n: int) -> None:
        """What a past life has after its receipt is appended again to the present one."""
        stays = max(past.cut, min(past.receipt.n if past.receipt else 0, n - 1))
        there = {event.id for event in self.life.events}
        self._again([e for e in past.events if e.n > stays and e.id not in there], self.life)
        past.end(stays)

    def copy(self) -> MemoryLog:
        """The database as it is now, for a clone, or to be rolled back to."""
        twin = MemoryLog(
            "", chunk=self._chunk, new_id=self._new_id, between=self._between, on_forgotten=self._on_forgotten
        )
        twin._lives = [replace(life, events=list(life.events)) for life in self._lives]
        twin._opening = self._opening and replace(self._opening, events=list(self._opening.events))
        twin._stays = self._stays
        return twin

    def ids(self) -> list[str]:
        """Of the present life's events."""
        return [event.id for event in self.life.events]

    def events(self) -> Iterator[Envelope]:
        """Of all lives."""
        for life in (*self._lives, *([self._opening] if self._opening else [])):
            yield from life.events

    def _open(self, n: int, why: str) -> None:
        self._opening = Life(self._new_id())
        body = json.dumps({"previous": self.life.log_id, "forked_at": n, "why": why})
        opened = Envelope(id=self._new_id(), log="", n=0, kind=LOG_OPENED, at=0, body=body, prev="")
        self._opening.add(opened, None)
        self._between()

    def _after(self, n: int) -> list[Envelope]:
        return self.life.events[max(0, n - self.life.cut) :]

    def _again(self, events: list[Envelope], life: Life) -> None:
        for event in events:
            life.add(event, event.origin or f"{event.log}:{event.n}")


class PastLife(OneLife):
    def __init__(self, log: MemoryLog, life: Life) -> None:
        super().__init__(log._chunk, log._on_forgotten)
        self._log, self._one = log, life

    @property
    def life(self) -> Life:
        return self._one

    def forked(self, n: int) -> None:
        self._log.hand_over(self._one, n)

    def past(self) -> Sequence[PastLife]:
        return ()
