"""How somebody wants their screen holds for their visit, and for no other."""

import pytest

from edge.shop import ShopError
from edge.shop.comfort import LONGER, USUAL, Comfort
from tests.edge.shop.conftest import Bench


def test_what_is_chosen_adds_up_and_goes_with_the_visit(bench: Bench) -> None:
    comforting = bench.shop.comforting
    comforting.choose("wall", "text", "large")
    comforting.choose("wall", "contrast", "1")
    assert comforting.at("wall") == Comfort(text="large", contrast=True)
    assert comforting.at("wall").words == ("large", "contrast")
    assert comforting.at("tablet") == USUAL
    comforting.choose("wall", "contrast", "")
    assert comforting.at("wall") == Comfort(text="large")
    bench.shop.end_visit("wall")
    assert comforting.at("wall") == USUAL


def test_who_needs_more_time_has_it_and_the_next_has_the_usual(bench: Bench) -> None:
    usual = bench.shop.settings.idle_ms
    bench.shop.comforting.choose("wall", "patient", "1")
    assert bench.shop.left_ms("wall") == usual * LONGER
    bench.clock.ms += usual * LONGER - 1
    assert bench.shop.sweep() == []
    bench.clock.ms += 2
    assert bench.shop.sweep() == ["wall"]
    bench.shop.touch("wall")
    bench.shop.show("wall", bench.shop.screen("wall"))
    assert bench.shop.left_ms("wall") == usual


@pytest.mark.parametrize(("name", "value"), [("text", "huge"), ("text", ""), ("colour", "1"), ("words", "1")])
def test_what_is_no_comfort_is_refused_and_begins_no_visit(bench: Bench, name: str, value: str) -> None:
    with pytest.raises(ShopError):
        bench.shop.comforting.choose("wall", name, value)
    assert bench.shop.visit("wall") is None


def test_a_comfort_is_in_no_event(bench: Bench) -> None:
    bench.shop.comforting.choose("wall", "low", "1")
    assert bench.kinds() == ["VisitStarted"]
