"""A visit goes on at another screen: whole, once, and the old screen knows nothing any more."""

import json
import threading

import pytest

from edge.codes import CodeRules
from edge.codes.rules import CodeRange
from edge.shop import Article, Attract, BasketScreen, Browse, HandOver, Screen, Send, Shop, Unknown
from edge.shop.errors import NoPlaceError, NothingToHandOverError
from edge.shop.handing import GOOD_MS
from edge.shop.stations import Station
from edge.staff import Roster
from hardware.scan import Scan
from tests.edge.shop.conftest import Bench
from tests.edge.shop.test_shop import fill_the_disk, free_the_disk

STATIONS = {
    "wall": Station(id="wall", kind="wall", name="Wall"),
    "window": Station(id="window", kind="wall", name="Wall by the window"),
    "tablet": Station(id="tablet", kind="tablet", name="Tablet"),
    "till": Station(id="till", kind="staff", name="Till"),
}


@pytest.fixture
def shop(bench: Bench) -> Shop:
    vars(bench.shop.settings).update(stations=STATIONS, code_rules=CodeRules(ranges=(CodeRange("badge", "S.*"),)))
    return bench.shop


def code(shop: Shop, station: str = "tablet") -> str:
    shop.handing.offer(station)
    screen = shop.screen(station)
    assert isinstance(screen, HandOver)
    return screen.code


def scan(shop: Shop, station: str, text: str) -> Screen:
    return shop.scanned(station, Scan(reader="gun", symbology="qr", data=text.encode(), at=0))


def sign_in(bench: Bench, shop: Shop) -> None:
    list_ = bench.folder / "staff.json"
    vars(shop.staff).update(_roster=Roster(list_))
    Roster(list_).add("Mari", "S-1", "4711")
    scan(shop, "till", "S-1")
    shop.staff.sign_in("till", "4711")


def fill(shop: Shop, station: str = "tablet") -> None:
    shop.set_language(station, "de")
    shop.choose_size(station, "43")
    shop.add_line(station, "BOOT-43", 2)


def test_the_code_brings_basket_language_and_size_and_the_old_screen_forgets(bench: Bench, shop: Shop) -> None:
    fill(shop)
    before, shown = shop.visit("tablet"), code(shop)
    with shop.hub.subscribe("tablet") as old, shop.hub.subscribe("wall") as new:
        assert scan(shop, "wall", shown) == BasketScreen()
        assert (old.get(0), new.get(0)) == (Attract(), BasketScreen())
    after = shop.visit("wall")
    assert before and after and shop.visit("tablet") is None
    assert (after.id, after.language, after.size, after.basket_id) == (before.id, "de", "43", before.basket_id)
    assert [(line.item.sku, line.quantity) for line in shop.basket("wall").lines] == [("BOOT-43", 2)]
    assert shop.basket("tablet").lines == ()
    event = bench.log.latest(1)[0]
    assert event.kind == "VisitHandedOver"
    told = {"visit": before.id, "basket": before.basket_id, "station": "tablet", "to": "wall", "via": "code"}
    assert json.loads(event.body) == told


def test_the_code_is_good_once(shop: Shop) -> None:
    fill(shop)
    shown = code(shop)
    scan(shop, "wall", shown)
    assert scan(shop, "window", shown) == Unknown(code="(hand-over)", reason="hand-over-done")
    assert shop.basket("wall").count == 2


