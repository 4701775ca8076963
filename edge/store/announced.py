"""Which signing key HQ was told of by this log: noted with the event that tells it."""

import sqlite_utils


def announced(db: sqlite_utils.Database) -> str:
    """Its public half in hex, "" before the first."""
    row = db.conn.execute("SELECT value FROM meta WHERE key = 'signing-key'").fetchone()
    return str(row[0]) if row else ""


def note_announced(db: sqlite_utils.Database, public: str) -> None:
    db.conn.execute("INSERT OR REPLACE INTO meta VALUES ('signing-key', ?)", (public,))
