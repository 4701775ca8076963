"""One bit in the head of a row turns a text into a number, into octets, or into nothing: damage like any other."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from edge.store import DamagedError, Database, EventLog
from sync.codec import GENESIS, encode_batch
from sync.codec.batch import batch_of
from tests.edge.store.logs import append, facts

WHICH = 3


def logged(path: Path) -> None:
    """Five events, the third of which will be changed."""
    with Database(path) as database:
        log = EventLog(database)
        for n in range(1, 6):
            append(database, log, n)


def turn(path: Path, column: str, value: object) -> None:
    """Puts `value` where SQLite would never let it be put."""
    schema = "UPDATE sqlite_schema SET sql = {} WHERE name = 'event'"
    with closing(sqlite3.connect(path)) as db:
        sql = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'event'").fetchone()[0]
        db.execute("PRAGMA writable_schema = ON")
        db.execute(schema.format("replace(replace(replace(sql, 'TEXT', 'ANY'), 'INTEGER', 'ANY'), 'NOT NULL', '')"))
        db.commit()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"UPDATE event SET {column} = ? WHERE n = ?", (value, WHICH))
        db.execute("PRAGMA writable_schema = ON")
        db.execute(schema.format("?"), (sql,))
        db.commit()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("seal", 0),
        ("seal", ""),
        ("origin", 0),
        ("origin", b"-"),
        ("body", None),
        ("body", 7),
        ("body", b'{"visit":"x","station":"wall","language":"en"}'),
        ("kind", b"VisitStarted"),
        ("at", 3.0),
        ("at", None),
        ("hash", None),
    ],
)
def test_a_value_of_another_type_is_damage_and_stops_nothing(tmp_path: Path, column: str, value: object) -> None:
    path = tmp_path / "store.db"
    logged(path)
    turn(path, column, value)
    with Database(path) as database:
        log = EventLog(database)
        assert log.first_broken() == WHICH
        before, _ = log.read(0, 500, 2**20)
        assert [envelope.n for envelope in before] == [1, 2]
        with pytest.raises(DamagedError):
            log.read(WHICH - 1, 500, 2**20)
        assert log.first_broken() is None, "it goes on without the damaged one"
        rest, _ = log.read(0, 500, 2**20)
        assert facts(log)[-2:] == [4, 5]
        whole = {"store": "aurora", "log": log.log_id, "after": 0, "prev": GENESIS, "sent": 1}
        assert encode_batch(batch_of(rest, blobs={}, **whole))  # type: ignore[arg-type]
