"""Two records -> evidence, in points: the binary logarithm of how much likelier one person's two records look so than
two people's. What is missing says nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import log2
from typing import Literal

from rapidfuzz.distance import OSA, JaroWinkler

from hq.alike.record import Record

Grade = Literal["same", "close", "swapped", "differs"]
AGAINST = {"first_name": -4.0, "last_name": -4.0, "birth_date": -5.0, "city": -1.0, "mail": -2.0, "phone": -1.0}
"""Of fields that differ: people move house and have several addresses; names and dates of birth stay."""
CLOSE = 2.0
"""Points less than for the same: a typing error is as likely as one in four, others' values are that close by chance
hardly more often than the same."""
LEAST, HIGHEST = 0.5, 20.0
MISTYPED = 8.0
"""Points more where one long name stands before two domains that are a slip apart: nobody else has that name there."""
LONG = 8
"""Letters of such a name."""
ALIKE = 0.85
"""Jaro-Winkler of names and cities that are the same but for a slip."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    field: str
    grade: Grade
    points: float


class Weights:
    """How rare each value is among the records."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._counts: dict[str, Counter[str]] = {"name": Counter(), "birth_date": Counter(), "city": Counter()}
        self._counts |= {"mail": Counter(), "phone": Counter()}
        self.records = 0
        for one in records:
            self.records += 1
            self._counts["name"].update(filter(None, (one.first_name, one.last_name)))
            for field in ("birth_date", "city", "mail", "phone"):
                self._counts[field][getattr(one, field)] += 1

    def same(self, field: str, value: str) -> float:
        counts = self._counts["name" if field.endswith("_name") else field]
        rarity = log2(max(self.records, 2) / max(counts[value], 1))
        return min(HIGHEST, max(LEAST, rarity))


def compare(one: Record, other: Record, weights: Weights) -> list[Evidence]:
    return [*_names(one, other, weights), *_others(one, other, weights)]


def points(evidence: Iterable[Evidence]) -> float:
    return sum(each.points for each in evidence)


def _names(one: Record, other: Record, weights: Weights) -> Iterator[Evidence]:
    if _are_swapped(one, other):
        for field in ("first_name", "last_name"):
            yield Evidence(field=field, grade="swapped", points=weights.same(field, getattr(one, field)) - CLOSE)
        return
    for field in ("first_name", "last_name"):
        yield from _words(field, getattr(one, field), getattr(other, field), weights)


def _are_swapped(one: Record, other: Record) -> bool:
    there = one.first_name and one.last_name and other.first_name and other.last_name
    if not there or _are_close(one.first_name, other.first_name) or _are_close(one.last_name, other.last_name):
        return False
    return _are_close(one.first_name, other.last_name) and _are_close(one.last_name, other.first_name)


def _others(one: Record, other: Record, weights: Weights) -> Iterator[Evidence]:
    yield from _words("city", one.city, other.city, weights)
    if one.birth_date and other.birth_date:
        grade = _dates(one.birth_date, other.birth_date)
        yield _graded("birth_date", grade, one.birth_date, other.birth_date, weights)
    if one.mail and other.mail:
        found = _graded("mail", _mails(one.mail, other.mail), one.mail, other.mail, weights)
        mistyped = found.grade == "close" and _is_mistyped(one.mail, other.mail)
        yield replace(found, points=found.points + MISTYPED) if mistyped else found
    if one.phone and other.phone:
        yield _graded("phone", "same" if one.phone == other.phone else "differs", one.phone, other.phone, weights)


def _words(field: str, one: str, other: str, weights: Weights) -> Iterator[Evidence]:
    if one and other:
        grade: Grade = "same" if one == other else "close" if _are_close(one, other) else "differs"
        yield _graded(field, grade, one, other, weights)


def _graded(field: str, grade: Grade, one: str, other: str, weights: Weights) -> Evidence:
    if grade == "differs":
        return Evidence(field=field, grade=grade, points=AGAINST[field])
    commoner = min(weights.same(field, one), weights.same(field, other))
    return Evidence(field=field, grade=grade, points=commoner - (CLOSE if grade == "close" else 0))


def _are_close(one: str, other: str) -> bool:
    """The same but for a slip or two, or the short form of the other: "Rob", "Robert"."""
    if one == other or JaroWinkler.similarity(one, other) >= ALIKE:
        return True
    return len(one) > 3 < len(other) and OSA.distance(one, other, score_cutoff=2) <= min(2, (len(one) + 1) // 3)


def _dates(one: str, other: str) -> Grade:
    """Digits of year, month, day: close are one wrong digit, two that changed places, and month for day."""
    if one == other:
        return "same"
    if one[:4] == other[:4] and one[4:6] == other[6:] and one[6:] == other[4:6]:
        return "close"
    return "close" if OSA.distance(one, other, score_cutoff=2) <= 1 else "differs"


def _mails(one: str, other: str) -> Grade:
    if one == other:
        return "same"
    (local, _, domain), (their_local, _, their_domain) = one.rpartition("@"), other.rpartition("@")
    if _numbers(local) != _numbers(their_local):
        return "differs"  # of who shares a name: maren.oja1, maren.oja2
    before, behind = OSA.distance(local, their_local), OSA.distance(domain, their_domain)
    return "close" if len(local) > 3 and before <= 1 + len(local) // 6 and behind <= 1 + len(domain) // 8 else "differs"


def _numbers(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _is_mistyped(one: str, other: str) -> bool:
    (local, _, domain), (their_local, _, their_domain) = one.rpartition("@"), other.rpartition("@")
    return local == their_local and len(local) >= LONG and OSA.distance(domain, their_domain) == 1
