"""The `article` table as what a catalogue file is built from."""

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, func, select

from edge.catalogue.schema import SCHEMA
from edge.domain.article import Product, Review, Stock, Store, Variant
from hq.importers.articles import KINDS
from hq.importers.importing import LANGUAGES
from hq.pictures import wanted
from hq.related.keeping import beside, kept
from hq.store.tables import article, setting

V = TypeVar("V", Product, Variant, Stock, Review, Store)
CHUNK = 2_000


def values(connection: Connection, kind: type[V], *only: ColumnElement[bool]) -> Iterator[V]:
    """Every value of a kind (for which `only` holds) in the order of ids: the same table builds the same file."""
    query = select(article.c.doc).where(article.c.kind == KINDS[kind], *only).order_by(article.c.id)
    decoder = msgspec.json.Decoder(kind)
    for doc in connection.scalars(query.execution_options(yield_per=CHUNK)):
        yield decoder.decode(doc)


def sold(connection: Connection) -> Iterator[Product]:
    """The products that have a variant: one without can't be shown or bought. Behind what a product's feed says goes
    with it stands what was learned."""
    variant = article.alias()
    has_one = exists().where(variant.c.kind == KINDS[Variant], variant.c.parent == article.c.id)
    return beside(values(connection, Product, has_one), kept(connection))


def is_empty(connection: Connection) -> bool:
    query = select(func.count()).select_from(article).where(article.c.kind == KINDS[Variant])
    return connection.scalar(query) == 0


def digest(connection: Connection) -> str:
    """SHA-256 over every row but those of stock, which has a feed of its own, the languages, the pictures that
    were fetched, and the form of the file: equal where a new version would say nothing new."""
    hashed = sha256(json.dumps([SCHEMA, languages_of(connection), wanted.digest(connection)]).encode())
    query = select(article.c.kind, article.c.id, article.c.doc).where(article.c.kind != KINDS[Stock])
    for row in connection.execute(query.order_by(article.c.kind, article.c.id).execution_options(yield_per=CHUNK)):
        hashed.update("\0".join(row).encode() + b"\n")
    return hashed.hexdigest()


def languages_of(connection: Connection) -> list[str]:
    """As the imports met them; else those of the titles, the most used first."""
    held = connection.scalar(select(setting.c.value).where(setting.c.key == LANGUAGES))
    if held:
        return [str(language) for language in json.loads(held)]
    used = Counter(language for product in values(connection, Product) for language in product.title)
    return [language for language, _ in sorted(used.items(), key=lambda pair: (-pair[1], pair[0]))] or ["en"]
