"""An erasure reaches the boxes: they are directed to delete the sealed addresses of the erased, also late ones."""

import msgspec
from sqlalchemy import select

from edge.domain.directives import EraseBlobs
from hq import decisions, directives, stores
from hq.ledger import SqlLedger, ledger_of
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.boxes import STORE, Box, basket_sent, box_of
from tests.hq.conftest import Clock

MAIL, OTHER = "sarah@example.com", "aurora-tartu"


def erased_at(hq: Hq, store: str) -> list[tuple[str, ...]]:
    with hq.reading() as connection:
        found = directives.beyond(connection, store, (0, 0), 99)
    return [msgspec.json.decode(one.body, type=EraseBlobs).events for one in found if one.kind == "EraseBlobs"]


def profile(hq: Hq) -> str:
    with hq.reading() as connection:
        return str(connection.scalar(select(tables.profile.c.id)))


def test_each_store_erases_what_lies_there_and_nothing_of_others(any_hq: Hq) -> None:
    ledger, here, there = ledger_of(any_hq), box_of(any_hq), box_of(any_hq, OTHER)
    with any_hq.engine.begin() as connection:
        stores.register(connection, OTHER)
    hers = [here.append(basket_sent(), mail=MAIL).id, there.append(basket_sent(), mail=MAIL).id]
    bad = here.append('{"no":"basket"}', kind="BasketSent", mail=MAIL).id
    here.append(basket_sent(), mail="jo@example.com")
    ingest(ledger, STORE, here.payload(1, 2))
    ingest(ledger, OTHER, there.payload())
    sarah = profile(any_hq)
    ingest(ledger, STORE, here.payload(3))
    decisions.erase(any_hq, sarah)
    assert erased_at(any_hq, STORE) == [tuple(sorted([hers[0], bad]))]
    assert erased_at(any_hq, OTHER) == [(hers[1],)]


def test_what_was_still_on_its_way_is_erased_at_its_box_when_it_comes(
    hq: Hq, ledger: SqlLedger, box: Box, clock: Clock
) -> None:
    box.append(basket_sent(), mail=MAIL)
    late = box.append(basket_sent(), mail=MAIL)
    ingest(ledger, STORE, box.payload(1, 1))
    clock.now += 60_000
    decisions.erase(hq, profile(hq))
    assert len(erased_at(hq, STORE)) == 1
    ingest(ledger, STORE, box.payload(2))
    assert erased_at(hq, STORE)[1:] == [(late.id,)]


def test_a_restored_hq_directs_it_again_when_the_box_brings_the_event_with_its_address(
    hq: Hq, ledger: SqlLedger, box: Box
) -> None:
    event = box.append(basket_sent(), mail=MAIL)
    ingest(ledger, STORE, box.payload())
    decisions.erase(hq, profile(hq))
    with hq.engine.begin() as connection:
        for table in (tables.directive, tables.event, tables.log):
            connection.execute(table.delete())
    ingest(ledger, STORE, box.payload())
    assert erased_at(hq, STORE) == [(event.id,)]
