"""HQ's ledger in memory (`sync.ledger.Ledger`): transactions are all or nothing, backups are taken and put back."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sync import topics
from sync.codec import Batch, Envelope
from sync.ledger import Care, Mark, Rejected, Unavailable

POISON = "Poison"
"""Events of this kind are refused by the simulated shop at HQ."""
Gap = tuple[str, int, int]
"""Log, the last number before it, the first one behind it."""


@dataclass
class State:
    """What HQ's database holds. `seen` has the kind and body of each event by its id, `order` the numbers applied."""

    marks: dict[str, Mark] = field(default_factory=dict)
    applied: dict[str, list[str]] = field(default_factory=dict)
    order: dict[str, list[int]] = field(default_factory=dict)
    quarantined: list[str] = field(default_factory=list)
    hashes: dict[tuple[str, int], str] = field(default_factory=dict)
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)
    forks: list[tuple[str, int]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def take(self, other: "State") -> None:
        """Adds what `other` has."""
        self.marks |= other.marks
        self.hashes |= other.hashes
        self.seen |= other.seen
        for log, ids in other.applied.items():
            self.applied.setdefault(log, []).extend(ids)
            self.order.setdefault(log, []).extend(other.order[log])
        for mine, theirs in (
            (self.quarantined, other.quarantined),
            (self.forks, other.forks),
            (self.gaps, other.gaps),
        ):
            mine.extend(theirs)  # type: ignore[arg-type]

    def copy(self) -> "State":
        twin = State()
        twin.take(self)
        return twin


class HqCrash(Unavailable):
    """HQ died in the middle of a transaction."""


class MemoryLedger:
    """`live` is called at each step of a transaction and before its commit; it may raise `HqCrash`."""

    instance = "simulated"

    def __init__(self, live: Callable[[], None] = lambda: None, now: Callable[[], int] = lambda: 0) -> None:
        self.state, self.epoch = State(), 1
        self.live, self.now = live, now
        self.backups: list[State] = []
        self.forked_logs: set[str] = set()
        """Ever, in any of this HQ's lives."""

    @contextmanager
    def transaction(self, care: Care = Care.LAST) -> Iterator["MemoryTransaction"]:
        opened = MemoryTransaction(self)
        yield opened
        self.live()
        self.state.take(opened.new)

    def backup(self) -> None:
        """A verified one: what is in it may be forgotten by the boxes."""
        self.backups.append(self.state.copy())

    def restore(self, *, older: int = 0) -> None:
        """The newest backup, or one of the `older` ones: then boxes may have forgotten what it lacks."""
        del self.backups[len(self.backups) - older :]
        self.state = self.backups[-1].copy()
        self.epoch += 1

    def trim_to(self, log_id: str) -> int:
        mark = self.backups[-1].marks.get(log_id) if self.backups else None
        return mark.n if mark else 0


class MemoryTransaction:
    """What is new waits in `new` for the commit."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger, self._old, self.new = ledger, ledger.state, State()

    def expect(self, batches: Sequence[Batch]) -> None: ...

    def mark(self, log_id: str) -> Mark | None:
        mark = self.new.marks.get(log_id) or self._old.marks.get(log_id)
        return mark and Mark(n=mark.n, hash=mark.hash, store=mark.store, trim_to=self._ledger.trim_to(log_id))

    def knows_store(self, store: str) -> bool:
        return topics.valid_store(store)

    def admits(self, store: str, batch: Batch) -> str:
        return ""

    def seen(self, ids: Sequence[str]) -> set[str]:
        return {event_id for event_id in ids if self._known(event_id) and not self._held(event_id)}

    def differs(self, envelope: Envelope) -> str:
        return "" if self._known(envelope.id) == (envelope.kind, envelope.body) else "kind or body"

    def hashes(self, log_id: str, first: int, last: int) -> dict[int, str]:
        numbers = ((n, (log_id, n)) for n in range(first, last + 1))
        found = ((n, self.new.hashes.get(key) or self._old.hashes.get(key)) for n, key in numbers)
        return {n: digest for n, digest in found if digest}

    def apply(self, store: str, envelope: Envelope, blob: bytes | None) -> None:
        self._ledger.live()
        if envelope.kind == POISON:
            raise Rejected("poison")
        self._keep(envelope)
        self.new.applied.setdefault(envelope.log, []).append(envelope.id)
        self.new.order.setdefault(envelope.log, []).append(envelope.n)

    def repeated(self, envelope: Envelope) -> None:
        self.new.hashes[envelope.log, envelope.n] = envelope.hash

    def held(self, store: str, envelope: Envelope) -> bool:
        return self._held(envelope.id)

    def quarantine(self, store: str, envelope: Envelope, blob: bytes | None, reason: str) -> None:
        self._keep(envelope)
        self.new.quarantined.append(envelope.id)

    def forked(self, store: str, log_id: str, n: int, theirs: str, ours: str) -> None:
        self.new.forks.append((log_id, n))
        self._ledger.forked_logs.add(log_id)

    def gap(self, store: str, log_id: str, after: int, first: int) -> None:
        self.new.gaps.append((log_id, after, first))

    def set_mark(self, log_id: str, mark: Mark, *, sent: int) -> None:
        self._ledger.live()
        self.new.marks[log_id] = mark

    def _held(self, event_id: str) -> bool:
        return event_id in self.new.quarantined or event_id in self._old.quarantined

    def _known(self, event_id: str) -> tuple[str, str] | None:
        return self.new.seen.get(event_id) or self._old.seen.get(event_id)

    def _keep(self, envelope: Envelope) -> None:
        self.new.seen[envelope.id] = (envelope.kind, envelope.body)
        self.new.hashes[envelope.log, envelope.n] = envelope.hash
