"""What HQ has in a verified backup may be forgotten here; the chain goes on from the hash at the cut."""

import sqlite_utils

from edge.store.log_rows import Life, head_of

CHUNK = 500
"""Events a transaction forgets."""

_BLOBS = """
DELETE FROM blob WHERE hash IN (
    SELECT seal FROM event WHERE life = ? AND n <= ? AND seal IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM event AS again WHERE again.id = event.id AND again.life != event.life)
)
"""


def trim(db: sqlite_utils.Database, life: Life) -> bool:
    """False when nothing is left to forget."""
    receipt = life.receipt
    if receipt is None:
        return False
    until = min(receipt.trim_to, receipt.n, head_of(db, life), life.cut + CHUNK)
    sql = "SELECT n, hash FROM event WHERE life = ? AND n <= ? ORDER BY n DESC LIMIT 1"
    row = db.conn.execute(sql, (life.life, until)).fetchone()
    if row is None:
        return False
    db.conn.execute(_BLOBS, (life.life, row[0]))
    db.conn.execute("DELETE FROM event WHERE life = ? AND n <= ?", (life.life, row[0]))
    db.conn.execute("UPDATE life SET cut = ?, cut_hash = ? WHERE life = ?", (row[0], row[1], life.life))
    return True
