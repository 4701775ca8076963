"""What goes with what, counted: whatever the baskets are, and in whatever order they come."""

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from hq.related import Rules, Tally
from hq.related.counting import WIDEST, Companion

BASKETS = st.lists(st.frozensets(st.sampled_from("abcdefgh"), max_size=6), max_size=60)


def companions(baskets: list[frozenset[str]], rules: Rules) -> dict[str, list[Companion]]:
    tally = Tally()
    for basket in baskets:
        tally.add(basket)
    return tally.companions(rules)


@given(baskets=BASKETS, support=st.integers(1, 6), most=st.integers(1, 4), seed=st.integers())
def test_no_list_names_its_own_product_or_a_pair_too_rare_and_order_changes_nothing(
    baskets: list[frozenset[str]], support: int, most: int, seed: int
) -> None:
    rules = Rules(support=support, most=most)
    found = companions(baskets, rules)
    for product, beside in found.items():
        assert 0 < len(beside) <= most
        assert product not in {one.product for one in beside}
        for one in beside:
            both = sum({product, one.product} <= basket for basket in baskets)
            assert one.baskets == both >= support
            assert one.lift > 1
    shuffled = random.Random(seed).sample(baskets, len(baskets))
    assert companions(shuffled, rules) == found


def test_lift_is_how_much_more_often_than_by_chance() -> None:
    baskets = [frozenset("ab")] * 20 + [frozenset("c")] * 60 + [frozenset("a")] * 20
    assert companions(baskets, Rules()) == {
        "a": [Companion(product="b", baskets=20, lift=20 * 100 / (40 * 20))],
        "b": [Companion(product="a", baskets=20, lift=2.5)],
    }


def test_what_lies_in_every_basket_goes_with_nothing() -> None:
    baskets = [frozenset({"bag", one}) for one in "abcd" for _ in range(25)]
    assert companions(baskets, Rules()) == {}


def test_a_pair_seen_five_times_stands_behind_one_that_is_sure() -> None:
    """Its lift is the higher one, but of five baskets that says little."""
    baskets = [frozenset("ab")] * 40 + [frozenset("ac")] * 5 + [frozenset("b")] * 10 + [frozenset("x")] * 400
    beside = companions(baskets, Rules())["a"]
    assert [one.product for one in beside] == ["b", "c"]
    assert beside[1].lift > beside[0].lift


def test_who_buys_half_the_shop_says_nothing_of_what_goes_together() -> None:
    wide = frozenset(f"p{n}" for n in range(WIDEST + 1))
    assert companions([wide] * 10 + [frozenset("x")] * 90, Rules()) == {}


def test_a_hundred_thousand_baskets_take_seconds_and_the_pairs_that_were_planted_are_found() -> None:
    chance = random.Random(5)
    planted = {f"p{n}": f"p{n + 1}" for n in range(1_000, 1_200, 2)}
    tally = Tally()
    for _ in range(100_000):
        basket = {f"p{int(chance.paretovariate(0.6)) % 5_000}" for _ in range(chance.randint(1, 6))}
        if chance.random() < 0.3:
            basket |= set(chance.choice(list(planted.items())))
        tally.add(basket)
    start = time.perf_counter()
    found = tally.companions(Rules())
    took = time.perf_counter() - start
    assert all(found[one][0].product == other for one, other in planted.items())
    assert took < 20, f"{took:.1f} s; a second or two on an idle machine"
