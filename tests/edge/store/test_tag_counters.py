"""Counters of secure tags only grow, whoever asks at once, and an old database learns to keep them."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from edge.store import Database, EventLog, advance

OLD = Path(__file__).parents[2] / "data" / "box" / "store-0001.sql"
UID, OTHER = bytes.fromhex("04958CAA5C5E80"), bytes.fromhex("04DE5F1EACC040")


def take(database: Database, counter: int, delivery: str = "", uid: bytes = UID) -> bool:
    return database.write(lambda db: advance(db, uid, counter, delivery or f"reader {counter}"))


def test_a_counter_that_is_not_larger_is_refused_and_each_tag_has_its_own(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        assert [take(database, counter, f"at {i}") for i, counter in enumerate((5, 5, 4, 6, 5))] == [
            True,
            False,
            False,
            True,
            False,
        ]
        assert take(database, 1, uid=OTHER)


def test_one_reading_handed_over_twice_is_no_replay(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        assert take(database, 5, "wall 12.5")
        assert take(database, 5, "wall 12.5")
        assert not take(database, 5, "wall 12.6")
        assert take(database, 6, "wall 13.0")
        assert not take(database, 5, "wall 12.5")


def test_of_many_equal_counters_at_once_exactly_one_wins(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database, ThreadPoolExecutor(16) as pool:
        for counter in range(20):
            won = list(pool.map(lambda i, c=counter: take(database, c, f"reader {i}"), range(16)))
            assert won.count(True) == 1


def test_counters_survive_a_restart(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        assert take(database, 5)
    with Database(tmp_path / "store.db") as database:
        assert not take(database, 5, "another")
        assert take(database, 6)


def test_a_transaction_that_fails_takes_no_counter(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        failed = False
        try:
            database.write(lambda db: 1 // (advance(db, UID, 5, "first") - 1))
        except ZeroDivisionError:
            failed = True
        assert failed and take(database, 5, "second")


def test_a_database_of_the_first_version_is_migrated_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path)
    connection.executescript(OLD.read_text())
    connection.close()
    for _ in ("migrated", "opened again"):
        with Database(path) as database:
            log = EventLog(database)
            assert (log.head(), log.first_broken(), log.log_id) == (3, None, "1db3a55116ffbf4871cf7112e69514d5")
            assert database.read(lambda db: db.conn.execute("SELECT language FROM visit").fetchall()) == [("de",)]
    with Database(path) as database:
        assert take(database, 1)