def test_of_two_screens_at_once_exactly_one_gets_the_basket(shop: Shop) -> None:
    for _ in range(20):
        fill(shop)
        shown, ready = code(shop), threading.Barrier(2)

        def hold_up(station: str, shown: str = shown, ready: threading.Barrier = ready) -> None:
            ready.wait()
            scan(shop, station, shown)

        threads = [threading.Thread(target=hold_up, args=(station,)) for station in ("wall", "window")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(shop.basket(station).count for station in ("wall", "window", "tablet")) == [0, 0, 2]
        for station in ("wall", "window"):
            shop.end_visit(station)


def test_a_code_that_is_too_old_is_refused_and_the_old_screen_says_so(bench: Bench, shop: Shop) -> None:
    fill(shop)
    shown = code(shop)
    bench.clock.ms += GOOD_MS
    with shop.hub.subscribe("tablet") as screen:
        shop.sweep()
        again = screen.get(0)
    assert isinstance(again, HandOver) and not shop.handing.good(again)
    assert scan(shop, "wall", shown) == Unknown(code="(hand-over)", reason="hand-over-done")
    assert shop.basket("tablet").count == 2
    assert shop.left_ms("tablet") == 120_000 - GOOD_MS, "that it is said keeps nobody's visit open"


@pytest.mark.parametrize("text", ["TH-00000000000000000000", "TH-ZZZZZZZZZZZZZZZZZZZZ"])
def test_a_code_of_nobody_is_refused_and_starts_no_basket(shop: Shop, text: str) -> None:
    assert scan(shop, "wall", text) == Unknown(code="(hand-over)", reason="hand-over-done")
    assert shop.basket("wall").lines == ()


def test_going_on_to_another_page_or_asking_again_ends_the_code(shop: Shop) -> None:
    fill(shop)
    first = code(shop)
    assert code(shop) != first
    assert isinstance(scan(shop, "wall", first), Unknown)
    second = code(shop)
    shop.show("tablet", BasketScreen())
    assert isinstance(scan(shop, "wall", second), Unknown)
    assert shop.basket("tablet").count == 2


def test_a_code_scanned_at_its_own_screen_changes_nothing(shop: Shop) -> None:
    fill(shop)
    shown = code(shop)
    assert isinstance(scan(shop, "tablet", shown), HandOver)
    assert shop.basket("tablet").count == 2


def test_a_screen_with_somebodys_basket_takes_no_other(shop: Shop) -> None:
    fill(shop)
    shop.add_line("wall", "TENT")
    shown = code(shop)
    assert scan(shop, "wall", shown) == Unknown(code="(hand-over)", reason="screen-in-use")
    assert (shop.basket("wall").count, shop.basket("tablet").count) == (1, 2)
    shop.end_visit("wall")
    assert scan(shop, "wall", shown) == BasketScreen(), "once it is free the same code still is good"


def test_who_only_looked_around_there_makes_room(bench: Bench, shop: Shop) -> None:
    fill(shop)
    shop.show("wall", Browse())
    there = shop.visit("wall")
    scan(shop, "wall", code(shop))
    after = shop.visit("wall")
    assert there and after and after.id != there.id
    assert bench.kinds()[-2:] == ["VisitEnded", "VisitHandedOver"]


def test_the_code_stands_in_no_event(bench: Bench, shop: Shop) -> None:
    fill(shop)
    shown = code(shop)
    scan(shop, "wall", shown)
    scan(shop, "window", shown)
    bodies = [event.body for event in bench.log.read(0, 1000, 1 << 30)[0]]
    assert "hand-over-done" in bodies[-1] and not any(shown in body for body in bodies)


def test_a_station_from_the_list_gets_the_visit(bench: Bench, shop: Shop) -> None:
    fill(shop)
    shop.show("tablet", Article(sku="BOOT-43"))
    shop.handing.send("tablet", "window")
    assert shop.screen("window") == Article(sku="BOOT-43"), "it goes on where it was"
    assert (shop.screen("tablet"), shop.basket("window").count) == (Attract(), 2)
    assert json.loads(bench.log.latest(1)[0].body)["via"] == "list"


@pytest.mark.parametrize("to", ["wall", "till", "tablet", "nowhere"])
def test_the_list_disturbs_nobody_and_leads_to_no_staff_that_is_not_there(shop: Shop, to: str) -> None:
    fill(shop)
    shop.show("wall", Browse())
    with pytest.raises(NoPlaceError):
        shop.handing.send("tablet", to)
    assert shop.basket("tablet").count == 2
    assert [(place.station.id, place.free) for place in shop.handing.places("tablet")] == [
        ("wall", False),
        ("window", True),
    ]


def test_staff_that_is_signed_in_takes_a_visit_over_and_gives_it_back(bench: Bench, shop: Shop) -> None:
    fill(shop)
    shown = code(shop)
    assert scan(shop, "till", shown) == Unknown(code="(hand-over)", reason="sign-in-first")
    sign_in(bench, shop)
    assert scan(shop, "till", shown) == BasketScreen()
    shop.handing.send("till", "tablet")
    assert shop.basket("tablet").count == 2
    shop.handing.send("tablet", "till")
    assert shop.basket("till").count == 2


def test_where_nobody_is_there_is_nothing_to_hand_over(shop: Shop) -> None:
    with pytest.raises(NothingToHandOverError):
        shop.handing.offer("tablet")
    with pytest.raises(NothingToHandOverError):
        shop.handing.send("tablet", "wall")


def test_an_address_being_typed_does_not_come_along(shop: Shop) -> None:
    fill(shop)
    shop.show("tablet", Send())
    shop.handing.send("tablet", "wall")
    assert shop.screen("wall") == BasketScreen()


def test_on_a_full_disk_the_basket_stays_where_it_is(bench: Bench, shop: Shop) -> None:
    fill(shop)
    shown = code(shop)
    fill_the_disk(bench)
    assert scan(shop, "window", shown) == Unknown(code="(hand-over)", reason="storage-full")
    assert (shop.basket("tablet").count, shop.basket("window").count) == (2, 0)
    free_the_disk(bench)
    assert scan(shop, "window", shown) == BasketScreen()


def test_a_visit_that_ended_on_a_full_disk_can_not_be_taken_any_more(bench: Bench, shop: Shop) -> None:
    fill(shop)
    shown = code(shop)
    fill_the_disk(bench)
    shop.end_visit("tablet")
    free_the_disk(bench)
    assert isinstance(scan(shop, "window", shown), Unknown)
    assert shop.basket("window").lines == ()


def test_a_code_outlives_a_restart_of_the_box(bench: Bench, shop: Shop) -> None:
    fill(shop)
    shown = code(shop)
    ids = iter(range(1000, 2000))
    again = Shop(
        shop.settings, bench.database, bench.log, bench.shelf, now=bench.clock, new_id=lambda: f"{next(ids):032x}"
    )
    assert scan(again, "wall", shown) == BasketScreen()
