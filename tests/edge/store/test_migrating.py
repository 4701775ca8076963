"""Databases of every older form are carried over, with their id, their events, their receipt and their blobs."""

import sqlite3
from pathlib import Path

import pytest

from edge.domain.article import Stock
from edge.shop import counted
from edge.store import Database, EventLog
from sync.codec import Receipt
from tests.edge.store.logs import append

DATA = Path(__file__).parents[2] / "data" / "box"


def restored(name: str, folder: Path) -> Path:
    connection = sqlite3.connect(folder / "store.db")
    connection.executescript((DATA / name).read_text())
    connection.close()
    return folder / "store.db"


@pytest.mark.parametrize("name", ["store-0002.sql", "store-0003.sql"])
@pytest.mark.parametrize("machine", [None, "os:here"])
def test_an_old_log_goes_on_under_its_id_with_its_receipt(tmp_path: Path, name: str, machine: str | None) -> None:
    path = restored(name, tmp_path)
    for n in (5, 6):
        with Database(path) as database:
            log = EventLog(database, machine)
            assert log.log_id == "5f1d0e6b2c7a49388d21f4b0c9e37a65"
            assert (log.head(), log.cut(), log.first_broken(), log.past(), log.history()) == (n - 1, 0, None, [], [])
            envelopes, blobs = log.read(0, 10, 2**20)
            kept = log.receipt()
            assert kept == Receipt(
                log=log.log_id, n=2, hash=envelopes[1].hash, instance="55555555555555555555555555555555", epoch=1
            )
            assert blobs == {envelopes[2].seal: b"a sealed address"}
            assert append(database, log, 100 + n).n == n


def test_a_store_of_0003_has_counted_nothing_yet_and_can_begin(tmp_path: Path) -> None:
    with Database(restored("store-0003.sql", tmp_path)) as database:
        assert database.read(lambda db: counted.load(db, "shop")) == {}
        one = Stock(sku="A", store="shop", quantity=2, as_of=7, source="rfid")
        database.write(lambda db: counted.save(db, [one]))
        assert database.read(lambda db: counted.load(db, "shop")) == {"A": one}


def test_a_database_without_a_log_gets_its_first_life(tmp_path: Path) -> None:
    path = restored("store-0002.sql", tmp_path)
    connection = sqlite3.connect(path)
    connection.executescript("DELETE FROM event; DELETE FROM meta; DELETE FROM receipt")
    connection.close()
    with Database(path) as database:
        log = EventLog(database)
        assert log.head() == 0 and append(database, log, 1).n == 1


def test_a_damaged_old_log_is_carried_over_as_it_is_and_noticed(tmp_path: Path) -> None:
    path = restored("store-0002.sql", tmp_path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE event SET body = '{}' WHERE n = 3")
    connection.commit()
    connection.close()
    with Database(path) as database:
        assert EventLog(database).first_broken() == 3
