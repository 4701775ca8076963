"""Inputs nobody meant to send: valid ones, broken by a seeded generator, so that every run is the same run."""

import os
import random
from collections.abc import Callable, Iterator, Sequence

SEED = int(os.environ.get("TOTE_FUZZ_SEED", "20261122"))
JOINTS = [
    b"\x1d",
    b"]",
    b"]C1",
    b"]d2",
    b"]E0",
    b"|]e0",
    b"^",
    b"(01)",
    b"(",
    b")",
    b"/01/",
    b"?",
    b"&",
    b"%",
    b"%2F",
    b"#",
]
JOINTS += [b"urn:epc:id:", b"https://", b"\x00", b"\xff", b"\xd1\x01", b"\xd9", b"\x00\x00\xff", b"\xd4", b"0", b"9"]


def broken(corpus: Sequence[bytes], count: int, seed: int = SEED) -> Iterator[bytes]:
    """`count` inputs made from `corpus`; about one in thirty is a member of it, unharmed."""
    chance = random.Random(seed)
    for _ in range(count):
        octets = chance.choice(corpus)
        for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 5, 8))):
            octets = chance.choice(WAYS)(octets, chance, corpus)
        yield octets[:4096]


Way = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def _place(octets: bytes, chance: random.Random) -> int:
    return chance.randrange(len(octets) + 1)


def _flip(octets: bytes, chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    if not octets:
        return b"\x01"
    at = chance.randrange(len(octets))
    return octets[:at] + bytes([octets[at] ^ 1 << chance.randrange(8)]) + octets[at + 1 :]


def _replace(octets: bytes, chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    at = _place(octets, chance)
    return octets[:at] + bytes([chance.randrange(256)]) + octets[at + 1 :]


def _digit(octets: bytes, chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    at = _place(octets, chance)
    return octets[:at] + str(chance.randrange(10)).encode() + octets[at + 1 :]


def _cut(octets: bytes, chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    start, end = sorted((_place(octets, chance), _place(octets, chance)))
    return octets[:start] + octets[end:]


def _keep(octets: bytes, chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    start, end = sorted((_place(octets, chance), _place(octets, chance)))
    return octets[start:end]


def _repeat(octets: bytes, chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    start, end = sorted((_place(octets, chance), _place(octets, chance)))
    return octets[:end] + octets[start:end] * chance.randrange(1, 5) + octets[end:]


def _joint(octets: bytes, chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    at = _place(octets, chance)
    return octets[:at] + chance.choice(JOINTS) + octets[at:]


def _cross(octets: bytes, chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    other = chance.choice(corpus)
    return octets[: _place(octets, chance)] + other[_place(other, chance) :]


def _noise(octets: bytes, chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    at = _place(octets, chance)
    return octets[:at] + chance.randbytes(chance.randrange(1, 20)) + octets[at:]


WAYS: tuple[Way, ...] = (_flip, _replace, _digit, _digit, _cut, _keep, _repeat, _joint, _joint, _cross, _noise)
