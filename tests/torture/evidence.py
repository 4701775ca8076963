"""What HQ's database says about a log, read from outside; and what an HQ says that was never disturbed."""

import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine, select, union_all

from edge.store import Database, EventLog
from hq import clock as clocks
from hq import config, stores
from hq.clock import Clock
from hq.ledger import ledger_of
from hq.service import Hq, open_hq
from hq.store import tables
from hq.store.state import derived_sums
from sync import topics
from sync.codec import encode_batch
from sync.codec.batch import batch_of
from sync.ingest import ingest

State = dict[str, str]
"""By table, how many rows and the sum over them (`hq.store.state`)."""


@dataclass(frozen=True)
class Kept:
    """Event `n` of a log, as HQ has it."""

    n: int
    id: str
    hash: str


_opening = threading.Lock()
"""Alembic migrates one database at a time."""


def opened(folder: Path, url: str = "", clock: Clock = clocks.now) -> Hq:
    """The HQ in `folder`, made where there is none; its database is at `url`."""
    with _opening:
        return open_hq(folder, config.Config(database=config.Database(url=url)), clock=clock)


def found(folder: Path, *known: str, url: str = "") -> bytes:
    """Makes the HQ in `folder`, which knows these stores; returns the key to seal to."""
    hq = opened(folder, url)
    with hq.engine.begin() as connection:
        for store in known:
            stores.register(connection, store)
    hq.close()
    return hq.keys.seal_public


def received(engine: Engine, log_id: str) -> list[int]:
    """When HQ took in the events of a log, by number."""
    event = tables.event.c
    with engine.connect() as connection:
        return list(connection.scalars(select(event.received).where(event.log_id == log_id).order_by(event.n)))


@dataclass(frozen=True)
class Sent:
    """A basket: its event, when HQ shows that it was sent, and what the box's clock said."""

    event: str
    sent: int
    at: int


def baskets(engine: Engine) -> list[Sent]:
    basket, event = tables.basket.c, tables.event.c
    query = select(basket.event, basket.sent, event.at).join_from(tables.basket, tables.event, basket.event == event.id)
    with engine.connect() as connection:
        return [Sent(*row) for row in connection.execute(query)]


def by_clock(engine: Engine, log_id: str) -> list[int]:
    """The numbers of a log's events, in the order of what the box's clock said."""
    event = tables.event.c
    with engine.connect() as connection:
        return list(connection.scalars(select(event.n).where(event.log_id == log_id).order_by(event.at, event.n)))


def engine_of(folder: Path) -> Engine:
    return create_engine(f"sqlite:///{folder / 'hq.db'}")


def kept(engine: Engine, log_id: str, after: int = 0) -> list[Kept]:
    """What HQ has of a log beyond `after`, applied or in quarantine, by number. Twice there is twice here."""
    event, quarantine = tables.event.c, tables.quarantine.c
    query = union_all(
        select(event.n, event.id, event.hash).where(event.log_id == log_id, event.n > after),
        select(quarantine.n, quarantine.event_id, quarantine.hash).where(
            quarantine.log_id == log_id, quarantine.n > after
        ),
    )
    with engine.connect() as connection:
        return sorted((Kept(*row) for row in connection.execute(query)), key=lambda one: one.n)


def quarantined(engine: Engine, log_id: str) -> list[tuple[int, str]]:
    """Number and reason of the first few."""
    bad = tables.quarantine.c
    with engine.connect() as connection:
        rows = connection.execute(select(bad.n, bad.reason).where(bad.log_id == log_id).order_by(bad.n).limit(3))
        return [(row.n, row.reason) for row in rows]


def check(engine: Engine, log_id: str, acked: dict[int, str], *, after: int = 0) -> int:
    """What HQ has of the log beyond `after`, judged; returns how many events that are."""
    bad = quarantined(engine, log_id)
    assert not bad, f"sound events lie in quarantine: {bad}"
    found = kept(engine, log_id, after)
    judge(found, acked, after)
    return len(found)


def judge(found: Sequence[Kept], acked: dict[int, str], after: int = 0) -> None:
    """Whether `found` is every event beyond `after` that the box acknowledged (`acked`: id by number), once, in order.

    Raises AssertionError otherwise. What was committed but not acknowledged may be there too.
    """
    numbers = [one.n for one in found]
    assert numbers == list(range(after + 1, after + len(found) + 1)), (
        f"numbers are not in order: {_odd(numbers, after)}"
    )
    ids = [one.id for one in found]
    assert len(set(ids)) == len(ids), "an event is there twice"
    there = dict(zip(numbers, ids, strict=True))
    lost = {n: id for n, id in acked.items() if n > after and there.get(n) != id}  # noqa: A001
    assert not lost, f"acknowledged by the box, and not at HQ under that number: {lost}"


def _odd(numbers: list[int], after: int) -> list[int]:
    return [n for expected, n in enumerate(numbers, after + 1) if n != expected][:5]


def state_of(folder: Path) -> State:
    """The state of the HQ in `folder`, which nobody writes any more."""
    engine = engine_of(folder)
    try:
        return said_by(engine)
    finally:
        engine.dispose()


def said_by(engine: Engine) -> State:
    with engine.connect() as connection:
        return {table: str(rows) for table, rows in derived_sums(connection).items()}


def agree(state: State, undisturbed: State) -> None:
    """Raises AssertionError with the tables in which an HQ differs from one that was never disturbed."""
    differing = {name: (state[name], rows) for name, rows in undisturbed.items() if state[name] != rows}
    assert not differing, f"HQ's state is another than that of an undisturbed HQ (rows and sum, theirs): {differing}"


def undisturbed(folder: Path, like: Path, boxes: Sequence[tuple[str, Path]]) -> State:
    """The state of a fresh HQ in `folder` that is fed the logs of `boxes` (store, folder) one after the other.

    It has the keys of the HQ in `like`, so that it can open what was sealed to that one. It hears of each event at
    once: its clock is that of the box.
    """
    now = 0
    folder.mkdir(parents=True)
    shutil.copytree(like / "keys", folder / "keys")
    hq = opened(folder, clock=lambda: now)
    try:
        for store, box in boxes:
            with hq.engine.begin() as connection:
                stores.register(connection, store)
            for now, payload in payloads(store, box):  # noqa: B007 (the clock tells it)
                ingest(ledger_of(hq), store, payload)
    finally:
        hq.close()
    return state_of(folder)


def payloads(store: str, box: Path, most: int = 500) -> list[tuple[int, bytes]]:
    """The batches that carry the whole log of the box in `box`, which runs no more, and when each was sent."""
    assert topics.valid_store(store)
    with Database(box / "store.db") as database:
        log, sent = EventLog(database), []
        assert log.first_broken() is None, f"the chain is broken at {log.first_broken()}"
        for after in range(0, log.head(), most):
            envelopes, blobs = log.read(after, most, 2**40)
            prev = log.hash_of(after)
            assert prev
            whole = {"store": store, "log": log.log_id, "after": after, "prev": prev, "blobs": blobs}
            at = max(envelope.at for envelope in envelopes)
            sent.append((at, encode_batch(batch_of(envelopes, sent=at, **whole))))  # type: ignore[arg-type]
        return sent
