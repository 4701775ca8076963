"""A file with a damaged page goes on in a new one, with all that can be read; the old one stays beside it."""

import shutil
import sqlite3
from pathlib import Path
from random import Random

import pytest

from edge.store import Database, EventLog, StorageFailedError, advance, open_store, salvage
from sync.codec import encode_answer
from sync.ingest import ingest
from sync.outbox import Outbox
from sync.simulator import MemoryLedger
from tests.edge.store.logs import append, append_many, facts, opened

PAGE = 4096


def nobody(error: StorageFailedError) -> None:
    pass


def damaged(path: Path, needle: bytes) -> None:
    """The page that holds `needle` becomes none."""
    data = bytearray(path.read_bytes())
    data[data.index(needle) // PAGE * PAGE] = 0xFF  # no kind of page that SQLite knows
    path.write_bytes(data)


def visit(n: int) -> bytes:
    return f'"visit":"{n:032x}"'.encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    database, log = opened(path)
    append_many(database, log, 1, 60)
    append(database, log, 61, blob=b"sealed")
    database.write(lambda db: advance(db, b"tag", 7, "wall 1"))
    database.close()
    return path


def started(path: Path, starts: int = 3) -> tuple[Database, EventLog]:
    """The box, started anew by systemd as often as it ends over its file."""
    for _ in range(starts):
        database = open_store(path, nobody)
        try:
            return database, EventLog(database, "os:here")
        except StorageFailedError:
            database.close()
    raise AssertionError(f"still not up at start {starts}")


@pytest.mark.parametrize("n", [1, 30, 60])
def test_the_box_comes_up_without_the_events_of_that_page_and_with_all_others(path: Path, n: int) -> None:
    damaged(path, visit(n))
    database, log = started(path)
    left = [append(database, log, 62), *log.read(0, 1000, 2**20)[0]]
    kept = facts(log)
    assert n not in kept and kept == sorted(kept) and len(kept) > 40 and kept[-1] == 62 and left
    assert log.first_broken() is None
    assert [ended.why for ended in log.history()] == ["damage"]
    assert not database.write(lambda db: advance(db, b"tag", 7, "wall 2")), "counters of tags are kept"
    database.close()
    assert path.with_name("store.db-damaged-1").exists()


def test_a_damaged_page_that_is_noticed_while_the_box_runs_ends_it_once(path: Path) -> None:
    database, log = started(path)
    log_id = log.log_id
    database.close()
    connection = sqlite3.connect(path)
    row = "('wall', ?, 'en', '', '', '{}', 1, '', '[]')"
    names = "station, id, language, basket, size, screen, touched, holder, looked"
    connection.execute(f"INSERT INTO visit ({names}) VALUES {row}", ("v" * 3000,))
    connection.commit()
    connection.close()
    damaged(path, b"v" * 3000)
    told: list[StorageFailedError] = []
    with open_store(path, told.append) as database:
        for _ in range(2):
            with pytest.raises(StorageFailedError):
                database.read(lambda db: db.conn.execute("SELECT * FROM visit").fetchall())
        with pytest.raises(StorageFailedError):
            append(database, EventLog(database), 99)
    assert len(told) == 1
    database, log = started(path, 1)
    assert (log.log_id, log.head(), log.first_broken(), log.history()) == (log_id, 61, None, [])
    assert append(database, log, 62).n == 62
    database.close()


def test_whatever_the_store_keeps_beside_the_log_goes_on_too(path: Path) -> None:
    """Who is locked out, paired, or has a code in the basket must not depend on a page that is damaged."""
    connection = sqlite3.connect(path)
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("_", "sqlite_"))
    ]
    for table in tables:
        if not connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
            kinds = [kind for _, _, kind, *_ in connection.execute(f"PRAGMA table_info({table})")]
            row = [{"INTEGER": 1, "BLOB": b"1"}.get(kind, "1") for kind in kinds]
            connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
    connection.commit()
    connection.close()
    damaged(path, visit(30))
    database, _ = started(path)
    empty = [t for t in tables if not database.read(lambda db, t=t: db.table(t).count)]  # type: ignore[misc]
    assert len(tables) > 15 and empty == []
    database.close()


