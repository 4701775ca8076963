"""The event log: numbers without gaps, a chain that notices every edit, an outbox that only a receipt empties."""

import sqlite3
from pathlib import Path

import pytest
import sqlite_utils

from edge.domain.events import VisitEnded, VisitStarted
from edge.store import Database, EventLog
from sync.codec import GENESIS, Receipt, blob_hash
from sync.uplink import BATCH_BYTES


def fill(database: Database, count: int) -> EventLog:
    log = EventLog(database)
    for n in range(1, count + 1):
        event = VisitStarted(visit=f"{n:032x}", station="wall", language="en")
        database.write(lambda db, e=event, i=n: log.append(db, e, event_id=f"{i:032x}", at=i))  # type: ignore[misc]
    return log


def test_numbers_have_no_gaps_and_each_event_names_its_predecessor(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        events, _ = fill(database, 5).read(0, 100, BATCH_BYTES)
    assert [event.n for event in events] == [1, 2, 3, 4, 5]
    assert [event.prev for event in events] == [GENESIS, *(event.hash for event in events[:-1])]


def test_an_event_that_is_rolled_back_takes_no_number(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = fill(database, 1)

        def fails(db: sqlite_utils.Database) -> None:
            log.append(db, VisitEnded(visit="v", station="wall", reason="done"), event_id="e" * 32, at=2)
            raise RuntimeError

        with pytest.raises(RuntimeError):
            database.write(fails)
        assert log.head() == 1


@pytest.mark.parametrize("column", ["id", "kind", "at", "body", "prev", "hash"])
def test_an_edit_of_any_column_is_noticed_at_its_number(tmp_path: Path, column: str) -> None:
    path = tmp_path / "store.db"
    with Database(path) as database:
        fill(database, 5)
    connection = sqlite3.connect(path)
    connection.execute(
        f"UPDATE event SET {column} = CASE typeof({column}) WHEN 'integer' THEN 99 ELSE 'x' END WHERE n = 3"
    )
    connection.commit()
    connection.close()
    with Database(path) as database:
        assert EventLog(database).first_broken() == 3


def test_a_missing_event_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Database(path) as database:
        fill(database, 5)
        database.write(lambda db: db.conn.execute("DELETE FROM event WHERE n = 2"))
        assert EventLog(database).first_broken() == 2


def test_the_log_keeps_its_id_over_restarts_and_another_database_has_another(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        first = EventLog(database).log_id
    with Database(tmp_path / "store.db") as again, Database(tmp_path / "other.db") as other:
        assert EventLog(again).log_id == first != EventLog(other).log_id


def test_the_sealed_blob_travels_beside_its_event_and_never_in_it(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        event = VisitStarted(visit="v", station="wall", language="en")
        database.write(lambda db: log.append(db, event, event_id="e" * 32, at=1, blob=b"sealed"))
        (envelope,), blobs = log.read(0, 10, BATCH_BYTES)
    assert envelope.seal == blob_hash(b"sealed")
    assert blobs == {envelope.seal: b"sealed"}
    assert "sealed" not in envelope.body


def test_a_batch_keeps_to_its_size_but_always_holds_an_event(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = fill(database, 10)
        size = len(log.latest(1)[0].body)
        assert len(log.read(0, 3, BATCH_BYTES)[0]) == 3
        assert len(log.read(0, 100, size * 4)[0]) == 4
        assert len(log.read(0, 100, 1)[0]) == 1


def test_a_receipt_survives_a_restart(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = fill(database, 3)
        receipt = Receipt(log=log.log_id, n=2, hash="h", instance="i", epoch=1)
        log.keep(receipt)
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        assert log.receipt() == receipt
        assert log.oldest_waiting() == 3
