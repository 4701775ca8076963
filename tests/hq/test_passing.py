"""What a store can't know of its shoppers' baskets reaches its queue: choices on the phone, and what is collected there
of a basket that another store sent."""

import pytest
from sqlalchemy import select

from edge.domain.basket import Line
from edge.domain.directives import ChangeBasket, GatherBasket, LetBasketGo
from edge.domain.events import BasketPurchased, ReservationAnswered
from hq import decisions, stores
from hq.choices import Choice
from hq.ledger import ledger_of
from hq.live.basket import live_basket
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.boxes import STORE, Box, basket_sent, boots, line
from tests.hq.test_reservations import THERE, Two

FAR, BASKET = "aurora-parnu", "0" * 31 + "1"


@pytest.fixture
def two(hq: Hq) -> Two:
    with hq.engine.begin() as connection:
        stores.register(connection, FAR)
    return Two(hq)


def to_collect(sku: str = "boot-42", store: str = THERE, quantity: int = 1) -> Line:
    return Line(item=boots(sku), quantity=quantity, fulfilment="collect", store=store)


def send(two: Two, *lines: Line) -> str:
    """HQ's id of the basket."""
    two.here.append(basket_sent(*lines, basket=BASKET), mail="mari@example.com")
    ingest(ledger_of(two.hq), STORE, two.here.payload(len(two.here.envelopes)))
    with two.hq.reading() as connection:
        return str(connection.scalar(select(tables.basket.c.id)))


def choose(two: Two, basket: str, sku: str, quantity: int, way: str = "") -> None:
    decisions.change_basket(two.hq, basket, Choice(sku=sku, quantity=quantity, fulfilment=way))


def asked(two: Two, store: str) -> list[tuple[str, int, str]]:
    """What waits for `store` to be gathered."""
    (gather,) = two.waits(store)
    assert isinstance(gather, GatherBasket) and (gather.basket, gather.source) == (BASKET, STORE)
    return [(one.item.sku, one.quantity, one.store) for one in gather.lines]


def test_what_is_collected_at_another_store_is_gathered_there_under_the_same_code(two: Two) -> None:
    id_ = send(two, line("hat"), to_collect(), to_collect("coat", FAR, 2))
    assert asked(two, THERE) == [("boot-42", 1, "")]
    assert asked(two, FAR) == [("coat", 2, "")]
    assert two.waits(STORE) == [], "its own staff has the basket already"
    with two.hq.reading() as connection:
        shown = live_basket(connection, None, id_)
    assert shown and [one.collect_at and one.collect_at.id for one in shown.lines] == [None, THERE, FAR]
    assert [(way, place) for way, place, *_ in shown.by_way] == []  # nothing is offered: this HQ has no catalogue


def test_a_basket_sent_again_without_it_is_let_go_there(two: Two) -> None:
    send(two, to_collect())
    send(two, line("boot-42"))
    assert two.waits(THERE) == [LetBasketGo(basket=BASKET)]


def test_a_choice_on_the_phone_reaches_both_stores(two: Two) -> None:
    id_ = send(two, line("hat", 2), to_collect())
    choose(two, id_, "hat", 1, "collect")
    choose(two, id_, "boot-42", 3)
    (change,) = two.waits(STORE)
    assert isinstance(change, ChangeBasket) and change.basket == BASKET
    said = [(one.item.sku, one.quantity, one.fulfilment, one.store) for one in change.lines]
    assert said == [("hat", 1, "collect", ""), ("boot-42", 3, "collect", THERE)]
    assert asked(two, THERE) == [("boot-42", 3, "")]
    choose(two, id_, "boot-42", 0)
    assert two.waits(THERE) == [LetBasketGo(basket=BASKET)]
    choose(two, id_, "boot-42", 1)
    assert asked(two, THERE) == [("boot-42", 1, "")], "they want it again"


def test_what_the_other_store_says_ends_it_there_alone(two: Two) -> None:
    id_ = send(two, to_collect(), to_collect("coat", FAR))
    two.hear(two.there, ReservationAnswered(reservation=BASKET, staff="", station="", answer="aside"))
    bought = BasketPurchased(staff="m", station="till", basket=BASKET, lines=(to_collect(store=""),))
    two.hear(two.there, bought)
    two.hear(two.there, ReservationAnswered(reservation=BASKET, staff="", station="", answer="collected"))
    assert two.waits(THERE) == []
    assert asked(two, FAR) == [("coat", 1, "")]
    with two.hq.reading() as connection:
        shown = live_basket(connection, None, id_)
    assert shown and [one.bought for one in shown.lines] == [True, False]


def test_whichever_log_comes_first_the_same_stands_in_the_end(two: Two) -> None:
    far = Box(seal_key=two.hq.keys.seal_public, store=FAR)
    for box in (two.there, far):
        two.hear(box, ReservationAnswered(reservation=BASKET, staff="", station="", answer="aside"))
    send(two, to_collect(), to_collect("coat", FAR))
    held = tables.reservation.c
    with two.hq.reading() as connection:
        rows = connection.execute(select(held.store, held.source, held.basket, held.state).order_by(held.store)).all()
    assert [tuple(row) for row in rows] == [(FAR, STORE, BASKET, "aside"), (THERE, STORE, BASKET, "aside")]


def test_a_choice_that_a_restored_hq_knows_before_the_basket_is_passed_on_with_it(two: Two) -> None:
    id_ = send(two, line("hat"))
    choose(two, id_, "hat", 1, "collect")
    before = two.waits(STORE)
    with two.hq.engine.begin() as connection:
        connection.execute(tables.directive.delete())
    two.here.append(basket_sent(line("hat"), basket=BASKET), mail="mari@example.com")
    ingest(ledger_of(two.hq), STORE, two.here.payload(2))
    assert two.waits(STORE) == before


def test_no_store_is_asked_that_there_is_not(two: Two) -> None:
    send(two, to_collect(store="nowhere"))
    assert two.waits("nowhere") == []
