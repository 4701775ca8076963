"""Who is one person, as the pure rules have it."""

from collections.abc import Iterable
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from hq.linking.grouping import FEWEST, Identities, Pair, groups, shared

KINDS = {"mail": "ma mb mc md", "card": "ca cb", "phone": "pa"}
ALL = {name: kind for kind, names in KINDS.items() for name in names.split()}
NAMES = st.sampled_from(sorted(ALL))
PAIRS = st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1])


def both_ways(pairs: Iterable[Pair]) -> list[Pair]:
    return [each for one, other in pairs for each in ((one, other), (other, one))]


def grouped(
    links: Iterable[Pair] = (), rulings: dict[Pair, bool] | None = None, kinds: dict[str, str] | None = None
) -> set[frozenset[str]]:
    """Of `ALL`, each of whose mail addresses and phone numbers leads to a profile of its own."""
    kinds, named = kinds or ALL, both_ways(links)
    ruled = {pair: together for given, together in (rulings or {}).items() for pair in both_ways([given])}
    profiles = {one: f"profile of {one}" for one, kind in kinds.items() if kind != "card"}
    return set(
        groups(Identities(kinds=kinds, profiles=profiles, links=named, rulings=ruled, shared=shared(named, kinds)))
    )


def of(name: str, found: set[frozenset[str]]) -> set[str]:
    return set(next(group for group in found if name in group))


def test_what_was_named_together_is_one_persons_also_by_a_detour() -> None:
    found = grouped([("ma", "ca"), ("ca", "mb"), ("mb", "pa")])
    assert of("ma", found) == {"ma", "ca", "mb", "pa"}
    assert of("mc", found) == {"mc"}


def test_what_is_named_with_too_many_tells_nobody() -> None:
    kinds = {f"m{n}": "mail" for n in range(FEWEST + 1)} | {"till": "card", "own": "card"}
    few = [(f"m{n}", "till") for n in range(FEWEST)]
    assert len(of("till", grouped(few, kinds=kinds))) == FEWEST + 1
    many = [*few, (f"m{FEWEST}", "till"), ("m0", "own")]
    assert of("m0", grouped(many, kinds=kinds)) == {"m0", "own"}, "the card of the till joins nobody, one's own does"


def test_a_decision_outranks_what_was_named_together() -> None:
    assert of("ma", grouped(rulings={("ma", "mb"): True})) == {"ma", "mb"}
    assert of("ma", grouped([("ma", "mb")], {("ma", "mb"): False})) == {"ma"}


def test_an_identity_of_two_who_were_told_apart_is_nobodys() -> None:
    found = grouped([("ma", "ca"), ("mb", "ca"), ("ma", "cb")], {("ma", "mb"): False})
    assert of("ma", found) == {"ma", "cb"}
    assert of("mb", found) == {"mb"}
    assert of("ca", found) == {"ca"}


def test_who_was_told_apart_is_not_joined_by_a_third() -> None:
    found = grouped([("ma", "pa"), ("pa", "mc"), ("mc", "mb")], {("ma", "mb"): False})
    assert "mb" not in of("ma", found)


@given(st.lists(PAIRS, max_size=8), st.dictionaries(PAIRS, st.booleans(), max_size=4), st.randoms())
def test_it_does_not_matter_what_came_first_and_nobody_told_apart_is_one(
    links: list[Pair], rulings: dict[Pair, bool], random: object
) -> None:
    rulings = {pair: together for pair, together in rulings.items() if pair[::-1] not in rulings}
    found = grouped(links, rulings)
    shuffled = list(links)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert grouped(shuffled, dict(reversed(rulings.items()))) == found
    assert sorted(name for group in found for name in group) == sorted(ALL), "each in exactly one"
    for group in found:
        for pair in combinations(sorted(group), 2):
            assert rulings.get(pair) is not False and rulings.get(pair[::-1]) is not False
