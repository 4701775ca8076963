"""HQ's directives are carried out once each, in order, whatever HQ or the box has been through."""

import msgspec
import pytest

from edge.domain.article import Item
from edge.domain.basket import Line
from edge.domain.directives import ChangeBasket, EraseBlobs, GatherBasket, LetBasketGo
from edge.domain.directives import Directive as Meant
from edge.domain.events import DirectivesTaken
from edge.shop import BoxFullError, Session, Shop
from edge.shop.directives import AGAIN, KEPT
from sync.codec import Directive
from tests.edge.shop.conftest import Bench

BASKET, MARI = "b" * 32, Session(token="", staff="m1", name="Mari", station="tablet", opened=0, touched=0)
NAMED = {"product_id": "boot", "name": "Trail boot", "variant": "42", "brand": "A", "category": "Shoes"}
BOOT = Item(sku="BOOT-42", price=1, currency="EUR", **NAMED)
Version = tuple[int, int]


def gather(until: int = 0, basket: str = BASKET) -> GatherBasket:
    line = Line(item=BOOT, quantity=1, fulfilment="collect")
    return GatherBasket(basket=basket, source="other", lines=(line,), until=until)


def say(shop: Shop, *meant: Meant, at: Version = (1, 1), since: Version = (0, 0), ids: str = "") -> None:
    """HQ directs these, the last of them under version `at`."""
    epoch, n = at
    first = n - len(meant) + 1
    told = [
        Directive(ids or f"{epoch}-{number}", epoch, number, type(one).__name__, msgspec.json.encode(one).decode())
        for number, one in enumerate(meant, first)
    ]
    shop.directives.take(told, since, at)


def said(bench: Bench) -> list[tuple[int, int, tuple[str, ...]]]:
    events = [event for event in bench.log.read(0, 1000, 1 << 30)[0] if event.kind == "DirectivesTaken"]
    taken = [msgspec.json.decode(event.body, type=DirectivesTaken) for event in events]
    return [(one.epoch, one.n, one.refused) for one in taken]


def test_what_is_directed_stands_in_the_queue_and_the_log_says_so_in_one_transaction(bench: Bench) -> None:
    say(bench.shop, gather())
    (picking,) = bench.shop.gathering.queue()
    assert (picking.basket, picking.source, picking.wanted) == (BASKET, "other", 1)
    assert bench.kinds() == ["ReservationAnswered", "DirectivesTaken"]
    assert (bench.shop.directives.mark, said(bench)) == ((1, 1), [(1, 1, ())])


def test_the_same_once_more_changes_nothing_and_is_answered_at_most_once_a_minute(bench: Bench) -> None:
    say(bench.shop, gather())
    bench.shop.gathering.gather(MARI, BASKET, "BOOT-42", 1)
    for _ in range(3):
        say(bench.shop, gather())
    assert said(bench) == [(1, 1, ()), (1, 1, ())]
    bench.clock.ms += AGAIN
    say(bench.shop, gather())
    assert len(said(bench)) == 3
    assert bench.shop.gathering.picking(BASKET).gathered == 1


def test_a_restored_hq_that_says_it_under_another_version_is_heard_once(bench: Bench) -> None:
    say(bench.shop, gather(), ids="same")
    bench.shop.gathering.gather(MARI, BASKET, "BOOT-42", 1)
    bench.shop.gathering.buy(MARI, BASKET)
    say(bench.shop, gather(), at=(2, 9), since=(1, 1), ids="same")
    assert bench.shop.gathering.queue() == []
    assert bench.shop.directives.mark == (2, 9)


def test_where_hq_thinks_that_the_box_has_more_the_box_says_what_it_has(bench: Bench) -> None:
    say(bench.shop, gather(), at=(1, 8), since=(1, 7))
    assert bench.shop.gathering.queue() == []
    assert (bench.shop.directives.mark, said(bench)) == ((0, 0), [(0, 0, ())])
    say(bench.shop, gather(), gather(basket="c" * 32), at=(1, 8), since=(0, 0))
    assert len(bench.shop.gathering.queue()) == 2


