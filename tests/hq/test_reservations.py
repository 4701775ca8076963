"""What stores put aside for each other, at HQ: counts, directives, the same in the end in whatever order logs come."""

from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import select

from edge.domain.article import Stock
from edge.domain.directives import KINDS, GatherBasket, LearnOfReservation, LetBasketGo
from edge.domain.directives import Directive as Meant
from edge.domain.events import (
    ArticleReserved,
    BasketPurchased,
    DirectivesTaken,
    Event,
    ReservationAnswered,
    ReservationReleased,
)
from edge.domain.reservation import Answer
from hq import directives, lapsing, stock, stores
from hq.ledger import ledger_of
from hq.service import Hq
from hq.store import tables
from sync.codec import Receipt
from sync.ingest import ingest
from tests.hq.boxes import DAY, NOW, STORE, Box, boots, box_of, line
from tests.hq.conftest import Clock

THERE, SKU, ID = "aurora-tartu", "boot-42", "0" * 31 + "1"


class Two:
    """The store that asks and the one that is asked, and what HQ makes of it."""

    def __init__(self, hq: Hq) -> None:
        self.hq, self.here, self.there = hq, box_of(hq), box_of(hq, THERE)
        with hq.engine.begin() as connection:
            stores.register(connection, THERE)
            stock.take(connection, Stock(sku=SKU, store=THERE, quantity=3, as_of=NOW))

    def hear(self, box: Box, event: Event, *, id: str = "") -> None:  # noqa: A002
        box.append(event, id=id)
        n = len(box.envelopes)
        answer = ingest(ledger_of(self.hq), box.store, box.payload(n))
        assert isinstance(answer, Receipt) and answer.n == n

    def asks(self, **more: object) -> ArticleReserved:
        parts = {"reservation": ID, "staff": "m", "station": "till", "store": THERE, "quantity": 1, "until": NOW + DAY}
        return msgspec.convert({**parts, "item": boots(), **more}, ArticleReserved)

    def count(self) -> int:
        with self.hq.reading() as connection:
            held = stock.held(connection, SKU, THERE)
        assert held is not None
        return held.quantity

    def state(self) -> str:
        with self.hq.reading() as connection:
            return str(connection.scalar(select(tables.reservation.c.state).where(tables.reservation.c.id == ID)))

    def waits(self, store: str) -> list[Meant]:
        """What HQ has for it that it has not confirmed."""
        with self.hq.reading() as connection:
            found = directives.beyond(connection, store, directives.position(connection, store), 99)
        return [msgspec.json.decode(one.body, type=KINDS[one.kind]) for one in found]

    def rejected(self) -> list[str]:
        with self.hq.reading() as connection:
            return list(connection.scalars(select(tables.quarantine.c.reason)))


@pytest.fixture
def two(hq: Hq) -> Two:
    return Two(hq)


def says(answer: Answer) -> ReservationAnswered:
    return ReservationAnswered(reservation=ID, staff="", station="", answer=answer)


def test_the_other_store_is_directed_the_first_told_and_the_piece_counts_as_taken(any_hq: Hq) -> None:
    two = Two(any_hq)
    two.hear(two.here, two.asks())
    (gather,) = two.waits(THERE)
    assert isinstance(gather, GatherBasket)
    assert (gather.basket, gather.source, gather.until) == (ID, STORE, NOW + DAY)
    assert [(one.item.sku, one.quantity, one.fulfilment) for one in gather.lines] == [(SKU, 1, "collect")]
    assert two.waits(STORE) == [LearnOfReservation(reservation=ID, state="passed")]
    assert two.count() == 2
    two.hear(two.there, DirectivesTaken(epoch=1, n=1))
    assert two.waits(THERE) == []


@pytest.mark.parametrize(
    ("answer", "left"),
    [("waiting", 2), ("aside", 2), ("gone", 2), ("collected", 2), ("put-back", 3), ("lapsed", 3)],
)
def test_each_answer_reaches_who_asked_and_the_count(two: Two, answer: Answer, left: int) -> None:
    two.hear(two.here, two.asks())
    two.hear(two.there, says(answer))
    assert two.waits(STORE) == [LearnOfReservation(reservation=ID, state=answer)]
    assert (two.state(), two.count()) == (answer, left)


def test_where_tills_tell_of_sales_what_was_collected_is_taken_off_once(two: Two) -> None:
    with two.hq.engine.begin() as connection:
        stock.sell(
            connection, {"store": THERE, "receipt": "1", "line": "1", "sku": "TEA", "quantity": 1, "at": NOW + 1}
        )
    two.hear(two.here, two.asks())
    two.hear(two.there, says("collected"))
    with two.hq.engine.begin() as connection:
        stock.sell(connection, {"store": THERE, "receipt": "2", "line": "1", "sku": SKU, "quantity": 1, "at": NOW + 1})
    assert two.count() == 2


def test_a_count_made_while_it_lies_aside_does_not_offer_it_again(two: Two) -> None:
    two.hear(two.here, two.asks())
    with two.hq.engine.begin() as connection:
        stock.take(connection, Stock(sku=SKU, store=THERE, quantity=3, as_of=NOW + 1))
    assert two.count() == 2
    two.hear(two.there, says("lapsed"))
    assert two.count() == 3


