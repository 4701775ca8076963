"""Which records are worth comparing: those that share something rare. Comparing each with each would take days."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from hq.alike.record import Record

LARGEST = 60
"""Records in a block; what more of them share says nothing, and something rarer finds them."""
Pair = tuple[int, int]


def pairs(records: Sequence[Record]) -> set[Pair]:
    """Places in `records`, the smaller first."""
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(records):
        for key in keys(one):
            blocks[key].append(place)
    return {pair for block in blocks.values() if len(block) <= LARGEST for pair in combinations(block, 2)}


def keys(one: Record) -> Iterator[tuple[str, str]]:
    """Each survives other slips than the others do."""
    local, _, domain = one.mail.rpartition("@")
    names = sorted(filter(None, (one.first_name, one.last_name)))
    year, month, day = one.birth_date[:4], one.birth_date[4:6], one.birth_date[6:]
    possible = {
        "mail": one.mail,
        "local": local if len(local) > 3 else "",
        "domain": domain and f"{domain} {local[:1]}",
        "phone": one.phone,
        "date": one.birth_date,
        "names": " ".join(names) if len(names) == 2 else "",
    }
    yield from ((name, value) for name, value in possible.items() if value)
    if one.birth_date:
        yield from _named_and_born(names, (year + month, year + day, month + day))


def _named_and_born(names: Iterable[str], parts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        for place, part in enumerate(parts):
            yield f"born {place}", f"{name[:3]} {part}"
