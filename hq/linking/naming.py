"""What named several identities together -> links between each two of them."""

from collections.abc import Iterable, Mapping
from itertools import permutations

from sqlalchemy import Connection, select

from hq.linking.regrouping import regrouping
from hq.store import tables
from hq.store.insert import insert_new
from hq.store.many import among

ORDERED = {"buyer": "mail", "card": "card", "phone": "phone", "customer": "customer"}
"""Columns of `order_line` that name a person, with the kind of identity."""
Named = frozenset[tuple[str, str]]
"""Kinds and digests of the identities that one fact named."""


def of_order(line: Mapping[str, object]) -> Named:
    return frozenset((kind, str(line[column])) for column, kind in ORDERED.items() if line.get(column))


def link(connection: Connection, facts: Iterable[Named]) -> None:
    """What is linked already costs one question for all of them."""
    pairs = {pair for fact in facts for pair in permutations(sorted(fact), 2)}
    if not pairs:
        return
    row = tables.link.c
    known = select(row.one, row.other).where(among(row.one, {one for (_, one), _ in pairs}))
    there = {(found.one, found.other) for found in connection.execute(known)}
    fresh = [pair for pair in sorted(pairs) if (pair[0][1], pair[1][1]) not in there]
    if not fresh:
        return
    with regrouping(connection, {one for (_, one), _ in fresh}):
        rows = [
            {"one": one, "other": other, "one_kind": one_kind, "other_kind": other_kind}
            for (one_kind, one), (other_kind, other) in fresh
        ]
        insert_new(connection, tables.link, rows)
