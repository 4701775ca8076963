"""The `article` table as the importers see it: domain values by kind and id, written in batches."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.sql.expression import bindparam

from edge.domain.article import Product, Review, Stock, Store, Variant
from hq.importers.difference import Difference, Ledger
from hq.importers.scratch import Scratch
from hq.store.tables import article

__all__ = ["KINDS", "Articles", "Difference"]

Value = Product | Variant | Stock | Review | Store
V = TypeVar("V", Product, Variant, Stock, Review, Store)
KINDS: dict[type, str] = {Product: "product", Variant: "variant", Stock: "stock", Review: "review", Store: "store"}
BATCH = 500
Key = tuple[str, str]
BY_KEY = select(article.c.doc).where(article.c.kind == bindparam("k"), article.c.id == bindparam("i"))
OF_KEY = (article.c.kind == bindparam("k")) & (article.c.id == bindparam("i"))
WRITTEN: dict[str, Any] = {"parent": bindparam("p"), "doc": bindparam("d")}


class Articles:
    """Reads see what was put before. Nothing is committed here."""

    def __init__(self, connection: Connection, scratch: Scratch | None = None) -> None:
        self._connection = connection
        self._waiting: dict[Key, tuple[str, str]] = {}
        self._decoders: dict[type, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(kind) for kind in KINDS}
        self._encoder = msgspec.json.Encoder()
        self._held: dict[str, bool] = {}
        self.ledger = Ledger(scratch or Scratch())
        self.ledger.title_of = self._title
        self.difference = self.ledger.difference

    @property
    def connection(self) -> Connection:
        """For what HQ knows beside the articles."""
        return self._connection

    def get(self, kind: type[V], id_: str) -> V | None:
        name = KINDS[kind]
        if (name, id_) in self._waiting:
            doc: str | None = self._waiting[name, id_][1]
        elif not (self._holds(name) or self.ledger.names(name, id_)):
            doc = None
        else:
            doc = self._connection.scalar(BY_KEY, {"k": name, "i": id_})
        return None if doc is None else self._decoders[kind].decode(doc)

    def currency(self) -> str:
        """That of an article that was there before, "" where none was."""
        variant = self._connection.scalar(select(article.c.doc).where(article.c.kind == "variant").limit(1))
        return self._decoders[Variant].decode(variant).price.currency if variant else ""

    def _title(self, product_id: str) -> str:
        product = self.get(Product, product_id)
        return next(iter(product.title.values()), "") if product else ""

    def _holds(self, name: str) -> bool:
        """Whether there was any of a kind before this import: most first imports need not ask for each."""
        if name not in self._held:
            query = select(article.c.id).where(article.c.kind == name).limit(1)
            self._held[name] = self._connection.scalar(query) is not None
        return self._held[name]

    def put(self, id_: str, parent: str, value: Value) -> None:
        self._waiting[KINDS[type(value)], id_] = (parent, self._encoder.encode(value).decode())
        if len(self._waiting) >= BATCH:
            self.flush()

    def drop(self, kind: type, id_: str) -> None:
        """Take back what this import put before it knew better; what was there before it goes as well."""
        key = (KINDS[kind], id_)
        self._waiting.pop(key, None)
        if self._holds(key[0]) or self.ledger.names(*key):
            self._connection.execute(delete(article).where(OF_KEY), {"k": key[0], "i": id_})
            self.ledger.forget(*key)

    def refuse(self, sku: str) -> None:
        """A row that is about this SKU is rejected: where it is live, it stays so (`spare`)."""
        self.ledger.refuse(sku)

    def spare(self) -> int:
        """Keep the live articles, with their products, that none but rejected rows name, and count them: who writes a
        price wrong does not mean to take the article from sale."""
        self.flush()
        live = [held for sku in self.ledger.refused_alone() if (held := self.get(Variant, sku))]
        for variant in live:
            self.ledger.spare(KINDS[Variant], variant.sku)
            self.ledger.spare(KINDS[Product], variant.product_id)
        return len(live)

    def variants(self, product_id: str) -> list[Variant]:
        """Those of a product, by position."""
        self.flush()
        query = select(article.c.doc).where(article.c.kind == "variant", article.c.parent == product_id)
        found = [self._decoders[Variant].decode(doc) for doc in self._connection.scalars(query)]
        return sorted(found, key=lambda variant: variant.position)

    def ids(self, kind: type) -> set[str]:
        """Every id of a kind, those waiting included."""
        held = set(self._connection.scalars(select(article.c.id).where(article.c.kind == KINDS[kind])))
        return held | {id_ for name, id_ in self._waiting if name == KINDS[kind]}

    def gtins(self) -> Iterator[tuple[str, str]]:
        """GTIN and SKU of every variant held, once for each GTIN it has."""

        class Numbered(msgspec.Struct):
            gtin: str | None = None
            more_gtins: tuple[str, ...] = ()

        decoder = msgspec.json.Decoder(Numbered)
        query = select(article.c.id, article.c.doc).where(article.c.kind == "variant")
        for sku, doc in self._connection.execute(query, execution_options={"yield_per": 2_000}):
            held = decoder.decode(doc)
            yield from ((gtin, sku) for gtin in (held.gtin, *held.more_gtins) if gtin)

    def flush(self) -> None:
        for kind in {kind for kind, _ in self._waiting}:
            self._write(kind, {id_: said for (name, id_), said in self._waiting.items() if name == kind})
        self._waiting.clear()

    def _write(self, kind: str, said: dict[str, tuple[str, str]]) -> None:
        held = self._docs(kind, said) if self._holds(kind) or self.ledger.began(kind) else {}
        rows = [{"k": kind, "i": id_, "p": parent, "d": doc} for id_, (parent, doc) in said.items()]
        new = [row for row in rows if row["i"] not in held]
        changed = [row for row in rows if row["i"] in held and held[row["i"]] != row["d"]]
        if new:
            self._connection.execute(insert(article).values(kind=bindparam("k"), id=bindparam("i"), **WRITTEN), new)
        if changed:
            self._connection.execute(update(article).where(OF_KEY).values(WRITTEN), changed)
        self.ledger.enter(kind, [(row["i"], held.get(row["i"]), row["d"]) for row in rows])

    def _docs(self, kind: str, ids: Iterable[str]) -> dict[str, str]:
        query = select(article.c.id, article.c.doc).where(article.c.kind == kind, article.c.id.in_(list(ids)))
        return {row.id: row.doc for row in self._connection.execute(query)}

    def unnamed(self, kind: type, *, remove: bool) -> None:
        """Count what is held of `kind` but was not put since; `remove` deletes it."""
        self.flush()
        name, last = KINDS[kind], ""
        while page := self._page(name, last):
            last = page[-1][0]
            gone = self.ledger.gone(name, page)
            for at in range(0, len(gone) if remove else 0, BATCH):
                part = article.c.id.in_(gone[at : at + BATCH])
                self._connection.execute(delete(article).where(article.c.kind == name, part))

    def _page(self, kind: str, after: str) -> list[tuple[str, str]]:
        query = select(article.c.id, article.c.doc).where(article.c.kind == kind, article.c.id > after)
        return [(row.id, row.doc) for row in self._connection.execute(query.order_by(article.c.id).limit(5_000))]
