"""Guarantee 7: boxes have no clock to rely on, so the numbers of a log say what came first, and nothing else does.

A real log of a box whose clock says 1970, a day less or 400 days more whenever it is asked, and HQ's real ingest. The
same with the clock of a whole process, over a real broker: `tests/torture/clocks.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import msgspec
import pytest
from sqlalchemy import select

from edge.domain.basket import Line
from edge.domain.events import BasketSent
from edge.store import Database, EventLog
from hq import people, stores
from hq.ledger import ledger_of
from hq.service import Hq, open_hq
from hq.store import tables
from sync.codec import GENESIS, Envelope, Receipt, encode_batch, seal
from sync.codec.batch import batch_of
from sync.ingest import ingest
from tests.hq.boxes import DAY, NOW, STORE, boots, yes

SHIFTS = (-NOW, -DAY, DAY, 400 * DAY)
"""Milliseconds by which the box's clock is off: it says 1970 when it lost everything."""
SEEDS = (3, 4, 5)
"""None of them gives the last event the latest time by chance."""
SENDINGS = 8
"""Of one basket by one person, who changes line and mind each time."""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Hq]:
    hq = open_hq(tmp_path / "hq", clock=lambda: NOW)
    with hq.engine.begin() as connection:
        stores.register(connection, STORE)
    yield hq
    hq.close()


class ForgetfulClock:
    """Off by another shift whenever it is asked, though minutes pass."""

    def __init__(self, seed: int) -> None:
        self._random, self._passed = Random(seed), 0

    def __call__(self) -> int:
        self._passed += 60_000
        return max(0, NOW + self._passed + self._random.choice(SHIFTS))


@dataclass
class Recorded:
    """A log as the uplink reads it."""

    envelopes: list[Envelope]
    blobs: dict[str, bytes]


def recorded(folder: Path, seal_key: bytes, clock: Callable[[], int]) -> Recorded:
    """`SENDINGS` in the log of a box with that clock."""
    with Database(folder / "store.db") as database:
        log = EventLog(database)
        for number in range(SENDINGS):
            plain = {"v": 1, "store": STORE, "event": f"{number:032x}", "mail": "shopper@example.com"}
            entry = {"event_id": f"{number:032x}", "at": clock(), "blob": seal(seal_key, msgspec.json.encode(plain))}
            database.write(lambda db, n=number, e=entry: log.append(db, sending(n), **e))  # type: ignore[misc]
        return Recorded(*log.read(0, 500, 2**30))


def sending(number: int) -> BasketSent:
    line = Line(item=boots(f"boot-{number}"), quantity=1, fulfilment="take")
    granted = yes(granted=number % 2 == 0)  # so the last word is a no
    where = {"visit": "c" * 32, "station": "wall", "channel": "mail", "language": "en"}
    return BasketSent(basket="b" * 32, lines=(line,), consents=(granted,), **where)  # type: ignore[arg-type]


def deliver(hq: Hq, log: Recorded, clock: Callable[[], int]) -> None:
    """One event a batch, each sent at yet another time."""
    for e in log.envelopes:
        blobs = {e.seal: log.blobs[e.seal]} if e.seal else {}
        batch = batch_of([e], store=STORE, log=e.log, after=e.n - 1, prev=e.prev, sent=clock(), blobs=blobs)
        answer = ingest(ledger_of(hq), STORE, encode_batch(batch))
        assert isinstance(answer, Receipt) and answer.n == e.n


def told(hq: Hq) -> tuple[list[str], str, bool]:
    """What HQ says: the events in its order, the article in the basket, whether the person may be written to."""
    event = tables.event.c
    with hq.reading() as connection:
        ids = list(connection.scalars(select(event.id).order_by(event.n)))
        article = str(connection.scalar(select(tables.basket_line.c.sku)))
        profile = connection.scalar(select(tables.profile.c.id))
        return ids, article, people.answers(connection, str(profile))[0].granted


RIGHT = ([f"{number:032x}" for number in range(SENDINGS)], f"boot-{SENDINGS - 1}", False)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_last_word_is_the_one_with_the_highest_number(opened: Hq, tmp_path: Path, seed: int) -> None:
    clock = ForgetfulClock(seed)
    deliver(opened, recorded(tmp_path, opened.keys.seal_public, clock), clock)
    assert told(opened) == RIGHT


@pytest.mark.parametrize("seed", SEEDS)
def test_control_in_the_order_of_times_the_last_word_is_another(opened: Hq, tmp_path: Path, seed: int) -> None:
    """The very same events, numbered as their clock says: HQ takes them, and says what is wrong."""
    clock = ForgetfulClock(seed)
    log = recorded(tmp_path, opened.keys.seal_public, clock)
    deliver(opened, replace(log, envelopes=by_time(log.envelopes)), clock)
    ids, article, _ = told(opened)
    assert ids != RIGHT[0]
    assert article != RIGHT[1]


def by_time(envelopes: list[Envelope]) -> list[Envelope]:
    chain: list[Envelope] = []
    for n, envelope in enumerate(sorted(envelopes, key=lambda e: e.at), 1):
        prev = chain[-1].hash if chain else GENESIS
        chain.append(msgspec.structs.replace(envelope, n=n, prev=prev))
    return chain