def test_nothing_is_told_twice_and_of_many_words_only_the_last(two: Two) -> None:
    two.hear(two.here, two.asks())
    for answer in ("waiting", "aside", "waiting", "aside"):
        two.hear(two.there, says(answer))  # type: ignore[arg-type]
    assert two.waits(STORE) == [LearnOfReservation(reservation=ID, state="aside")]


def test_who_takes_it_back_has_the_other_store_let_go(two: Two) -> None:
    two.hear(two.here, two.asks())
    two.hear(two.there, DirectivesTaken(epoch=1, n=1))
    two.hear(two.here, ReservationReleased(reservation=ID, staff="m", station="till"))
    assert two.waits(THERE) == [LetBasketGo(basket=ID)]
    assert two.count() == 3
    two.hear(two.there, says("put-back"))
    assert two.count() == 3


def test_the_time_ends_it_though_the_other_store_is_silent(two: Two, clock: Clock) -> None:
    two.hear(two.here, two.asks())
    clock.now = NOW + DAY
    lapsing.sweep(two.hq)
    assert two.state() == "passed"
    clock.now += 1
    lapsing.sweep(two.hq)
    assert (two.state(), two.count()) == ("lapsed", 3)
    assert two.waits(THERE) == [], "it need not hear of it any more"
    assert two.waits(STORE) == [LearnOfReservation(reservation=ID, state="lapsed")]


def test_what_was_asked_for_so_long_ago_that_it_is_over_is_directed_to_nobody(two: Two) -> None:
    two.hear(two.here, two.asks(until=NOW))
    assert (two.waits(THERE), two.state(), two.count()) == ([], "lapsed", 3)


def test_the_time_goes_by_hqs_clock(two: Two) -> None:
    two.here.clock = NOW - 30 * DAY
    two.hear(two.here, two.asks(until=NOW - 29 * DAY))
    (gather,) = two.waits(THERE)
    assert isinstance(gather, GatherBasket) and gather.until == NOW + DAY


def test_a_box_that_does_not_understand_it_is_told_of(two: Two) -> None:
    two.hear(two.here, two.asks())
    with two.hq.reading() as connection:
        (named,) = connection.scalars(select(tables.directive.c.id).where(tables.directive.c.store == THERE))
    two.hear(two.there, DirectivesTaken(epoch=1, n=1, refused=(named,)))
    assert (two.state(), two.count()) == ("refused", 3)
    assert two.waits(STORE) == [LearnOfReservation(reservation=ID, state="refused")]


def test_what_was_handed_over_is_an_order_of_that_store(two: Two) -> None:
    two.hear(two.here, two.asks())
    two.hear(two.there, BasketPurchased(staff="m", station="till", basket=ID, lines=(line(SKU),)))
    with two.hq.reading() as connection:
        (order,) = connection.execute(select(tables.order_line))
    assert (order.store, order.sku, order.basket) == (THERE, SKU, ID)


@pytest.mark.parametrize("wrong", [{"store": STORE}, {"store": "nowhere"}, {"quantity": 0}, {"reservation": "x"}])
def test_what_no_box_asks_is_set_aside(two: Two, wrong: dict[str, object]) -> None:
    two.hear(two.here, two.asks(**wrong))
    assert len(two.rejected()) == 1 and two.waits(THERE) == []


def test_no_store_speaks_for_another(two: Two) -> None:
    two.hear(two.here, two.asks())
    stranger = box_of(two.hq, "aurora-parnu")
    with two.hq.engine.begin() as connection:
        stores.register(connection, "aurora-parnu")
    two.hear(stranger, says("aside"))
    two.hear(stranger, ReservationReleased(reservation=ID, staff="", station=""))
    assert two.state() == "passed"


STEPS: tuple[Callable[[Two], tuple[Box, Event]], ...] = (
    lambda two: (two.here, two.asks()),
    lambda two: (two.there, says("waiting")),
    lambda two: (two.there, DirectivesTaken(epoch=1, n=1)),
    lambda two: (two.there, says("aside")),
)


@pytest.mark.parametrize("first", range(len(STEPS)))
def test_a_restored_hq_that_hears_the_other_store_first_comes_to_the_same(two: Two, first: int) -> None:
    """Of each log in its own order: `first` of the other store's come before the first store's."""
    asked, *of_there = STEPS
    for step in (*of_there[:first], asked, *of_there[first:]):
        two.hear(*step(two))
    assert (two.state(), two.count()) == ("aside", 2)
    assert two.waits(STORE) == [LearnOfReservation(reservation=ID, state="aside")]


def test_the_same_events_make_the_same_directives_in_another_life(two: Two) -> None:
    found = []
    for epoch in ("1", "2"):
        with two.hq.engine.begin() as connection:
            for table in (tables.directive, tables.reservation, tables.event, tables.log):
                connection.execute(table.delete())
            connection.execute(tables.setting.update().where(tables.setting.c.key == "epoch").values(value=epoch))
        two.here, two.there = box_of(two.hq), box_of(two.hq, THERE)
        two.hear(two.here, two.asks(), id="a" * 32)
        two.hear(two.there, says("aside"), id="b" * 32)
        with two.hq.reading() as connection:
            rows = connection.execute(select(tables.directive).order_by(tables.directive.c.store)).all()
        found.append([(row.id, row.epoch, row.n) for row in rows])
    assert [one[0] for one in found[0]] == [one[0] for one in found[1]]
    assert all(second[1:] > first[1:] for first, second in zip(*found, strict=True)), "under versions not used before"