def test_what_is_not_understood_is_named_and_holds_up_nothing_behind_it(bench: Bench) -> None:
    strange = Directive("strange", 1, 1, "PaintTheShop", "{}")
    torn = Directive("torn", 1, 2, "GatherBasket", '{"basket":1}')
    good = Directive("good", 1, 3, "GatherBasket", msgspec.json.encode(gather()).decode())
    bench.shop.directives.take([strange, torn, good], (0, 0), (1, 3))
    assert said(bench) == [(1, 3, ("strange", "torn"))]
    assert len(bench.shop.gathering.queue()) == 1


def test_the_mark_is_said_at_each_start_and_outlives_it(bench: Bench) -> None:
    say(bench.shop, gather(), at=(3, 41))
    again = Shop(bench.shop.settings, bench.database, bench.log, bench.shelf, now=bench.clock, new_id=lambda: "e" * 32)
    again.directives.announce()
    assert said(bench)[-1] == (3, 41, ())


def test_nothing_is_carried_out_on_a_full_disk_and_all_of_it_later(bench: Bench) -> None:
    many = [gather(basket=f"{n:032x}") for n in range(400)]
    bench.database.write(lambda db: db.conn.execute("PRAGMA max_page_count = 1"))
    with pytest.raises(BoxFullError):
        say(bench.shop, *many, at=(1, 400))
    assert bench.shop.gathering.queue() == [] and bench.shop.directives.mark == (0, 0)
    bench.database.write(lambda db: db.conn.execute("PRAGMA max_page_count = 100000"))
    say(bench.shop, *many, at=(1, 400))
    assert len(bench.shop.gathering.queue()) == 400


def test_ids_are_forgotten_after_a_season(bench: Bench) -> None:
    say(bench.shop, gather())
    bench.clock.ms += KEPT + 1
    bench.shop.sweep()
    rows = bench.database.read(lambda db: db.conn.execute("SELECT count(*) FROM directive").fetchone())
    assert rows == (0,)


def answers(bench: Bench) -> list[str]:
    events = [event for event in bench.log.read(0, 1000, 1 << 30)[0] if event.kind == "ReservationAnswered"]
    return [msgspec.json.decode(event.body)["answer"] for event in events]


def test_whoever_asked_hears_each_step_of_the_staff_and_no_shopper_of_this_store_is_told_of(bench: Bench) -> None:
    bench.shop.add_line("wall", "BOOT-42", 1, "collect")
    bench.shop.send_basket("wall", "a@b.example", ())
    own = bench.shop.basket("wall").id
    bench.shop.gathering.gather(MARI, own, "BOOT-42", 1)
    assert answers(bench) == []
    say(bench.shop, gather())
    for quantity in (1, 0, 1):
        bench.shop.gathering.gather(MARI, BASKET, "BOOT-42", quantity)
    bench.shop.gathering.buy(MARI, BASKET)
    assert answers(bench) == ["waiting", "aside", "waiting", "aside", "collected"]


def test_what_is_not_to_be_found_is_gone(bench: Bench) -> None:
    say(bench.shop, gather())
    bench.shop.gathering.release(MARI, BASKET)
    assert answers(bench) == ["waiting", "gone"] and bench.shop.gathering.queue() == []


def test_what_lies_aside_when_its_time_is_over_stays_in_the_queue_until_it_is_put_back(bench: Bench) -> None:
    say(bench.shop, gather(until=bench.clock.ms + 1000))
    bench.shop.gathering.gather(MARI, BASKET, "BOOT-42", 1)
    bench.clock.ms += 1000
    bench.shop.sweep()
    bench.shop.sweep()
    (picking,) = bench.shop.gathering.queue()
    assert (picking.ended, picking.back, answers(bench)[-1]) == ("lapsed", True, "lapsed")
    bench.shop.gathering.release(MARI, BASKET)
    assert bench.shop.gathering.queue() == []
    assert answers(bench) == ["waiting", "aside", "lapsed"]
    assert bench.kinds().count("BasketReleased") == 1


