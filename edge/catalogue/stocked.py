"""In which products something is in stock, seen from one store. It is kept from one question to the next: with each
letter that is typed nearly the same products are asked about again."""

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from itertools import islice
from operator import or_

from edge.catalogue.choice import PLACES, Place, Whereabouts
from edge.catalogue.near import Ask
from edge.catalogue.schema import FIELD
from edge.catalogue.variants import SETS, Row, in_stock

MOST_KEPT = 200_000
"""Products: some 20 MB."""
STATE = "SELECT key, value FROM meta WHERE key IN ('epoch', 'n') UNION ALL SELECT feed, epoch || '-' || n FROM mark"
"""What rises with every change of the file."""


class Stocked:
    """One per open catalogue. Any thread may ask."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._kept: tuple[tuple[object, ...], dict[int, int]] = ((), {})

    def counts(self, those: Sequence[Row], where: Whereabouts) -> Counter[Place]:
        """How many of these products some variant of is here, nearby and in the web shop."""
        known = self._known(where)
        missing = [row for row in those if row.n not in known]
        skus = [row.skus.split(FIELD) for row in missing]
        each = iter(in_stock(self._ask, [sku for own in skus for sku in own], where) if missing else ())
        for row, own in zip(missing, skus, strict=True):
            known[row.n] = reduce(or_, islice(each, len(own)))
        counted = Counter([known[row.n] for row in those])
        return Counter({place: sum(counted[mask] for mask, at in enumerate(SETS) if place in at) for place in PLACES})

    def _known(self, where: Whereabouts) -> dict[int, int]:
        """By product, a place in SETS. Who asks from an earlier moment of the file gets what was true then."""
        state = (where.here, *where.nearby, where.counted, *self._ask(STATE))
        at, known = self._kept
        if at != state or len(known) > MOST_KEPT:
            known = {}
            self._kept = state, known
        return known
