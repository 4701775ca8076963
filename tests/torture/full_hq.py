"""HQ on a disk that runs full while it ingests and decides: database and journal lie on it."""

import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import func, select

from hq import decisions, stores
from hq.errors import JournalError
from hq.ledger import ledger_of
from hq.service import Hq, open_hq
from hq.store import tables
from hq.web import create_app
from sync.codec import Receipt
from sync.ingest import ingest
from tests.hq.boxes import STORE, Box, basket_sent, box_of, viewed
from tests.torture.disks import enlarge, fill, small_disk

EVENTS, BATCH = 6_000, 100
FULL = 3
"""Batches refused in a row after which it counts as full."""
ROOM = 64 * 1024
"""Kilobytes of the disk once there is room."""
PAGES = ("/", "/hq/", "/feeds/catalogue/head.json")


def goes_on(folder: Path, seed: int) -> dict[str, int]:
    """What was receipted and decided is there when room was made, and the box gets rid of the rest."""
    chance = random.Random(seed)
    folder.mkdir()
    with small_disk(folder / "disk", chance.randrange(1500, 6000)) as disk:
        hq = open_hq(disk / "hq")
        try:
            with hq.engine.begin() as connection:
                stores.register(connection, STORE)
            box = _box(hq, chance)
            at, decided = _until_full(hq, box, chance, disk)
            _look_around(hq)
            decided += list(_decide(hq, chance))
            enlarge(disk, ROOM)
        finally:
            hq.close()
        hq = open_hq(disk / "hq")  # a journal that failed asks for it
        try:
            assert at <= _mark(hq, box), "receipted events are gone"
            _send(hq, box, range(0, EVENTS, BATCH))
            decided += list(_decide(hq, chance))
            _check(hq, box, decided)
        finally:
            hq.close()
    return {"HQs": 1, "receipted": at, "decided": len(decided), "lost": 0}


def _box(hq: Hq, chance: random.Random) -> Box:
    box = box_of(hq)
    for _ in range(EVENTS):
        if chance.random() < 0.02:
            box.append(basket_sent(), mail=f"shopper{chance.randrange(50)}@example.com")
        else:
            box.append(viewed())
    return box


def _until_full(hq: Hq, box: Box, chance: random.Random, disk: Path) -> tuple[int, list[str]]:
    """(the last number receipted, what was decided) until nothing is taken any more."""
    filled_at, receipted, refused = chance.randrange(EVENTS), 0, 0
    decided: list[str] = []
    for first in range(0, EVENTS * 10, BATCH):
        if first >= filled_at:
            fill(disk, leave=chance.randrange(0, 256 * 1024))
        try:
            receipted = max(receipted, _send(hq, box, range(first % EVENTS, first % EVENTS + 1, BATCH)))
            refused = 0
        except Exception:  # no receipt: that is all a box needs to know
            refused += 1
        if chance.random() < 0.2:
            decided += _decide(hq, chance)
        if refused == FULL:
            return receipted, decided
        box.append(viewed())
    raise AssertionError("HQ's disk never ran full")


def _send(hq: Hq, box: Box, starts: range) -> int:
    """Batches of the box, each from one of `starts` on; the last number that HQ receipts."""
    ledger, answer = ledger_of(hq), None
    for start in starts:
        answer = ingest(ledger, STORE, box.payload(start + 1, start + BATCH))
        assert isinstance(answer, Receipt), answer
        assert answer.n == 0 or answer.hash == box.envelopes[answer.n - 1].hash
    return answer.n if answer else 0


def _decide(hq: Hq, chance: random.Random) -> Iterator[str]:
    """The digest that is suppressed, where HQ says that it is."""
    digest = f"{chance.getrandbits(256):064x}"
    with suppress(JournalError):  # told in plain words, and not decided
        decisions.suppress(hq, digest, "bounced")
        yield digest


def _look_around(hq: Hq) -> None:
    client = create_app(hq).test_client()
    for page in PAGES:
        status = client.get(page).status_code
        assert status < 500, f"{page} answers {status} on a full disk"


def _mark(hq: Hq, box: Box) -> int:
    with ledger_of(hq).transaction() as transaction:
        mark = transaction.mark(box.log)
    return mark.n if mark else 0


def _check(hq: Hq, box: Box, decided: list[str]) -> None:
    decisions.settle(hq)
    with hq.reading() as connection:
        events = connection.scalar(select(func.count()).select_from(tables.event))
        suppressed = set(connection.scalars(select(tables.suppression.c.digest)))
    assert events == _mark(hq, box) >= EVENTS, f"{events} events at HQ, its mark is {_mark(hq, box)}"
    journalled = {entry.subject for entry in hq.journal.entries()}
    assert set(decided) <= journalled, "a decision that was answered is not in the journal"
    assert set(decided) <= suppressed, "a decision that was answered has no effect"
