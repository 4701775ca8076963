"""All records -> who is likely one person, the surest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

from hq.alike.blocking import pairs
from hq.alike.comparing import Evidence, Weights, compare, points
from hq.alike.record import Record

MARGIN = 4.0
"""Points by which evidence must outweigh that two records, taken blindly, are hardly ever one person's."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Two records of different persons, and what speaks for and against their being one's."""

    one: Record
    other: Record
    evidence: tuple[Evidence, ...]
    points: float
    needed: float


def proposals(records: Sequence[Record], persons: Mapping[str, str]) -> list[Proposal]:
    """`persons`: whose profile is whose already; of two persons only the surest pair of records is proposed."""
    weights = Weights(records)
    needed = log2(max(len(records), 2)) + MARGIN
    best: dict[tuple[str, str], Proposal] = {}
    for first, second in pairs(records):
        one, other = records[first], records[second]
        between = _between(persons.get(one.profile, one.profile), persons.get(other.profile, other.profile))
        if between[0] == between[1]:
            continue
        evidence = compare(one, other, weights)
        score = points(evidence)
        if score >= needed and (between not in best or score > best[between].points):
            best[between] = Proposal(one=one, other=other, evidence=tuple(evidence), points=score, needed=needed)
    return sorted(best.values(), key=lambda found: (-found.points, found.one.profile, found.other.profile))


def _between(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
