"""The `article` table as the importers see it: domain values by kind and id, written in batches."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.sql.expression import bindparam

from edge.domain.article import Product, Review, Stock, Store, Variant
from hq.store.tables import article

Value = Product | Variant | Stock | Review | Store
V = TypeVar("V", Product, Variant, Stock, Review, Store)
KINDS: dict[type, str] = {Product: "product", Variant: "variant", Stock: "stock", Review: "review", Store: "store"}
BATCH = 500
Key = tuple[str, str]


@dataclass
class Difference:
    """What an import changes: rows of the live catalogue that are new, changed, the same; `gone` are articles that a
    full list no longer names (kept, unless the list is to replace the catalogue)."""

    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0

    def as_json(self) -> dict[str, int]:
        return asdict(self)


class Articles:
    """Reads see what was put before. Nothing is committed here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: dict[Key, tuple[str, str]] = {}
        self._seen: dict[str, set[str]] = {}
        self.difference = Difference()

    def get(self, kind: type[V], id_: str) -> V | None:
        name = KINDS[kind]
        if (name, id_) in self._waiting:
            return msgspec.json.decode(self._waiting[name, id_][1], type=kind)
        query = select(article.c.doc).where(article.c.kind == name, article.c.id == id_)
        doc = self._connection.scalar(query)
        return None if doc is None else msgspec.json.decode(doc, type=kind)

    def put(self, id_: str, parent: str, value: Value) -> None:
        kind = KINDS[type(value)]
        self._seen.setdefault(kind, set()).add(id_)
        self._waiting[kind, id_] = (parent, msgspec.json.encode(value).decode())
        if len(self._waiting) >= BATCH:
            self.flush()

    def ids(self, kind: type) -> set[str]:
        """Every id of a kind, those waiting included."""
        held = set(self._connection.scalars(select(article.c.id).where(article.c.kind == KINDS[kind])))
        return held | {id_ for name, id_ in self._waiting if name == KINDS[kind]}

    def gtins(self) -> Iterator[tuple[str, str]]:
        """GTIN and SKU of every variant held that has one."""

        class WithGtin(msgspec.Struct):
            gtin: str | None = None

        query = select(article.c.id, article.c.doc).where(article.c.kind == "variant")
        for sku, doc in self._connection.execute(query):
            gtin = msgspec.json.decode(doc, type=WithGtin).gtin
            if gtin:
                yield gtin, sku

    def flush(self) -> None:
        for kind in {kind for kind, _ in self._waiting}:
            self._write(kind, [id_ for name, id_ in self._waiting if name == kind])
        self._waiting.clear()

    def _write(self, kind: str, ids: Sequence[str]) -> None:
        query = select(article.c.id, article.c.doc).where(article.c.kind == kind, article.c.id.in_(ids))
        held: dict[str, str] = {row.id: row.doc for row in self._connection.execute(query)}
        rows = [
            {"k": kind, "i": id_, "p": self._waiting[kind, id_][0], "d": self._waiting[kind, id_][1]} for id_ in ids
        ]
        new = [row for row in rows if row["i"] not in held]
        changed = [row for row in rows if row["i"] in held and held[row["i"]] != row["d"]]
        values: dict[str, Any] = {"parent": bindparam("p"), "doc": bindparam("d")}
        if new:
            self._connection.execute(insert(article).values(kind=bindparam("k"), id=bindparam("i"), **values), new)
        if changed:
            key = (article.c.kind == bindparam("k")) & (article.c.id == bindparam("i"))
            self._connection.execute(update(article).where(key).values(values), changed)
        self._count(len(new), len(changed), len(rows))

    def _count(self, new: int, changed: int, rows: int) -> None:
        self.difference.new += new
        self.difference.changed += changed
        self.difference.same += rows - new - changed

    def unnamed(self, kind: type, *, remove: bool) -> None:
        """Count what is held of `kind` but was not put since; `remove` deletes it."""
        self.flush()
        gone = sorted(self.ids(kind) - self._seen.get(KINDS[kind], set()))
        self.difference.gone += len(gone)
        for at in range(0, len(gone) if remove else 0, BATCH):
            part = article.c.id.in_(gone[at : at + BATCH])
            self._connection.execute(delete(article).where(article.c.kind == KINDS[kind], part))
