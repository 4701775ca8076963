"""What was learned, as rows of the `article` table: so a version of the catalogue is built from it like from a feed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import msgspec
from sqlalchemy import Connection, delete, insert, select

from edge.domain.article import Product
from hq.related.learning import Learned
from hq.service import Hq
from hq.store.aside import alone
from hq.store.tables import article

KIND = "related"
MOST = 16
"""Of a product in the catalogue, the feed's own included: boxes pass over what is sold out."""


def keep(hq: Hq, learned: Learned) -> int:
    """Put `learned` in the place of what was learned before. Returns for how many products that is something new."""
    wanted = {of: tuple(one.product for one in found) for of, found in learned.companions.items()}
    with alone(hq.dir), hq.engine.begin() as connection:
        held = kept(connection)
        changed = [id_ for id_ in sorted({*held, *wanted}) if held.get(id_) != wanted.get(id_)]
        for id_ in changed:
            connection.execute(delete(article).where(article.c.kind == KIND, article.c.id == id_))
        rows = [
            {"kind": KIND, "id": id_, "parent": id_, "doc": msgspec.json.encode(wanted[id_]).decode()}
            for id_ in changed
            if id_ in wanted
        ]
        if rows:
            connection.execute(insert(article), rows)
    return len(changed)


def kept(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The learned companions by product id, best first."""
    query = select(article.c.id, article.c.doc).where(article.c.kind == KIND)
    decoder = msgspec.json.Decoder(tuple[str, ...])
    return {row.id: decoder.decode(row.doc) for row in connection.execute(query)}


def beside(products: Iterable[Product], learned: Mapping[str, tuple[str, ...]]) -> Iterator[Product]:
    """`products`, each with what was learned behind what its feed says goes with it."""
    for product in products:
        more = learned.get(product.id, ())
        both = tuple(dict.fromkeys((*product.goes_with, *(one for one in more if one != product.id))))
        yield replace(product, goes_with=both[: max(MOST, len(product.goes_with))]) if more else product
