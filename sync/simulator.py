"""The whole protocol on one thread: boxes, HQ and a bad line, with injected clock, randomness and crashes.

The boxes run the real `Uplink`, HQ runs the real `ingest`; only storage (dictionaries that survive crashes exactly as a
committed database does) and the line are simulated. Same seed, same trace.
"""

import heapq
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from random import Random

from sync import topics
from sync.codec import GENESIS, Batch, Envelope, Malformed, Receipt, encode_answer
from sync.ingest import Care, Mark, Rejected, Unavailable, ingest
from sync.uplink import Uplink

POISON = "Poison"
"""Events of this kind are refused by the simulated shop at HQ."""


class MemoryLog:
    """An event log that survives a crash of its box."""

    def __init__(self, log_id: str) -> None:
        self._log_id = log_id
        self._events: list[Envelope] = []
        self._receipt: Receipt | None = None

    @property
    def log_id(self) -> str:
        return self._log_id

    def head(self) -> int:
        return len(self._events)

    def receipt(self) -> Receipt | None:
        return self._receipt

    def hash_of(self, n: int) -> str | None:
        if n == 0:
            return GENESIS
        return self._events[n - 1].hash if n <= len(self._events) else None

    def read(self, after: int, most: int, most_bytes: int) -> tuple[list[Envelope], dict[str, bytes]]:
        return self._events[after : after + most], {}

    def keep(self, receipt: Receipt) -> None:
        self._receipt = receipt

    def append(self, event_id: str, kind: str, at: int, body: str) -> Envelope:
        prev = self.hash_of(self.head()) or GENESIS
        n = self.head() + 1
        self._events.append(Envelope(id=event_id, log=self._log_id, n=n, kind=kind, at=at, body=body, prev=prev))
        return self._events[-1]

    def ids(self) -> list[str]:
        return [event.id for event in self._events]


@dataclass
class _State:
    """What HQ's database holds."""

    marks: dict[str, Mark] = field(default_factory=dict)
    applied: dict[str, list[str]] = field(default_factory=dict)
    quarantined: list[str] = field(default_factory=list)
    hashes: dict[tuple[str, int], str] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    forks: list[tuple[str, int]] = field(default_factory=list)
    gaps: list[tuple[str, int, int]] = field(default_factory=list)


class HqCrash(Unavailable):
    """HQ died in the middle of a transaction."""


class MemoryLedger:
    """A ledger whose transactions are all or nothing, and which dies before a commit when told to."""

    instance, epoch = "simulated", 1

    def __init__(self) -> None:
        self.state = _State()
        self.die_before_commit = False

    def now(self) -> int:
        return 0

    @contextmanager
    def transaction(self, care: Care = Care.LAST) -> Iterator["_MemoryTransaction"]:
        opened = _MemoryTransaction(self.state)
        yield opened
        if self.die_before_commit:
            raise HqCrash
        self.state = opened.state


