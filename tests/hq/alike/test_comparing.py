"""What speaks for and against two records being one person's."""

from typing import Any

import pytest

from hq.alike.comparing import Weights, compare, points
from hq.alike.proposing import proposals
from hq.alike.record import Record, record

NAMES = ("Maren Oja", "Jaan Tamm", "Liis Saar", "Peeter Kask", "Anu Sepp", "Toomas Ilves", "Kai Rebane", "Ott Lepik")
STRANGERS = [
    record(
        f"stranger-{n}",
        first_name=name.split()[0],
        last_name=name.split()[1],
        birth_date=f"19{60 + n}-0{1 + n}-1{n}",
        city="Tallinn" if n % 2 else "Tartu",
        mail=f"{name.split()[0].lower()}{n}@mail{n}.example",
    )
    for n, name in enumerate(NAMES)
]
SARAH = {
    "first_name": "Sarah",
    "last_name": "Künnapas",
    "birth_date": "1984-03-07",
    "city": "Pärnu",
    "mail": "sarah.k84@posti.example",
}


def graded(**changed: str) -> dict[str, str]:
    one, other = record("one", **SARAH), record("other", **(SARAH | changed))
    return {each.field: each.grade for each in compare(one, other, Weights([one, other, *STRANGERS]))}


@pytest.mark.parametrize(
    ("changed", "grade"),
    [
        ({"last_name": "KUNNAPAS"}, "same"),
        ({"last_name": "Kunapas"}, "close"),
        ({"last_name": "Põld"}, "differs"),
        ({"first_name": "Sara"}, "close"),
        ({"birth_date": "07.03.1984"}, "differs"),
        ({"birth_date": "1984-07-03"}, "close"),
        ({"birth_date": "1984-03-17"}, "close"),
        ({"birth_date": "1985-04-07"}, "differs"),
        ({"mail": "sarah.k84@psoti.example"}, "close"),
        ({"mail": "marta.k84@posti.example"}, "differs"),
        ({"mail": "sarah.k85@posti.example"}, "differs"),
        ({"city": "Parnu"}, "same"),
    ],
)
def test_a_slip_is_told_from_another_value(changed: dict[str, str], grade: str) -> None:
    (field,) = changed
    assert graded(**changed)[field] == grade


def test_first_and_last_name_may_have_changed_places() -> None:
    found = graded(first_name="Kunnapas", last_name="Sarah")
    assert (found["first_name"], found["last_name"]) == ("swapped", "swapped")


def test_what_is_missing_says_nothing() -> None:
    assert set(graded(city="", mail="")) == {"first_name", "last_name", "birth_date"}


def test_a_rare_name_says_more_than_a_common_one() -> None:
    common = [record(f"c{n}", last_name="Tamm") for n in range(50)]
    weights = Weights([*common, record("rare", last_name="Künnapas")])
    assert weights.same("last_name", "kunnapas") > weights.same("last_name", "tamm") + 4


def proposed(*records: Record, **persons: str) -> list[tuple[str, str]]:
    return [(one.one.profile, one.other.profile) for one in proposals([*STRANGERS, *records], persons)]


def sarah(profile: str, **changed: Any) -> Record:
    return record(profile, **(SARAH | changed))


def test_who_looks_alike_is_proposed_and_strangers_are_not() -> None:
    assert proposed(sarah("a"), sarah("b", mail="", last_name="Kunapas")) == [("a", "b")]
    assert proposed() == []
    assert proposed(sarah("a"), record("b", first_name="Sarah", city="Pärnu")) == []


def test_whose_is_one_already_is_not_proposed() -> None:
    assert proposed(sarah("a"), sarah("b"), a="p", b="p") == []


def test_of_two_persons_the_surest_pair_is_proposed_once() -> None:
    found = proposed(sarah("a"), sarah("b", city=""), sarah("c"), b="p", c="p")
    assert found == [("a", "c")]


def test_a_mistyped_domain_alone_is_enough_where_the_name_is_rare() -> None:
    many = [record(f"m{n}", mail=f"somebody{n}else@example{n}.com") for n in range(30)]
    found = proposed(
        record("a", mail="sarah.kunnapas84@gmail.com"), record("b", mail="sarah.kunnapas84@gmial.com"), *many
    )
    assert ("a", "b") in found


def test_points_add_up() -> None:
    one, other = sarah("a"), sarah("b", city="Narva")
    weights = Weights([one, other, *STRANGERS])
    found = compare(one, other, weights)
    assert points(found) == pytest.approx(sum(each.points for each in found))
    assert {each.field: each.points < 0 for each in found}["city"]
