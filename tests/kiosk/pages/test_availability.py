import pytest

from edge.domain.article import WEB, Stock, Store
from edge.domain.place import distance_km
from kiosk.pages.availability import NEARBY, availability

TALLINN = Store(id="tallinn", name="Tallinn", latitude=59.437, longitude=24.7536)
TARTU = Store(id="tartu", name="Tartu", latitude=58.378, longitude=26.729)
NARVA = Store(id="narva", name="Narva")
STORES = [TALLINN, NARVA, TARTU]


def stock(**counts: int) -> list[Stock]:
    return [Stock(sku="A", store=store, quantity=quantity, as_of=0) for store, quantity in counts.items()]


@pytest.mark.parametrize(
    ("counts", "ways", "level"),
    [
        ({"tallinn": 5, "web": 9}, ("take", "collect", "ship"), "here"),
        ({"tallinn": 2}, ("take", "collect"), "few"),
        ({"tallinn": 0, "tartu": 1}, ("collect",), "elsewhere"),
        ({"tallinn": 0, "web": 1}, ("ship",), "elsewhere"),
        ({"tallinn": 0, "tartu": 0, "web": 0}, (), "gone"),
        ({"tallinn": -1}, (), "gone"),
        ({}, ("ship",), "uncounted"),
    ],
)
def test_how_an_article_can_be_had_follows_from_the_counts(
    counts: dict[str, int], ways: tuple[str, ...], level: str
) -> None:
    found = availability(stock(**counts), TALLINN, STORES)
    assert (found.ways, found.level) == (ways, level)


def test_nearby_stores_come_nearest_first_and_those_without_a_place_last() -> None:
    found = availability(stock(tallinn=1, narva=1, tartu=1), TALLINN, STORES)
    assert [place.store.id for place in found.nearby] == ["tartu", "narva"]
    assert found.nearby[0].distance_km == pytest.approx(164, abs=2)


def test_a_place_that_nobody_counted_is_not_sold_out() -> None:
    found = availability(stock(web=3), TALLINN, STORES)
    assert found.here is None
    assert found.web
    assert found.web.store.id == WEB


def test_every_place_that_counts_is_named_once() -> None:
    found = availability(stock(web=1, tartu=0, narva=4), TALLINN, STORES)
    assert [place.store.id for place in found.places] == ["tartu", "narva", WEB]


def test_of_a_thousand_stores_the_nearest_that_have_it_are_named() -> None:
    far = [Store(id=f"s{n:04}", name="", latitude=59 - n / 100, longitude=24.75) for n in range(1000)]
    counts = [Stock(sku="A", store=store.id, quantity=n % 100, as_of=0) for n, store in enumerate(far)]
    found = availability(counts, TALLINN, far)
    assert [place.store.id for place in found.nearby] == [f"s{n:04}" for n in range(1, NEARBY + 1)]
    only = [Stock(sku="A", store=store.id, quantity=int(n == 999), as_of=0) for n, store in enumerate(far)]
    found = availability(only, TALLINN, far)
    assert [place.store.id for place in found.nearby] == ["s0000", "s0001", "s0002", "s0003", "s0999"]
    assert found.ways == ("collect",)


def test_distance_needs_both_places() -> None:
    assert distance_km(TALLINN, NARVA) is None
    assert distance_km(TALLINN, TALLINN) == pytest.approx(0)
