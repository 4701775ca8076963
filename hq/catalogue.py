"""The catalogue that HQ itself asks: the newest version its feeds published, opened once."""

import secrets
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Row, select

from edge.catalogue import Catalogue, unpack
from hq.store import tables
from sync.codec import decode_head

Key = tuple[int, int]


class Newest:
    """Opens versions out of `feeds`; a compressed one is unpacked into `opened` first. Safe from every thread."""

    def __init__(self, feeds: Path, opened: Path) -> None:
        self._feeds, self._opened = feeds, opened
        self._lock = Lock()
        self._open: dict[Key, Catalogue] = {}

    def of(self, connection: Connection) -> Catalogue | None:
        """The newest version that `connection` sees, None where there is none yet.

        Raises `edge.catalogue.CatalogueError` where its file is damaged.
        """
        row = newest_version(connection)
        if row is None:
            return None
        with self._lock:
            if (row.epoch, row.n) not in self._open:
                self._turn(row)
            return self._open[row.epoch, row.n]

    def close(self) -> None:
        with self._lock:
            for catalogue in self._open.values():
                catalogue.close()
            self._open.clear()

    def _turn(self, row: Row[Any]) -> None:
        self._open[row.epoch, row.n] = Catalogue.open(self._plain(row))
        # The one before may still be read by a request of this moment; those before that are not.
        for old in sorted(self._open)[:-2]:
            self._open.pop(old).close()

    def _plain(self, row: Row[Any]) -> Path:
        file = self._feeds / str(row.file)
        if file.suffix != ".zst":
            return file
        plain = self._opened / file.stem
        if not plain.exists():
            self._opened.mkdir(exist_ok=True)
            self._unpack(file, plain, decode_head(row.head).sha256)
        return plain

    def _unpack(self, file: Path, plain: Path, sha256: str) -> None:
        part = plain.with_suffix(f".{secrets.token_hex(4)}")  # another process may unpack it this moment
        with file.open("rb") as packed:
            unpack(packed, part, hash_hex=sha256)
        part.rename(plain)
        for old in self._opened.glob("*.db"):
            if old != plain:
                old.unlink(missing_ok=True)  # whoever has it open keeps it


def first_name(catalogue: Catalogue | None, sku: str, otherwise: str) -> str:
    """The article's title in the catalogue's first language, for colleagues; `otherwise` where it is not known now."""
    if catalogue is None:
        return otherwise
    try:
        return catalogue.item(sku, next(iter(catalogue.languages), "")).name
    except KeyError:
        return otherwise


def newest_version(connection: Connection, feed: str = "catalogue") -> Row[Any] | None:
    """The row of `feed_version` with the highest version of a feed."""
    version = tables.feed_version.c
    query = select(tables.feed_version).where(version.feed == feed)
    return connection.execute(query.order_by(version.epoch.desc(), version.n.desc()).limit(1)).first()