def test_who_comes_at_the_last_moment_still_gets_it(bench: Bench) -> None:
    say(bench.shop, gather(until=bench.clock.ms + 1000))
    bench.shop.gathering.gather(MARI, BASKET, "BOOT-42", 1)
    bench.clock.ms += 1000
    bench.shop.sweep()
    bench.shop.gathering.buy(MARI, BASKET)
    assert answers(bench)[-1] == "collected" and bench.shop.gathering.queue() == []


def test_what_nobody_gathered_in_time_just_goes(bench: Bench) -> None:
    say(bench.shop, gather(until=bench.clock.ms + 1000))
    bench.clock.ms += 1000
    bench.shop.sweep()
    assert (bench.shop.gathering.queue(), answers(bench)) == ([], ["waiting", "lapsed"])


def test_what_comes_after_its_time_never_stands_in_the_queue(bench: Bench) -> None:
    say(bench.shop, gather(until=bench.clock.ms))
    assert (bench.shop.gathering.queue(), answers(bench)) == ([], ["lapsed"])


@pytest.mark.parametrize("gathered", [0, 1])
def test_what_is_let_go_of_has_to_be_put_back_only_where_it_lies_aside(bench: Bench, gathered: int) -> None:
    say(bench.shop, gather())
    bench.shop.gathering.gather(MARI, BASKET, "BOOT-42", gathered)
    say(bench.shop, LetBasketGo(basket=BASKET), LetBasketGo(basket="f" * 32), at=(1, 3), since=(1, 1))
    assert len(bench.shop.gathering.queue()) == gathered
    assert answers(bench)[-1] == "put-back"


def test_the_sealed_address_of_the_erased_is_deleted_and_the_log_stays_whole(bench: Bench) -> None:
    for address in ("ann@post.example", "ben@post.example"):
        bench.shop.add_line("wall", "BOOT-42")
        bench.shop.send_basket("wall", address, ())
        bench.shop.end_visit("wall")
    ann, ben = [event for event in bench.log.read(0, 1000, 1 << 30)[0] if event.kind == "BasketSent"]
    say(bench.shop, EraseBlobs(events=(ann.id, "f" * 32)))
    assert list(bench.log.read(0, 1000, 1 << 30)[1]) == [ben.seal]
    assert bench.log.first_broken() is None and said(bench) == [(1, 1, ())]


def test_what_the_shopper_chose_on_their_phone_reaches_the_queue(bench: Bench) -> None:
    bench.shop.add_line("wall", "BOOT-42", 2, "take")
    basket = bench.shop.basket("wall")
    bench.shop.send_basket("wall", "mari@example.com", ())
    assert bench.shop.gathering.queue() == []
    (line,) = basket.lines
    wanted = Line(item=BOOT, quantity=1, fulfilment="collect")
    say(bench.shop, ChangeBasket(basket=basket.id, lines=(wanted,)))
    (picking,) = bench.shop.gathering.queue()
    assert [(pick.line.quantity, pick.gathered, pick.line.item) for pick in picking.picks] == [(1, 0, line.item)]
    assert picking.changed == bench.clock.ms


def test_a_basket_that_only_a_phone_took_comes_into_the_queue_where_there_is_something_to_fetch(bench: Bench) -> None:
    there = Line(item=BOOT, quantity=1, fulfilment="collect", store="other")
    say(bench.shop, ChangeBasket(basket=BASKET, lines=(there,)))
    assert bench.shop.gathering.queue() == []
    here = Line(item=BOOT, quantity=1, fulfilment="collect")
    say(bench.shop, ChangeBasket(basket=BASKET, lines=(here,)), at=(1, 2), since=(1, 1))
    assert [one.basket for one in bench.shop.gathering.queue()] == [BASKET]


def test_a_basket_that_was_put_back_stays_so_whatever_is_chosen_on_the_phone(bench: Bench) -> None:
    here = Line(item=BOOT, quantity=1, fulfilment="collect")
    say(bench.shop, ChangeBasket(basket=BASKET, lines=(here,)))
    bench.shop.gathering.release(MARI, BASKET)
    say(bench.shop, ChangeBasket(basket=BASKET, lines=(here,)), at=(1, 2), since=(1, 1))
    assert bench.shop.gathering.queue() == []
