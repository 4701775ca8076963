"""The list of what an answer may carry."""

import pytest

from hq.answers.shown import shown

ALL = {
    "known": True,
    "language": "et",
    "sizes": [{"category": "Shoes", "size": "42", "bought": 7}],
    "initial": "S",
    "points": 420,
    "offers": [{"text": {"en": "A coffee"}, "until": 7, "cost": 9}],
    "basket": [{"sku": "a", "quantity": 1, "fulfilment": "take", "price": 5}],
    "mail": "sarah@example.com",
    "baskets": [{"id": "b"}],
    "stock": [{"sku": "a", "store": "b", "quantity": 1, "as_of": 2, "source": "till", "supplier": "x"}],
}


BASKET = [{"sku": "a", "quantity": 1, "fulfilment": "take"}]


def test_a_staff_tablet_shows_that_somebody_is_known_and_their_language() -> None:
    assert shown("profile", "staff", ALL) == {"known": True, "language": "et"}


def test_a_wall_shows_an_initial_and_may_take_a_basket_over() -> None:
    assert shown("profile", "wall", ALL) == {"known": True, "language": "et", "initial": "S", "basket": BASKET}


def test_a_tablet_shows_usual_sizes_points_and_offers_too() -> None:
    assert shown("profile", "tablet", ALL) == {
        "known": True,
        "language": "et",
        "initial": "S",
        "sizes": [{"category": "Shoes", "size": "42"}],
        "points": 420,
        "offers": [{"text": {"en": "A coffee"}, "until": 7}],
        "basket": BASKET,
    }


def test_a_count_is_four_fields() -> None:
    assert shown("stock", "", ALL) == {"stock": [{"sku": "a", "store": "b", "quantity": 1, "as_of": 2}]}


@pytest.mark.parametrize(
    ("kind", "screen"), [("profile", ""), ("profile", "till"), ("stock", "wall"), ("mail", "wall")]
)
def test_what_is_not_in_the_list_shows_nothing(kind: str, screen: str) -> None:
    assert shown(kind, screen, ALL) == {}


def test_a_field_that_turns_into_something_larger_stays_empty() -> None:
    assert shown("profile", "wall", {"known": True, "language": {"spoken": ["et"]}}) == {"known": True, "language": []}
