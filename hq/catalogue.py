"""The catalogue that HQ itself asks: the version that everybody has, opened once, its stock as of this moment."""

import logging
import secrets
import sqlite3
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Row

from edge.catalogue import Catalogue, unpack
from edge.catalogue.stock import FEED, pack_stock, take_stock
from hq.rings import everybodys, newest_version
from sync.codec import decode_head

__all__ = ["Newest", "first_name", "newest_version"]

log = logging.getLogger(__name__)
Key = tuple[int, int]


class Newest:
    """Opens versions out of `feeds`; a compressed one is unpacked into `opened` first. Safe from every thread."""

    def __init__(self, feeds: Path, opened: Path) -> None:
        self._feeds, self._opened = feeds, opened
        self._lock = Lock()
        self._open: dict[Key, Catalogue] = {}

    def of(self, connection: Connection) -> Catalogue | None:
        """The version that everybody has as far as `connection` sees, None where there is none yet.

        Raises `edge.catalogue.CatalogueError` where its file is damaged.
        """
        row = everybodys(connection)
        if row is None:
            return None
        with self._lock:
            if (row.epoch, row.n) not in self._open:
                self._turn(row)
            catalogue = self._open[row.epoch, row.n]
            self._catch_up(connection, catalogue, self._plain(row))
            return catalogue

    def _catch_up(self, connection: Connection, catalogue: Catalogue, file: Path) -> None:
        """With the stock that was told since. Where it can't be written, what is there is shown with its age."""
        from hq.feeds import stock

        held, there = catalogue.mark(FEED), stock.newest(connection)
        if held == there:
            return
        try:
            take_stock(file, pack_stock(stock.since(connection, held), level=1), held, there)
        except sqlite3.OperationalError as error:
            log.warning("the stock of %s stays as it is: %s", file, error)

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
        for old in self._opened.glob("*.db*"):
            if not old.name.startswith(plain.name):
                old.unlink(missing_ok=True)  # whoever has it open keeps it


def first_name(catalogue: Catalogue | None, sku: str, otherwise: str) -> str:
    """The article's title in the catalogue's first language, for colleagues; `otherwise` where it is not known now."""
    if catalogue is None:
        return otherwise
    try:
        return catalogue.item(sku, next(iter(catalogue.languages), "")).name
    except KeyError:
        return otherwise