class _MemoryTransaction:
    def __init__(self, state: _State) -> None:
        self.state = _State(
            marks=dict(state.marks),
            applied={log: list(ids) for log, ids in state.applied.items()},
            quarantined=list(state.quarantined),
            hashes=dict(state.hashes),
            seen=state.seen,
            forks=list(state.forks),
            gaps=list(state.gaps),
        )

    def expect(self, batches: Sequence[Batch]) -> None: ...

    def mark(self, log_id: str) -> Mark | None:
        return self.state.marks.get(log_id)

    def knows_store(self, store: str) -> bool:
        return topics.valid_store(store)

    def admits(self, store: str, batch: Batch) -> str:
        return ""

    def seen(self, ids: Sequence[str]) -> set[str]:
        return set(ids) & self.state.seen

    def differs(self, envelope: Envelope) -> str:
        return ""

    def hashes(self, log_id: str, first: int, last: int) -> dict[int, str]:
        known = self.state.hashes
        return {n: known[log_id, n] for n in range(first, last + 1) if (log_id, n) in known}

    def apply(self, store: str, envelope: Envelope, blob: bytes | None) -> None:
        if envelope.kind == POISON:
            raise Rejected("poison")
        self._keep(envelope)
        self.state.applied.setdefault(envelope.log, []).append(envelope.id)

    def quarantine(self, store: str, envelope: Envelope, blob: bytes | None, reason: str) -> None:
        self._keep(envelope)
        self.state.quarantined.append(envelope.id)

    def forked(self, store: str, log_id: str, n: int, theirs: str, ours: str) -> None:
        self.state.forks.append((log_id, n))

    def gap(self, store: str, log_id: str, after: int, first: int) -> None:
        self.state.gaps.append((log_id, after, first))

    def set_mark(self, log_id: str, mark: Mark, *, sent: int) -> None:
        self.state.marks[log_id] = mark

    def _keep(self, envelope: Envelope) -> None:
        self.state.seen |= {envelope.id}
        self.state.hashes[envelope.log, envelope.n] = envelope.hash


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How bad the line and the machines are: chances per message or step."""

    lost: float = 0.2
    twice: float = 0.2
    torn: float = 0.05
    slowest: float = 2.0
    box_crash: float = 0.01
    hq_crash: float = 0.05
    line_cut: float = 0.02
    poison: float = 0.05


CALM = Weather(lost=0, twice=0, torn=0, slowest=0.01, box_crash=0, hq_crash=0, line_cut=0, poison=0)


class Simulation:
    """`storm(steps)` lets things happen, `heal()` makes the line good and runs until all is drained."""

    def __init__(self, seed: int, *, boxes: int = 3, weather: Weather | None = None) -> None:
        self.random = Random(seed)  # noqa: S311  (a simulation has to repeat)
        self.weather = weather or Weather()
        self.clock = 0.0
        self.ledger = MemoryLedger()
        self.logs = {f"store-{i}": MemoryLog(f"{i:032x}") for i in range(boxes)}
        self.uplinks = {store: self._boot(store) for store in self.logs}
        self.trace = sha256()
        self._line: list[tuple[float, int, str, str, bytes]] = []
        self._serial = 0

    def storm(self, steps: int) -> None:
        for _ in range(steps):
            store = self.random.choice(list(self.logs))
            self._happen(store)
            self._pump(store)
            self._run_line(until=self.clock + self.random.uniform(0, 1.0))

    def heal(self, *, within: int = 2_000) -> int:
        """Returns the steps it took; raises `AssertionError` when `within` were not enough."""
        self.weather = replace(CALM, poison=self.weather.poison)
        for uplink in self.uplinks.values():
            uplink.line_up()
        for step in range(within):
            for store in self.logs:
                self._pump(store)
            self._run_line(until=self.clock + 1.0)
            if self.drained():
                return step
        raise AssertionError(f"not drained within {within} steps")

    def drained(self) -> bool:
        return all((kept := log.receipt()) is not None and kept.n == log.head() for log in self.logs.values())

    def _boot(self, store: str) -> Uplink:
        uplink = Uplink(
            self.logs[store],
            store,
            now=lambda: self.clock,
            wall_ms=lambda: int(self.random.uniform(0, 2e12)),
            random=self.random,
        )
        uplink.line_up()
        return uplink

    def _happen(self, store: str) -> None:
        for _ in range(self.random.randrange(4)):
            kind = POISON if self._chance(self.weather.poison) else "Fact"
            event_id = f"{self.random.getrandbits(128):032x}"
            self.logs[store].append(event_id, kind, self.random.randrange(2**41), json.dumps({"store": store}))
            self._note("append", store, event_id)
        if self._chance(self.weather.box_crash):
            self._note("crash", store)
            self.uplinks[store] = self._boot(store)
        if self._chance(self.weather.line_cut):
            self._note("cut", store)
            self.uplinks[store].line_down()
            self.uplinks[store].line_up()

    def _pump(self, store: str) -> None:
        while (payload := self.uplinks[store].take()) is not None:
            self._send("hq", store, payload)

    def _run_line(self, until: float) -> None:
        while self._line and self._line[0][0] <= until:
            self.clock, _, to, store, payload = heapq.heappop(self._line)
            self._note(to, store, sha256(payload).hexdigest())
            if to == "hq":
                self._at_hq(store, payload)
            else:
                self.uplinks[store].hear(payload)
                self._pump(store)
        self.clock = until

    def _at_hq(self, store: str, payload: bytes) -> None:
        self.ledger.die_before_commit = self._chance(self.weather.hq_crash)
        try:
            answer = ingest(self.ledger, store, payload)
        except (Malformed, HqCrash):
            return
        self._send("box", store, encode_answer(answer))

    def _send(self, to: str, store: str, payload: bytes) -> None:
        if self._chance(self.weather.torn):
            payload = payload[: self.random.randrange(len(payload))]
        for _ in range(2 if self._chance(self.weather.twice) else 1):
            if not self._chance(self.weather.lost):
                self._serial += 1
                arrives = self.clock + self.random.uniform(0, self.weather.slowest)
                heapq.heappush(self._line, (arrives, self._serial, to, store, payload))

    def _chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def _note(self, *what: str) -> None:
        self.trace.update("\t".join((f"{self.clock:.6f}", *what, "\n")).encode())
