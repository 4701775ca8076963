"""Likely duplicates among made-up customers: how long it takes, beside comparing each with each, and what is found.

Names are drawn unevenly, as names are; every fifth customer is listed twice, the second time with slips.
"""

import time
from collections.abc import Iterator
from itertools import combinations, islice
from random import Random
from typing import Any

from hq.alike.comparing import Weights, compare
from hq.alike.proposing import proposals
from hq.alike.record import Record, record

SIZES, SHORT = (1_000, 10_000), (300, 1_000)
SYLLABLES = (
    "ma",
    "ri",
    "jo",
    "han",
    "ka",
    "tt",
    "el",
    "si",
    "la",
    "pe",
    "ter",
    "an",
    "ne",
    "ot",
    "vi",
    "lja",
    "rou",
    "mi",
)
PEERED = 20_000
"""Pairs compared to tell how long all would take."""


def run(*, short: bool = False) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for size in SHORT if short else SIZES:
        records, true = customers(size)
        begun = time.perf_counter()
        found = proposals(records, {})
        took = time.perf_counter() - begun
        pairs = {frozenset((one.one.profile, one.other.profile)) for one in found}
        figures |= {
            f"proposals_{size}_s": round(took, 2),
            f"over_all_pairs_{size}": round(took / _all_pairs(records), 5),
            f"precision_{size}": round(len(pairs & true) / max(len(pairs), 1), 4),
            f"recall_{size}": round(len(pairs & true) / len(true), 4),
        }
    return figures


def customers(size: int) -> tuple[list[Record], set[frozenset[str]]]:
    """With the pairs that are one person's."""
    random = Random(7)
    drawn = list(islice(_drawn(random), size))
    records = [record(f"p{n}", **words) for n, words in enumerate(drawn)]
    again = range(0, size, 5)
    records += [record(f"q{n}", **_with_slips(random, drawn[n])) for n in again]
    return records, {frozenset((f"p{n}", f"q{n}")) for n in again}


def _drawn(random: Random) -> Iterator[dict[str, str]]:
    names = ["".join(random.choices(SYLLABLES, k=random.randint(2, 4))).title() for _ in range(4_000)]
    while True:
        first, last = (names[min(int(random.paretovariate(0.6)), len(names)) - 1] for _ in range(2))
        born = f"{random.randint(1940, 2008)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        mail = f"{first}.{last}{random.randint(1, 999)}@mail{random.randint(1, 30)}.example"
        city = f"City {min(int(random.paretovariate(0.8)), 300)}"
        yield {"first_name": first, "last_name": last, "birth_date": born, "city": city, "mail": mail.lower()}


def _with_slips(random: Random, words: dict[str, str]) -> dict[str, str]:
    """One field is missing, two have a letter wrong."""
    fields = random.sample(sorted(words), 3)
    changed = words | {fields[0]: ""}
    for field in fields[1:]:
        place = random.randrange(len(words[field]))
        wrong = random.choice("0123456789" if words[field][place].isdigit() else "aeiou")
        changed[field] = words[field][:place] + wrong + words[field][place + 1 :]
    return changed


def _all_pairs(records: list[Record]) -> float:
    """Seconds that comparing each with each would take."""
    weights, random = Weights(records), Random(1)
    some = random.sample(records, min(len(records), 201))
    pairs = list(islice(combinations(some, 2), PEERED))
    begun = time.perf_counter()
    for one, other in pairs:
        compare(one, other, weights)
    each = (time.perf_counter() - begun) / len(pairs)
    return each * len(records) * (len(records) - 1) / 2
