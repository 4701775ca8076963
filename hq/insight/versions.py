"""The versions of the catalogue, and how many stores run each."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, select

from edge.catalogue import Catalogue, Version
from hq import rings
from hq.feeds.remarks import undone
from hq.store import tables


@dataclass(frozen=True, kw_only=True)
class VersionState:
    epoch: int
    n: int
    built: int
    note: str
    changed: int
    """Rows that its delta puts in or takes out, 0 where the whole file leads to it."""
    stores: int
    newest: bool
    rings: tuple[str, ...] = ()
    """Those that are told of it."""
    undone: str = ""
    """That it undid a revert, in words."""

    @property
    def name(self) -> str:
        return f"{self.epoch}.{self.n}"


@dataclass(frozen=True, kw_only=True)
class Contents:
    products: int
    stores: int
    languages: tuple[str, ...]
    pictures: int


def versions(connection: Connection, limit: int = 30) -> list[VersionState]:
    """The newest first."""
    version, position = tables.feed_version.c, tables.feed_position.c
    where = select(position.epoch, position.n).where(position.feed == "catalogue")
    running = Counter((row.epoch, row.n) for row in connection.execute(where))
    told = [known for name in rings.RINGS if (known := rings.ring(connection, name))]
    columns = (version.epoch, version.n, version.built, version.note, version.changed)
    query = select(*columns).where(version.feed == "catalogue")
    rows = connection.execute(query.order_by(version.epoch.desc(), version.n.desc()).limit(limit)).all()
    return [
        VersionState(
            **row._mapping,
            stores=running[(row.epoch, row.n)],
            newest=rank == 0,
            undone=undone(connection, Version(row.epoch, row.n)),
            rings=tuple(one.name for one in told if (one.version.epoch, one.version.n) == (row.epoch, row.n)),
        )
        for rank, row in enumerate(rows)
    ]


def contents(catalogue: Catalogue) -> Contents:
    products = sum(category.count for category in catalogue.categories() if " > " not in category.path)
    return Contents(
        products=products,
        stores=len(catalogue.stores()),
        languages=tuple(catalogue.languages),
        pictures=len(catalogue.pictures()),
    )
