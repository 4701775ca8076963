"""Which store is near: measured along the great circle, also where degrees mislead."""

import pytest

from edge.domain.article import Store
from edge.domain.place import by_nearness, distance_km


def at(id_: str, latitude: float | None = None, longitude: float | None = None) -> Store:
    return Store(id=id_, name=id_, latitude=latitude, longitude=longitude)


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (at("minneapolis", 44.85466, -93.24565), at("tempe", 33.430729, -111.89966), 2050),
        (at("suva", -18.14, 178.44), at("apia", -13.83, -171.77), 1142),  # over the line of dates
        (at("north", 90, 0), at("south", -90, 12), 20015),
        (at("here", 59.4, 24.7), at("here too", 59.4, 24.7), 0),
    ],
)
def test_the_distance_is_that_of_a_globe(one: Store, other: Store, km: float) -> None:
    assert distance_km(one, other) == pytest.approx(km, rel=0.01, abs=0.001)
    assert distance_km(other, one) == distance_km(one, other)


def test_near_the_equator_a_degree_east_is_as_far_as_one_north() -> None:
    """Longitudes halved, as around Tallinn, would put the eastern store first."""
    quito, north, east = at("quito", 0, -78), at("north", 0.8, -78), at("east", 0, -77)
    assert [store.id for store in by_nearness([east, north, quito], "quito")] == ["quito", "north", "east"]


def test_stores_of_unknown_place_come_last_and_an_unknown_home_changes_nothing_but_the_order_of_ids() -> None:
    stores = [at("c"), at("b", 1, 1), at("a", 2, 2)]
    assert [store.id for store in by_nearness(stores, "b")] == ["b", "a", "c"]
    assert [store.id for store in by_nearness(stores, "nowhere")] == ["a", "b", "c"]
