"""The catalogue that HQ itself asks: the newest version its feeds published, opened once."""

import logging
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import zstandard
from sqlalchemy import Connection, select

from hq.store import tables

if TYPE_CHECKING:
    from edge.catalogue import Catalogue

log = logging.getLogger(__name__)

Key = tuple[int, int]


class Newest:
    """Opens versions out of `feeds`; a compressed one is unpacked into `opened` first. Safe from every thread."""

    def __init__(self, feeds: Path, opened: Path) -> None:
        self._feeds, self._opened = feeds, opened
        self._lock = Lock()
        self._open: dict[Key, Catalogue] = {}

    def of(self, connection: Connection) -> "Catalogue | None":
        """The newest version that `connection` sees, None where there is none yet."""
        version = tables.feed_version.c
        query = select(version.epoch, version.n, version.file).where(version.feed == "catalogue")
        row = connection.execute(query.order_by(version.epoch.desc(), version.n.desc()).limit(1)).first()
        if row is None:
            return None
        with self._lock:
            if (row.epoch, row.n) not in self._open:
                self._turn((row.epoch, row.n), self._feeds / row.file)
            return self._open[row.epoch, row.n]

    def close(self) -> None:
        with self._lock:
            for catalogue in self._open.values():
                catalogue.close()
            self._open.clear()

    def _turn(self, key: Key, file: Path) -> None:
        from edge.catalogue import Catalogue

        self._open[key] = Catalogue.open(self._plain(file))
        # The one before may still be read by a request of this moment; those before that are not.
        for old in sorted(self._open)[:-2]:
            self._open.pop(old).close()

    def _plain(self, file: Path) -> Path:
        if file.suffix != ".zst":
            return file
        plain = self._opened / file.stem
        if not plain.exists():
            self._opened.mkdir(exist_ok=True)
            _unpack(file, plain)
            for old in self._opened.glob("*.db"):
                if old != plain:
                    old.unlink(missing_ok=True)  # readers that have it open keep it
        return plain


def _unpack(file: Path, plain: Path) -> None:
    part = plain.with_suffix(".part")
    with file.open("rb") as packed, part.open("wb") as out:
        zstandard.ZstdDecompressor().copy_stream(packed, out)
    part.rename(plain)
