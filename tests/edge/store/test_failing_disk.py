"""A sync that fails ends the writing: a second try would succeed and prove nothing. The next process looks closer."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from edge.store import Database, EventLog, StorageError, StorageFailedError
from tests.edge.store.logs import append, append_many, facts, opened

WRITER = """
import sys
from pathlib import Path
from edge.domain.events import VisitStarted
from edge.store import Database, EventLog, StorageFailedError

database = Database(Path(sys.argv[1]), failed=lambda error: print("failed", error, flush=True))
log = EventLog(database, "os:here")
refused = 0
for n in range(1, 60):
    event = VisitStarted(visit=f"{n:032x}", station="wall", language="en")
    try:
        database.write(lambda db: log.append(db, event, event_id=f"{n:032x}", at=n))
        print("ok", n, flush=True)
    except StorageFailedError:
        refused += 1
print("refused", refused, flush=True)
"""


def under_strace(path: Path, fault: str) -> list[str]:
    if not shutil.which("strace"):
        pytest.skip("needs strace to make the disk fail")
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", f"inject=fdatasync:{fault}"]
    ran = subprocess.run(
        [*strace, sys.executable, "-c", WRITER, str(path)], capture_output=True, text=True, check=False, timeout=90
    )
    if "PTRACE" in ran.stderr or "ptrace" in ran.stderr:
        pytest.skip(f"strace may not trace here: {ran.stderr[:200]}")
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_after_one_failed_sync_nothing_more_is_believed_until_another_process_looked(
    tmp_path: Path, error: str
) -> None:
    path = tmp_path / "store.db"
    said = under_strace(path, f"error={error}:when=30")
    acknowledged = [int(line.split()[1]) for line in said if line.startswith("ok")]
    (failed,) = [line for line in said if line.startswith("failed")]
    assert acknowledged == list(range(1, len(acknowledged) + 1)) and 10 < len(acknowledged) < 59
    assert f"refused {59 - len(acknowledged)}" in said, "the disk is well again, and still nothing is written"
    assert "the disk of the box fails" in failed and "docs/operate.md" in failed
    database, log = opened(path)
    assert log.first_broken() is None
    assert facts(log)[: len(acknowledged)] == acknowledged
    assert log.head() - len(acknowledged) <= 1, "the one whose fate was open may be there"
    append(database, log, 1000)
    database.close()


def test_the_box_writes_what_the_wal_holds_anew_when_it_starts(tmp_path: Path) -> None:
    """What a failed sync left only in the kernel's memory must not lie under later commits."""
    path = tmp_path / "store.db"
    database, log = opened(path)
    append_many(database, log, 1, 50)
    for name in ("store.db", "store.db-wal"):
        shutil.copy(tmp_path / name, tmp_path / f"crashed-{name}")
    database.close()
    crashed = tmp_path / "crashed-store.db"
    wal = tmp_path / "crashed-store.db-wal"
    assert wal.stat().st_size > 0
    with Database(crashed, failed=lambda error: None) as database:
        assert wal.stat().st_size == 0
        assert facts(EventLog(database)) == list(range(1, 51))


def test_a_reader_leaves_the_wal_to_the_box(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db", failed=lambda error: None) as box:
        append_many(box, EventLog(box), 1, 50)
        size = (tmp_path / "store.db-wal").stat().st_size
        with Database(tmp_path / "store.db") as looking:
            assert EventLog(looking).first_broken() is None
        assert (tmp_path / "store.db-wal").stat().st_size >= size > 0


def test_a_file_that_is_no_database_is_said_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"this is no database, however long it is " * 200)
    with pytest.raises(StorageError, match=r"the file is damaged.*docs/operate\.md"):
        Database(tmp_path / "store.db")


def test_a_mistake_of_the_program_is_not_blamed_on_the_disk(tmp_path: Path) -> None:
    told: list[StorageFailedError] = []
    with Database(tmp_path / "store.db", failed=told.append) as database:
        for ask in (database.read, database.write):
            with pytest.raises(sqlite3.OperationalError, match="no such table"):
                ask(lambda db: db.conn.execute("SELECT * FROM nowhere"))
        append(database, EventLog(database), 1)
    assert told == []
