"""One writer, whole transactions, and clear words when the file can't be used."""

import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlite_utils

from edge.store import Database, SchemaTooNewError, StorageFullError


def count(db: sqlite_utils.Database) -> int:
    return int(db.conn.execute("SELECT count(*) FROM meta").fetchone()[0])


def insert(db: sqlite_utils.Database, key: str) -> None:
    db.conn.execute("INSERT INTO meta VALUES (?, '')", (key,))


def test_an_exception_in_a_change_leaves_nothing_of_it(tmp_path: Path) -> None:
    def half(db: sqlite_utils.Database) -> None:
        insert(db, "one")
        raise RuntimeError("half way")

    with Database(tmp_path / "store.db") as database:
        with pytest.raises(RuntimeError, match="half way"):
            database.write(half)
        assert database.read(count) == 0
        database.write(lambda db: insert(db, "two"))
        assert database.read(count) == 1


def test_every_connection_syncs_fully(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        full = 2
        assert database.write(lambda db: db.conn.execute("PRAGMA synchronous").fetchone()[0]) == full
        assert database.read(lambda db: db.conn.execute("PRAGMA journal_mode").fetchone()[0]) == "wal"


def test_a_newer_schema_is_refused_with_the_fix(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', '9999_later', '')"
        )
    connection.close()
    with pytest.raises(SchemaTooNewError, match=r"9999_later.*update this program"):
        Database(path)


def test_a_full_disk_is_said_and_what_was_committed_stays(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        database.write(lambda db: insert(db, "before"))
        database.write(lambda db: db.conn.execute("PRAGMA max_page_count = 20"))
        with pytest.raises(StorageFullError, match="disk of the box is full"):
            database.write(lambda db: insert(db, "x" * 1_000_000))
        assert database.read(count) == 1
        database.write(lambda db: insert(db, "after"))
        assert database.read(count) == 2


WRITER = """
import sys
from pathlib import Path
from edge.domain.events import VisitStarted
from edge.store import Database, EventLog

database = Database(Path(sys.argv[1]))
log = EventLog(database)
n = 0
while True:
    n += 1
    event = VisitStarted(visit=f"{n:032x}", station="wall", language="en")
    database.write(lambda db: log.append(db, event, event_id=f"{n:032x}", at=n))
    print(n, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 40, 300])
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, acknowledged: int) -> None:
    path = tmp_path / "store.db"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    last = 0
    while last < acknowledged:
        last = int(writer.stdout.readline())
    writer.send_signal(signal.SIGKILL)
    last = max([last, *(int(line) for line in writer.stdout.read().split("\n")[:-1])])
    writer.wait()
    writer.stdout.close()

    from edge.store import EventLog

    with Database(path) as database:
        log = EventLog(database)
        assert log.head() >= last
        assert log.first_broken() is None


def test_offline_has_no_deadline_and_memory_does_not_grow_with_the_backlog(tmp_path: Path) -> None:
    """Guarantee 6: 20,000 events wait; the uplink's window is all that is ever held."""
    from edge.domain.events import VisitStarted
    from edge.store import EventLog

    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)

        def many(db: sqlite_utils.Database) -> None:
            for n in range(1, 20_001):
                event = VisitStarted(visit=f"{n:032x}", station="wall", language="en")
                log.append(db, event, event_id=f"{n:032x}", at=n)

        database.write(many)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        after = 0
        while batch := log.read(after, 500, 64 * 1024)[0]:
            after = batch[-1].n
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
        assert after == log.head() == 20_000
        assert grown < 20 * 1024 * 1024


def test_a_read_is_answered_from_one_moment(tmp_path: Path) -> None:
    """The uplink asks for a page and then for the head: an event appended between must not look like a missing one."""
    with Database(tmp_path / "store.db") as database:

        def twice(db: sqlite_utils.Database) -> tuple[int, int]:
            before = count(db)
            database.write(lambda db: insert(db, "between"))
            return before, count(db)

        before, after = database.read(twice)
        assert before == after
        assert database.read(count) == after + 1, "the next read sees it"
