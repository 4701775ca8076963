"""The tables of `store.db`, as append-only migrations (sqlite-utils)."""

from sqlite_utils import Database, Migrations

migrations = Migrations("store")


@migrations(name="0001_first_basket")
def first_basket(db: Database) -> None:
    db.executescript(
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        -- the event log, hash-chained; n has no gaps
        CREATE TABLE event (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, at INTEGER NOT NULL,
            body TEXT NOT NULL, seal TEXT, origin TEXT, prev TEXT NOT NULL, hash TEXT NOT NULL
        ) STRICT;
        -- sealed blobs lie beside the events that name their hash, so that erasing one leaves the chain whole
        CREATE TABLE blob (hash TEXT PRIMARY KEY, event TEXT NOT NULL, data BLOB NOT NULL) STRICT;
        -- the last receipt of HQ for this log
        CREATE TABLE receipt (only INTEGER PRIMARY KEY CHECK (only = 1), doc TEXT NOT NULL) STRICT;
        CREATE TABLE visit (
            station TEXT PRIMARY KEY, id TEXT NOT NULL, language TEXT NOT NULL, basket TEXT NOT NULL,
            size TEXT NOT NULL, screen TEXT NOT NULL, touched INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE line (
            basket TEXT NOT NULL, sku TEXT NOT NULL, position INTEGER NOT NULL, doc TEXT NOT NULL,
            PRIMARY KEY (basket, sku)
        ) STRICT;
        """
    )


@migrations(name="0002_tag_counters")
def tag_counters(db: Database) -> None:
    db.executescript(
        """
        -- the last counter of each secure tag, and which delivery of a scan brought it
        CREATE TABLE tag_counter (
            uid TEXT PRIMARY KEY, counter INTEGER NOT NULL, delivery TEXT NOT NULL
        ) STRICT;
        """
    )
