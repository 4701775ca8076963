"""The list of what an answer may carry."""

import pytest

from hq.answers.shown import shown

ALL = {
    "known": True,
    "language": "et",
    "sizes": [{"category": "Shoes", "size": "42", "bought": 7}],
    "mail": "sarah@example.com",
    "baskets": [{"id": "b"}],
    "stock": [{"sku": "a", "store": "b", "quantity": 1, "as_of": 2, "source": "till", "supplier": "x"}],
}


@pytest.mark.parametrize("screen", ["wall", "staff"])
def test_a_wall_and_a_staff_tablet_show_that_somebody_is_known_and_their_language(screen: str) -> None:
    assert shown("profile", screen, ALL) == {"known": True, "language": "et"}


def test_a_tablet_shows_usual_sizes_too(screen: str = "tablet") -> None:
    sizes = [{"category": "Shoes", "size": "42"}]
    assert shown("profile", screen, ALL) == {"known": True, "language": "et", "sizes": sizes}


def test_a_count_is_four_fields() -> None:
    assert shown("stock", "", ALL) == {"stock": [{"sku": "a", "store": "b", "quantity": 1, "as_of": 2}]}


@pytest.mark.parametrize(
    ("kind", "screen"), [("profile", ""), ("profile", "till"), ("stock", "wall"), ("mail", "wall")]
)
def test_what_is_not_in_the_list_shows_nothing(kind: str, screen: str) -> None:
    assert shown(kind, screen, ALL) == {}


def test_a_field_that_turns_into_something_larger_stays_empty() -> None:
    assert shown("profile", "wall", {"known": True, "language": {"spoken": ["et"]}}) == {"known": True, "language": []}
