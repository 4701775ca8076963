"""What readers and staff of this store counted: rows of `store.db`, and how they lie over HQ's counts."""

from collections.abc import Iterable, Mapping

import sqlite_utils

from edge.domain.article import Stock

RFID, STAFF = "rfid", "staff"
"""Who counted."""


def load(db: sqlite_utils.Database, store: str) -> dict[str, Stock]:
    """The last count of each article, by SKU."""
    rows = db.conn.execute("SELECT sku, quantity, as_of, source FROM counted").fetchall()
    return {sku: Stock(sku=sku, store=store, quantity=n, as_of=at, source=source) for sku, n, at, source in rows}


def save(db: sqlite_utils.Database, counts: Iterable[Stock]) -> None:
    rows = [(count.sku, count.quantity, count.as_of, count.source) for count in counts]
    db.conn.executemany("INSERT OR REPLACE INTO counted VALUES (?, ?, ?, ?)", rows)


def overlaid(counts: Iterable[Stock], skus: Iterable[str], own: Mapping[str, Stock]) -> list[Stock]:
    """HQ's `counts`, with what this store counted of `skus` in place of those that are older. As soon as HQ tells the
    store's own count again, with the same time, HQ's counts: it knows what the tills sold since."""
    newest = {(count.sku, count.store): count for count in counts}
    for sku in skus:
        if (count := own.get(sku)) is not None:
            held = newest.get((sku, count.store))
            if held is None or held.as_of < count.as_of:
                newest[sku, count.store] = count
    return list(newest.values())
