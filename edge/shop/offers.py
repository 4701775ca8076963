"""What HQ told of codes and campaigns, as rows of `store.db`: there a code is checked and used in one transaction."""

from collections.abc import Sequence

import msgspec
import sqlite_utils

from edge.catalogue import Version
from edge.domain.coupon import Issued, Terms, Told
from edge.shop.records import Records

MARK = "offers"
"""The key in `meta` under which the version stands."""
_issued, _terms = msgspec.json.Decoder(Issued), msgspec.json.Decoder(Terms)


class Offers:
    """Thread-safe."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @property
    def version(self) -> Version:
        return self._records.read(_version)

    def take(self, told: Sequence[Told], version: Version) -> None:
        """Raises BoxFullError, having kept none."""
        self._records.write(lambda writing: _take(writing.db, told, version))

    def sweep(self) -> None:
        """Forgets codes that are long over."""
        now = self._records.now()
        old = "SELECT 1 FROM offer WHERE ends BETWEEN 1 AND ? LIMIT 1"
        if self._records.read(lambda db: db.conn.execute(old, (now,)).fetchone()):
            forget = "DELETE FROM offer WHERE ends BETWEEN 1 AND ?"
            self._records.write(lambda writing: writing.db.conn.execute(forget, (now,)))


def issued(db: sqlite_utils.Database, name: str) -> Issued | None:
    row = db.conn.execute("SELECT doc FROM offer WHERE name = ?", (name,)).fetchone()
    return _issued.decode(row[0]) if row else None


def terms(db: sqlite_utils.Database, campaign: str) -> Terms | None:
    row = db.conn.execute("SELECT doc FROM campaign WHERE name = ?", (campaign,)).fetchone()
    return _terms.decode(row[0]) if row else None


def _take(db: sqlite_utils.Database, told: Sequence[Told], version: Version) -> None:
    codes = [one.code for one in told if one.code]
    rows = [(code.name, code.ends, msgspec.json.encode(code).decode()) for code in codes]
    db.conn.executemany("INSERT OR REPLACE INTO offer VALUES (?, ?, ?)", rows)
    for one in told:
        if one.terms:
            doc = msgspec.json.encode(one.terms).decode()
            db.conn.execute("INSERT OR REPLACE INTO campaign VALUES (?, ?)", (one.terms.campaign, doc))
        elif one.gone:
            db.conn.execute("DELETE FROM campaign WHERE name = ?", (one.gone,))
    db.conn.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (MARK, str(version)))


def _version(db: sqlite_utils.Database) -> Version:
    row = db.conn.execute("SELECT value FROM meta WHERE key = ?", (MARK,)).fetchone()
    epoch, n = row[0].split("-") if row else (0, 0)
    return Version(int(epoch), int(n))