def test_a_file_that_is_no_database_at_all_is_set_aside(path: Path) -> None:
    path.write_bytes(b"x" * 100_000)
    database, log = started(path, 1)
    assert append(database, log, 1).n == 1
    database.close()
    assert path.with_name("store.db-damaged-1").read_bytes() == b"x" * 100_000


@pytest.mark.parametrize("renamed", range(4))
def test_the_power_may_go_anywhere_in_between(path: Path, monkeypatch: pytest.MonkeyPatch, renamed: int) -> None:
    shutil.copy(path, path.with_name("store.db-wal"))  # whatever it is: it must not meet the new file
    damaged(path, visit(30))
    rename, left = Path.rename, iter(range(renamed))

    def dying(self: Path, to: Path) -> Path:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return rename(self, to)

    with monkeypatch.context() as context, pytest.raises(KeyboardInterrupt):
        context.setattr(Path, "rename", dying)
        salvage.salvage(path)
        raise KeyboardInterrupt
    database, log = started(path)
    assert 61 in facts(log) and 30 not in facts(log) and log.first_broken() is None
    database.close()


def test_a_whole_file_is_opened_as_it_is_whatever_the_last_process_said_of_the_disk(path: Path) -> None:
    path.with_name("store.db-failed").write_text("disk")
    database, log = started(path, 1)
    assert log.head() == 61 and log.history() == []
    database.close()
    assert not path.with_name("store.db-failed").exists()
    assert not path.with_name("store.db-damaged-1").exists()


def root_of(path: Path, table: str) -> int:
    """Where the outermost page of a table begins."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    connection.close()
    return int(page - 1) * PAGE


def sent(log: EventLog, hq: MemoryLedger) -> Outbox:
    outbox = Outbox(log, "shop", now=lambda: 0.0, wall_ms=lambda: 0, random=Random(1))
    outbox.line_up()
    while (payload := outbox.take()) or outbox.wait() == 0.0:
        if payload:
            outbox.hear(encode_answer(ingest(hq, "shop", payload)))
    return outbox


def without_events(path: Path, hq: MemoryLedger) -> tuple[Database, EventLog]:
    """27 events that HQ has, in a past life, and 6 in the present one that it lacks: none of all can be read."""
    path.unlink()
    database, log = opened(path)
    append_many(database, log, 1, 27)
    sent(log, hq)
    log.forked(28)
    append_many(database, log, 28, 33)
    database.close()
    root = root_of(path, "event")
    data = bytearray(path.read_bytes())
    data[root] ^= 0xFF
    path.write_bytes(data)
    return started(path)


def test_past_logs_that_are_gone_hold_up_no_event_of_the_present_one(path: Path) -> None:
    hq = MemoryLedger()
    database, log = without_events(path, hq)
    append_many(database, log, 34, 39)
    (ended,) = [ended for ended in log.history() if ended.why == "damage"]
    assert (ended.forked_at, ended.left_out, ended.lost) == (1, (), 7), "6, and that this log was opened"
    assert sent(log, hq).drained, "at the first go, without a stumble"
    assert {f"{i:032x}" for i in range(34, 40)} <= set(hq.state.seen)
    database.close()


def test_of_what_hq_had_confirmed_nothing_counts_as_lost(path: Path) -> None:
    with Database(path) as database:
        sent(EventLog(database), MemoryLedger())
    damaged(path, visit(30))
    database, log = started(path)
    (ended,) = log.history()
    assert (ended.why, ended.lost) == ("damage", 0)
    database.close()


def test_where_no_index_can_be_read_either_nobody_says_that_nothing_is_lost(path: Path) -> None:
    with Database(path) as database:
        sent(EventLog(database), MemoryLedger())
    data = bytearray(path.read_bytes())
    for name in ("event", "sqlite_autoindex_event_1", "sqlite_autoindex_event_2"):
        data[root_of(path, name)] = 0xFF
    path.write_bytes(data)
    database, log = started(path)
    assert [ended.lost for ended in log.history()] == [None]
    database.close()
