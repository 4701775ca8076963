"""The difference of two shares, beside what the literature gives for the same numbers."""

import pytest

from hq.insight.difference import Difference, Share


def of(part: int, whole: int, other: int, other_whole: int) -> Difference:
    return Difference(with_it=Share(part=part, whole=whole), without=Share(part=other, whole=other_whole))


@pytest.mark.parametrize(
    ("numbers", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_the_interval_is_the_published_one(numbers: tuple[int, int, int, int], low: float, high: float) -> None:
    assert of(*numbers).interval == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_the_number_still_needed_is_the_textbooks() -> None:
    """Two equal groups at 10 % and 20 %: 199 each with a power of 80 %."""
    assert of(20, 100, 10, 100).still_needed == 99
    assert of(200, 1000, 100, 1000).still_needed == 0


def test_more_people_with_it_spare_people_without() -> None:
    assert (of(180, 900, 10, 100).still_needed or 0) < (of(20, 100, 10, 100).still_needed or 0)


def test_where_nothing_can_be_said_nothing_is() -> None:
    for difference in (of(0, 0, 0, 0), of(3, 10, 0, 0), of(1, 10, 1, 10)):
        assert difference.still_needed is None and not difference.certain


def test_certain_is_what_lies_on_one_side_of_nothing() -> None:
    assert of(56, 70, 48, 80).certain and of(48, 80, 56, 70).certain
    assert not of(5, 56, 0, 29).certain
