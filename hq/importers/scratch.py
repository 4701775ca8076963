"""What an import must remember of a million rows, without holding it in memory: a private SQLite file."""

import sqlite3
from collections.abc import Iterator
from hashlib import blake2b

CACHE_KIB = 16_384
TABLES = """
CREATE TABLE named (kind TEXT, id TEXT, before BLOB, state INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE earlier (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE refused (sku TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE repeat (sku TEXT PRIMARY KEY, row INTEGER, said BLOB) WITHOUT ROWID;
CREATE TABLE gtin (gtin INTEGER PRIMARY KEY, sku TEXT) WITHOUT ROWID;
CREATE TABLE gtin_of (sku TEXT, gtin INTEGER, PRIMARY KEY (sku, gtin)) WITHOUT ROWID;
CREATE TABLE place (product TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
CREATE TABLE note (topic TEXT, id TEXT, value TEXT, PRIMARY KEY (topic, id)) WITHOUT ROWID;
"""


class Scratch:
    """Rows by key. SQLite keeps a file without a name in its cache until that is full, then on disk."""

    def __init__(self) -> None:
        self.db = sqlite3.connect("", isolation_level=None, check_same_thread=False, cached_statements=64)
        self.db.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{CACHE_KIB}; {TABLES}"
        )
        self.db.execute("BEGIN")
        self.torn = False
        """Whether a list broke off: then what it does not name may still be there."""
        self.taken = False
        """Whether any row of the list was taken: a list of which none was is no order to empty the shop."""

    def next_file(self) -> None:
        """Forget what concerns the rows of one file."""
        for table in ("named", "repeat", "gtin", "gtin_of", "place", "note"):
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)

    def close(self) -> None:
        self.db.close()

    def note(self, topic: str, id_: str, value: str) -> None:
        """Remember a text under a topic of the adapter's own."""
        self.db.execute("INSERT OR REPLACE INTO note VALUES (?, ?, ?)", (topic, id_, value))

    def noted(self, topic: str, id_: str) -> str | None:
        row = self.db.execute("SELECT value FROM note WHERE topic = ? AND id = ?", (topic, id_)).fetchone()
        return None if row is None else str(row[0])

    def notes(self, topic: str) -> Iterator[tuple[str, str]]:
        """Id and value, in the order of ids."""
        yield from self.db.execute("SELECT id, value FROM note WHERE topic = ? ORDER BY id", (topic,))

    def next_place(self, product_id: str) -> int:
        """1 for the first variant of a product that is met, 2 for the next …"""
        upsert = "INSERT INTO place VALUES (?, 1) ON CONFLICT (product) DO UPDATE SET n = n + 1 RETURNING n"
        return int(self.db.execute(upsert, (product_id,)).fetchone()[0])

    def met(self, product_id: str) -> bool:
        return self.db.execute("SELECT 1 FROM place WHERE product = ?", (product_id,)).fetchone() is not None


def digest(text: str) -> bytes:
    """Eight octets that tell two texts of one key apart."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
