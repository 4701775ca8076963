"""A card or wristband at a screen: whose visit it is, whose basket, and what is known of them without HQ."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from edge.shop import Article, Attract, BasketScreen, Browse, Screen, Shop, Welcome, Whose
from edge.shop.errors import NotNowError
from edge.shop.greeting import Greeting, Offer, UsualSize, Waiting
from edge.shop.remembered import KEPT, MOST
from hardware.scan import Scan
from tests.edge.shop.conftest import BOOT_EAN, Bench
from tests.edge.shop.test_asking_hq import CARD, RULES, Hq, card, until
from tests.edge.shop.test_handing import STATIONS
from tests.edge.shop.test_shop import fill_the_disk, free_the_disk

OTHER = "2900000000001"
WAITS = [
    {"sku": "BOOT-43", "quantity": 2, "fulfilment": "collect"},
    {"sku": "TENT", "quantity": 1, "fulfilment": "ship"},
    {"sku": "GONE", "quantity": 1, "fulfilment": "take"},
]
SARAH: dict[str, Any] = {
    "known": True,
    "language": "de",
    "initial": "S",
    "sizes": [{"category": "Shoes", "size": "43"}],
    "points": 420,
    "offers": [{"text": {"en": "A coffee with us"}, "until": 0}],
    "basket": WAITS,
}


@pytest.fixture
def hq(bench: Bench) -> Iterator[Hq]:
    vars(bench.shop.settings).update(stations=STATIONS, code_rules=RULES)
    bench.shop.outside = hq = Hq()
    hq.told["profile"] = SARAH
    hq.answers.set()
    yield hq
    bench.shop.stop()


@pytest.fixture
def shop(bench: Bench, hq: Hq) -> Shop:
    return bench.shop


def hold_up(shop: Shop, station: str, number: str = CARD) -> Screen:
    return shop.scanned(station, card(number))


def known(shop: Shop, station: str = "tablet") -> Greeting:
    until(lambda: shop.greeting(station).state == "known")
    return shop.greeting(station)


def skus(shop: Shop, station: str) -> list[tuple[str, int]]:
    return [(line.item.sku, line.quantity) for line in shop.basket(station).lines]


# ---- whose visit -----------------------------------------------------------------------------------------------------


def test_the_same_card_at_another_screen_brings_the_visit_there(bench: Bench, shop: Shop) -> None:
    hold_up(shop, "tablet")
    shop.add_line("tablet", "BOOT-43")
    before = shop.visit("tablet")
    hold_up(shop, "wall")
    after = shop.visit("wall")
    assert before and after and after.id == before.id
    assert (shop.screen("tablet"), shop.screen("wall")) == (Attract(), Article(sku="BOOT-43"))
    assert skus(shop, "wall") == [("BOOT-43", 1)]
    assert json.loads(bench.log.latest(1)[0].body)["via"] == "tag"


def test_what_a_wall_may_not_show_does_not_come_along(shop: Shop, hq: Hq) -> None:
    hold_up(shop, "tablet")
    known(shop)
    shop.add_line("tablet", "BOOT-43")
    shop.handing.send("tablet", "window")
    greeting = shop.greeting("window")
    assert (greeting.state, greeting.initial, greeting.sizes, greeting.points, greeting.offers) == (
        "known",
        "S",
        (),
        None,
        (),
    )


def test_another_card_at_an_open_basket_is_asked_and_nothing_is_mixed(shop: Shop, hq: Hq) -> None:
    hold_up(shop, "tablet")
    known(shop)
    shop.add_line("tablet", "BOOT-43")
    asked = len(hq.asked)
    assert isinstance(hold_up(shop, "tablet", OTHER), Whose)
    assert skus(shop, "tablet") == [("BOOT-43", 1)]
    assert len(hq.asked) == asked, "nothing of the other card is asked or shown at somebody else's visit"


def test_staying_goes_on_with_the_basket_that_is_open(shop: Shop) -> None:
    hold_up(shop, "tablet")
    shop.add_line("tablet", "BOOT-43")
    before = shop.visit("tablet")
    hold_up(shop, "tablet", OTHER)
    shop.recognising.stay("tablet")
    after = shop.visit("tablet")
    assert before and after and (after.id, after.holder) == (before.id, before.holder)
    assert (shop.screen("tablet"), skus(shop, "tablet")) == (BasketScreen(), [("BOOT-43", 1)])


def test_ones_own_begins_empty_and_is_greeted(bench: Bench, shop: Shop, hq: Hq) -> None:
    hold_up(shop, "tablet")
    known(shop)
    shop.add_line("tablet", "BOOT-43")
    hold_up(shop, "tablet", OTHER)
    shop.recognising.own("tablet")
    assert (shop.screen("tablet"), skus(shop, "tablet")) == (Welcome(), [])
    until(lambda: hq.asked[-1] == ("profile", {"screen": "tablet", "card": OTHER}))
    assert known(shop)
    assert bench.kinds()[-2:] == ["VisitEnded", "VisitStarted"]


def test_ones_own_comes_from_the_screen_where_it_is(shop: Shop) -> None:
    hold_up(shop, "tablet")
    shop.add_line("tablet", "BOOT-43")
    shop.add_line("wall", "TENT")
    assert isinstance(hold_up(shop, "wall"), Whose), "an open basket of nobody known: mine is elsewhere"
    shop.recognising.own("wall")
    assert skus(shop, "wall") == [("BOOT-43", 1)]
    assert shop.screen("tablet") == Attract()


def test_the_question_is_answered_rightly_after_a_restart_too(bench: Bench, shop: Shop) -> None:
    hold_up(shop, "tablet")
    shop.add_line("tablet", "BOOT-43")
    hold_up(shop, "tablet", OTHER)
    ids = iter(range(1000, 2000))
    again = Shop(
        shop.settings, bench.database, bench.log, bench.shelf, now=bench.clock, new_id=lambda: f"{next(ids):032x}"
    )
    again.recognising.own("tablet")
    assert (again.screen("tablet"), again.basket("tablet").lines) == (Welcome(), ())


def test_a_basket_begun_before_the_card_came_stays_and_that_is_said(shop: Shop) -> None:
    shop.add_line("tablet", "BOOT-43", 3)
    assert hold_up(shop, "tablet") == Welcome(back="BOOT-43", found=3)
    assert hold_up(shop, "tablet") == Welcome(found=0), "once is enough"
    known(shop)
    shop.recognising.own("tablet")
    assert (shop.screen("tablet"), skus(shop, "tablet")) == (Welcome(), [])
    assert known(shop).initial == "S", "whoever is greeted stays greeted"


def test_another_card_where_somebody_only_looked_around_begins_a_visit_of_its_own(shop: Shop) -> None:
    hold_up(shop, "tablet")
    shop.set_language("tablet", "de")
    before = shop.visit("tablet")
    hold_up(shop, "tablet", OTHER)
    after = shop.visit("tablet")
    assert before and after and after.id != before.id and after.looked == ()


@pytest.mark.parametrize("answer", ["own", "take_over"])
def test_an_answer_to_what_nobody_asked_changes_nothing(shop: Shop, hq: Hq, answer: str) -> None:
    shop.add_line("tablet", "BOOT-43")
    with pytest.raises(NotNowError):
        getattr(shop.recognising, answer)("tablet")
    assert skus(shop, "tablet") == [("BOOT-43", 1)]


def test_a_staff_screen_greets_and_moves_nothing(shop: Shop) -> None:
    hold_up(shop, "tablet")
    shop.add_line("tablet", "BOOT-43")
    assert hold_up(shop, "till") == Welcome()
    assert skus(shop, "tablet") == [("BOOT-43", 1)]
    assert known(shop, "till").initial == "S"


# ---- the basket that waits -------------------------------------------------------------------------------------------


def test_the_basket_that_waits_is_taken_over_when_its_owner_says_so(bench: Bench, shop: Shop, hq: Hq) -> None:
    shop.add_line("tablet", "BOOT-43", 1, "take")
    hold_up(shop, "tablet")
    assert known(shop).basket == tuple(Waiting(**line) for line in WAITS)
    assert skus(shop, "tablet") == [("BOOT-43", 1)], "nothing comes by itself"
    shop.recognising.take_over("tablet")
    assert skus(shop, "tablet") == [("BOOT-43", 2), ("TENT", 1)]
    assert [line.fulfilment for line in shop.basket("tablet").lines] == ["take", "ship"]
    assert (shop.screen("tablet"), shop.greeting("tablet").basket) == (BasketScreen(), ())
    told = [json.loads(e.body) for e in bench.log.read(0, 1000, 1 << 30)[0] if e.kind == "LineAdded"]
    assert [(line["item"]["sku"], line["quantity"]) for line in told] == [("BOOT-43", 1), ("BOOT-43", 1), ("TENT", 1)]
    with pytest.raises(NotNowError):
        shop.recognising.take_over("tablet")


# ---- without HQ ------------------------------------------------------------------------------------------------------


def go_offline(bench: Bench, shop: Shop, hq: Hq) -> None:
    """After somebody was greeted and left."""
    hold_up(shop, "tablet")
    known(shop)
    shop.end_visit("tablet")
    hq.up = False
    bench.clock.ms += 60_000


def test_without_a_line_a_card_is_known_from_its_last_visit(bench: Bench, shop: Shop, hq: Hq) -> None:
    told = bench.clock.ms
    go_offline(bench, shop, hq)
    hold_up(shop, "tablet")
    greeting = shop.greeting("tablet")
    assert (greeting.state, greeting.initial, greeting.points, greeting.told) == ("known", "S", 420, told)
    assert greeting.offers == (Offer({"en": "A coffee with us"}),)
    shop.recognising.take_over("tablet")
    shop.end_visit("tablet")
    hold_up(shop, "tablet")
    assert shop.greeting("tablet").basket == (), "what was taken over does not wait again"


def test_hq_that_does_not_answer_is_no_stranger_to_a_card_it_knew(bench: Bench, shop: Shop, hq: Hq) -> None:
    go_offline(bench, shop, hq)
    hq.up, hq.told["profile"] = True, None
    hold_up(shop, "tablet")
    assert known(shop).told > 0


def test_a_wall_remembers_what_a_wall_may_show(bench: Bench, shop: Shop, hq: Hq) -> None:
    go_offline(bench, shop, hq)
    hold_up(shop, "wall")
    greeting = shop.greeting("wall")
    assert (greeting.state, greeting.initial, greeting.points, greeting.sizes) == ("known", "S", None, ())
    hold_up(shop, "till")
    assert (shop.greeting("till").state, shop.greeting("till").initial) == ("known", "")


def test_another_card_knows_nothing_of_it(bench: Bench, shop: Shop, hq: Hq) -> None:
    go_offline(bench, shop, hq)
    hold_up(shop, "tablet", OTHER)
    assert shop.greeting("tablet").state == "unreached"


def test_whom_hq_does_not_know_any_more_the_box_forgets(bench: Bench, shop: Shop, hq: Hq) -> None:
    go_offline(bench, shop, hq)
    hq.up, hq.told["profile"] = True, {"known": False}
    hold_up(shop, "tablet")
    until(lambda: shop.greeting("tablet").state == "unknown")
    assert rows(bench) == 0


def test_after_a_week_the_box_forgets_by_itself(bench: Bench, shop: Shop, hq: Hq) -> None:
    go_offline(bench, shop, hq)
    bench.clock.ms += KEPT
    hold_up(shop, "tablet")
    assert shop.greeting("tablet").state == "unreached"
    assert rows(bench) == 1
    shop.sweep()
    assert rows(bench) == 0


def test_it_remembers_so_many_and_no_more(bench: Bench, shop: Shop, hq: Hq) -> None:
    for n in range(MOST):
        row = (f"{n:032x}", "tablet", bench.clock.ms + n - 100_000, b"")
        bench.database.write(lambda db, row=row: db.conn.execute("INSERT INTO remembered VALUES (?, ?, ?, ?)", row))  # type: ignore[misc]
    hold_up(shop, "tablet")
    known(shop)
    assert rows(bench) == MOST
    oldest = bench.database.read(lambda db: db.conn.execute("SELECT min(holder) FROM remembered").fetchone()[0])
    assert oldest == f"{1:032x}"


def test_nothing_that_was_told_of_them_lies_open_on_the_disk(bench: Bench, shop: Shop, hq: Hq) -> None:
    hq.told["profile"] = SARAH | {"points": 918273645, "offers": [{"text": {"en": "Sarahs own coffee"}, "until": 0}]}
    hold_up(shop, "tablet")
    known(shop)
    until(lambda: rows(bench) == 1)
    files = b"".join(path.read_bytes() for path in bench.folder.glob("store.db*"))
    assert b"remembered" in files, "the control: the table is there"
    assert not [word for word in (CARD, "Sarahs own", "918273645", "BOOT-43") if word.encode() in files]


def test_another_box_makes_other_names_of_the_same_card(bench: Bench, shop: Shop, hq: Hq) -> None:
    go_offline(bench, shop, hq)
    vars(shop.settings).update(card_secret=bytes(32))
    hold_up(shop, "tablet")
    assert shop.greeting("tablet").state == "unreached"


def test_on_a_full_disk_a_card_is_greeted_and_the_next_one_as_ever(bench: Bench, shop: Shop, hq: Hq) -> None:
    fill_the_disk(bench)
    assert isinstance(hold_up(shop, "wall"), Welcome)
    free_the_disk(bench)
    hold_up(shop, "wall")
    known(shop, "wall")


def rows(bench: Bench) -> int:
    count: int = bench.database.read(lambda db: db.conn.execute("SELECT count(*) FROM remembered").fetchone()[0])
    return count


# ---- sizes, and what was looked at -----------------------------------------------------------------------------------


def test_the_size_of_this_visit_and_then_the_usual_one_is_preferred(shop: Shop, hq: Hq) -> None:
    assert shop.in_their_size("tablet", "BOOT-42") == "BOOT-42"
    hold_up(shop, "tablet")
    known(shop)
    assert shop.greeting("tablet").sizes == (UsualSize("Shoes", "43"),)
    assert shop.in_their_size("tablet", "BOOT-42") == "BOOT-43"
    shop.choose_size("tablet", "42")
    assert shop.in_their_size("tablet", "BOOT-43") == "BOOT-42"
    assert shop.in_their_size("tablet", "TENT") == "TENT"
    assert shop.in_their_size("tablet", "GONE") == "GONE"


def test_what_was_looked_at_is_remembered_once_a_product_and_gone_at_the_end(shop: Shop) -> None:
    shop.scanned("tablet", Scan(reader="gun", symbology="ean13", data=BOOT_EAN, at=0))
    shop.show("tablet", Article(sku="TENT"))
    shop.show("tablet", Browse())
    shop.add_line("tablet", "BOOT-43")
    visit = shop.visit("tablet")
    assert visit and [one.sku for one in visit.looked] == ["BOOT-43", "TENT"]
    shop.handing.send("tablet", "wall")
    moved = shop.visit("wall")
    assert moved and [one.sku for one in moved.looked] == ["BOOT-43", "TENT"]
    shop.end_visit("wall")
    shop.show("wall", Browse())
    after = shop.visit("wall")
    assert after and after.looked == ()
