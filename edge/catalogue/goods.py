"""Every article of a catalogue with what campaigns ask of it, in parts that fit into memory."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

PART = 5_000
Ask = Callable[..., list[Any]]

_GOODS = """
SELECT v.n, v.sku, v.product_id, v.colour, v.size, coalesce(p.category, ''),
  coalesce((SELECT sum(max(s.quantity, 0)) FROM stock s WHERE s.sku = v.sku), 0)
FROM variant v LEFT JOIN product p ON p.id = v.product_id WHERE v.n > ? ORDER BY v.n LIMIT ?
"""
_COMPANIONS = "SELECT n, id, goes_with FROM product WHERE n > ? AND goes_with <> '[]' ORDER BY n LIMIT ?"


class Good(NamedTuple):
    sku: str
    product_id: str
    colour: str
    size: str
    category: str
    """Path from the root, joined by " > "."""
    available: int
    """Pieces that all stores and the web shop have together."""


def goods(ask: Ask) -> Iterator[list[Good]]:
    """`ask` is a catalogue's."""
    for part in _parts(ask, _GOODS):
        yield [Good(*row[1:]) for row in part]


def companions(ask: Ask) -> Iterator[list[tuple[str, tuple[str, ...]]]]:
    """Products that something goes with: their ids, and those of what does, best first."""
    for part in _parts(ask, _COMPANIONS):
        yield [(row[1], tuple(msgspec.json.decode(row[2]))) for row in part]


def _parts(ask: Ask, query: str) -> Iterator[list[Any]]:
    after = -(1 << 62)
    while part := ask(query, after, PART):
        yield part
        after = part[-1][0]
