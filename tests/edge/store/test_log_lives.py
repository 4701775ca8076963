"""At a fork, on another machine and behind damage the log goes on under another id: nothing lost, nothing twice."""

import itertools
import shutil
import threading
from pathlib import Path

import msgspec
import pytest
import sqlite_utils

from edge.domain.events import KINDS, LogOpened
from edge.store import DamagedError, Database, EventLog, log_lives
from sync.codec import GENESIS
from tests.edge.store.logs import append, append_many, facts, opened, receipt_for


def test_a_fork_opens_a_new_life_with_everything_behind_the_receipt(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 9)
        append(database, log, 10, blob=b"sealed")
        log.keep(receipt_for(log, 6))
        old, old_events = log.log_id, log.read(6, 100, 2**20)[0]
        log.forked(8)
        (first, *again), blobs = log.read(0, 100, 2**20)
        assert log.log_id != old and log.receipt() is None and log.first_broken() is None
        assert first.kind == LogOpened.__name__
        said = msgspec.json.decode(first.body, type=KINDS[first.kind])
        assert said == LogOpened(previous=old, forked_at=8, why="fork")
        assert [(e.id, e.kind, e.at, e.body, e.seal) for e in again] == [
            (e.id, e.kind, e.at, e.body, e.seal) for e in old_events
        ]
        assert [e.origin for e in again] == [f"{old}:{n}" for n in (7, 8, 9, 10)]
        assert list(blobs.values()) == [b"sealed"]


def test_the_origin_of_an_event_is_where_it_was_first(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append(database, log, 1)
        first = log.log_id
        log.forked(1)
        log.forked(1)
        assert [e.origin for e in log.read(0, 100, 2**20)[0]] == [None, log.history()[1].log + ":1", f"{first}:1"]
        assert facts(log) == [1]


def test_what_hq_lost_since_its_receipt_goes_along(tmp_path: Path) -> None:
    """HQ receipted 6, came back from a backup, and has other events from 4 on: ours are only here."""
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 9)
        log.keep(receipt_for(log, 6))
        log.forked(4)
        assert facts(log) == [4, 5, 6, 7, 8, 9]
        (past,) = log.past()
        assert (past.head(), facts(past)) == (3, [1, 2, 3])
        kept = past.receipt()
        assert kept and (kept.n, kept.hash) == (3, past.hash_of(3))


def test_a_past_life_never_grows_and_knows_nothing_beyond_its_receipt(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 9)
        log.keep(receipt_for(log, 6))
        log.forked(7)
        append_many(database, log, 10, 12)
        (past,) = log.past()
        assert (past.head(), past.cut(), facts(past), past.hash_of(7)) == (6, 0, [1, 2, 3, 4, 5, 6], None)
        assert past.past() == () and not past.trim()
        assert [verdict.first_broken for verdict in log.verify()] == [None, None]


def test_a_life_of_which_hq_had_nothing_is_no_past_to_refill_from(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 3)
        log.forked(1)
        assert log.past() == [] and facts(log) == [1, 2, 3]
        assert [(ended.why, ended.forked_at) for ended in log.history()] == [("fork", 1)]


def test_events_appended_meanwhile_land_behind_those_before_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_lives, "CHUNK", 10)
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 300)
        log.keep(receipt_for(log, 20))
        numbers, stop = itertools.count(301), threading.Event()
        appended: list[int] = []

        def shop() -> None:
            while not stop.is_set():
                appended.append(int(append(database, log, next(numbers)).id, 16))

        shopper = threading.Thread(target=shop)
        shopper.start()
        try:
            for n in (21, 1, 1):
                log.forked(n)
        finally:
            stop.set()
            shopper.join()
        assert appended and facts(log) == [*range(21, 301), *appended]
        assert log.first_broken() is None


class Killed(BaseException):
    """The power went just behind a commit."""


@pytest.mark.parametrize("present", ["fork", "machine"])
def test_killed_behind_any_transaction_nothing_is_lost_and_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, present: str
) -> None:
    monkeypatch.setattr(log_lives, "CHUNK", 7)
    template = tmp_path / "template.db"
    database, log = opened(template)
    append_many(database, log, 1, 40)
    log.keep(receipt_for(log, 10))
    database.close()
    for boundary in itertools.count(1):
        path = tmp_path / f"killed-{boundary}.db"
        shutil.copy(template, path)
        done = _die_behind(path, boundary, present, monkeypatch)
        database, log = opened(path, "os:there" if present == "machine" else "os:here")
        append_many(database, log, 41, 42)
        if present == "fork" and not log.past():
            log.forked(11)
        assert facts(log) == list(range(11, 43)), boundary
        (past,) = log.past()
        assert facts(past) == list(range(1, 11)), boundary
        assert [(v.first_broken, v.ended and v.ended.left_out) for v in log.verify()] == [(None, ()), (None, None)]
        rows = database.read(lambda db: db.conn.execute("SELECT count(*) FROM event").fetchone()[0])
        assert rows == 10 + 1 + 32, "the old life keeps no copies"
        database.close()
        if done:
            break
    assert boundary > 8


def _die_behind(path: Path, boundary: int, present: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Forks, or moves to another machine, and dies behind the transaction of that number. True if it came to an end."""
    database = Database(path)
    transactions = itertools.count(1)
    write = Database.write

    def dying(self: Database, work):  # type: ignore[no-untyped-def]
        result = write(self, work)
        if next(transactions) >= boundary:
            raise Killed
        return result

    with monkeypatch.context() as context:
        context.setattr(Database, "write", dying)
        try:
            if present == "fork":
                EventLog(database).forked(11)
            else:
                EventLog(database, "os:there")
        except Killed:
            return False
        finally:
            database.close()
    return True


def test_a_log_on_another_machine_goes_on_under_a_new_id_and_on_the_same_one_under_its_own(tmp_path: Path) -> None:
    database, log = opened(tmp_path / "store.db")
    append_many(database, log, 1, 5)
    log.keep(receipt_for(log, 2))
    first = log.log_id
    database.close()
    database, log = opened(tmp_path / "store.db")
    assert (log.log_id, log.history()) == (first, [])
    database.close()
    for _ in range(2):
        database, log = opened(tmp_path / "store.db", "os:there")
        assert log.log_id != first and facts(log) == [3, 4, 5]
        assert [(e.log, e.why, e.forked_at) for e in log.history()] == [(first, "machine", 3)]
        database.close()


def test_who_only_looks_at_a_copy_on_another_machine_changes_nothing(tmp_path: Path) -> None:
    database, log = opened(tmp_path / "store.db")
    append_many(database, log, 1, 5)
    log_id = log.log_id
    database.close()
    with Database(tmp_path / "store.db") as database:
        assert EventLog(database).log_id == log_id


def test_a_late_receipt_of_the_life_before_is_not_kept_for_this_one(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 5)
        late = receipt_for(log, 4)
        log.forked(1)
        log.keep(late)
        assert log.receipt() is None


def test_a_past_life_that_a_restored_hq_has_otherwise_is_handed_over_to_the_present(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 9)
        log.keep(receipt_for(log, 6))
        log.forked(7)
        append(database, log, 10)
        (past,) = log.past()
        past.keep(receipt_for(past, 3, epoch=2))
        past.forked(5)
        assert (past.head(), facts(past)) == (3, [1, 2, 3])
        assert sorted(facts(log)) == [4, 5, 6, 7, 8, 9, 10]
        assert all(verdict.first_broken is None for verdict in log.verify())


def damage(database: Database, n: int, sql: str = "UPDATE event SET body = '{}'") -> None:
    database.write(lambda db: db.conn.execute(f"{sql} WHERE n = {n}"))


@pytest.mark.parametrize("sql", ["UPDATE event SET body = '{}'", "DELETE FROM event"])
def test_of_a_damaged_log_everything_sound_goes_out_and_the_damage_is_named(tmp_path: Path, sql: str) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 9)
        log.keep(receipt_for(log, 2))
        damaged, old = 5, log.log_id
        damage(database, damaged, sql)
        assert [e.n for e in log.read(2, 100, 2**20)[0]] == [3, 4], "what is sound before it goes out"
        with pytest.raises(DamagedError, match="event 5 of log"):
            log.read(4, 100, 2**20)
        assert facts(log) == [3, 4, 6, 7, 8, 9]
        (ended,) = log.history()
        assert (ended.log, ended.why, ended.forked_at) == (old, "damage", damaged)
        assert ended.left_out == ((damaged,) if sql.startswith("UPDATE") else ())


def test_a_damaged_tail_is_found_at_the_start(tmp_path: Path) -> None:
    database, log = opened(tmp_path / "store.db")
    append_many(database, log, 1, 9)
    damage(database, 8)
    database.close()
    database, log = opened(tmp_path / "store.db")
    assert facts(log) == [1, 2, 3, 4, 5, 6, 7, 9] and log.first_broken() is None
    database.close()


def test_a_tail_that_is_shorter_than_what_hq_has_confirmed_is_found_at_the_start(tmp_path: Path) -> None:
    database, log = opened(tmp_path / "store.db")
    append_many(database, log, 1, 9)
    log.keep(receipt_for(log, 9))
    database.write(lambda db: db.conn.execute("DELETE FROM event WHERE n > 6"))
    database.close()
    database, log = opened(tmp_path / "store.db")
    assert [(e.why, e.forked_at) for e in log.history()] == [("damage", 7)]
    append(database, log, 10)
    assert facts(log) == [10]
    database.close()


def test_damage_in_a_past_life_hands_the_sound_rest_over(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 9)
        log.keep(receipt_for(log, 8))
        log.forked(9)
        (past,) = log.past()
        past.keep(receipt_for(past, 3, epoch=2))
        database.write(lambda db: db.conn.execute("UPDATE event SET body = '{}' WHERE life = 1 AND n = 5"))
        assert [e.n for e in past.read(3, 100, 2**20)[0]] == [4]
        with pytest.raises(DamagedError, match="event 5 of past log"):
            past.read(4, 100, 2**20)
        assert sorted(facts(log)) == [4, 6, 7, 8, 9]


def test_an_event_that_could_not_be_read_when_its_life_ended_is_taken_along_when_it_can_be(tmp_path: Path) -> None:
    database, log = opened(tmp_path / "store.db")
    append_many(database, log, 1, 5)
    good = database.read(lambda db: db.conn.execute("SELECT body FROM event WHERE n = 3").fetchone()[0])
    damage(database, 3)
    log.forked(1)
    assert facts(log) == [1, 2, 4, 5]
    database.write(lambda db: db.conn.execute("UPDATE event SET body = ? WHERE life = 1 AND n = 3", (good,)))
    database.close()
    database, log = opened(tmp_path / "store.db")
    assert facts(log) == [1, 2, 4, 5, 3] and log.history()[0].left_out == ()
    database.close()


def test_nobody_may_read_beyond_the_head(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 3)
        assert log.read(3, 10, 2**20) == ([], {})
        with pytest.raises(LookupError, match="ends before event 4"):
            log.read(4, 10, 2**20)
        assert log.hash_of(0) == GENESIS and log.history() == []


def test_no_transaction_of_a_long_backlog_is_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a scan never waits for more than a chunk."""
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 2_000)
        changes: list[int] = []
        write = Database.write

        def counting(self: Database, work):  # type: ignore[no-untyped-def]
            def counted(db: sqlite_utils.Database) -> object:
                before = db.conn.total_changes
                result = work(db)
                changes.append(db.conn.total_changes - before)
                return result

            return write(self, counted)

        monkeypatch.setattr(Database, "write", counting)
        log.forked(1)
        assert facts(log) == list(range(1, 2_001))
        assert max(changes) <= log_lives.CHUNK + 5


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE life SET log_id = 'f' || substr(log_id, 2) WHERE state = 'present'",
        "DELETE FROM life WHERE state = 'present'",
        "DELETE FROM life",
    ],
)
def test_the_log_outlives_the_row_that_names_it(tmp_path: Path, sql: str) -> None:
    database, log = opened(tmp_path / "store.db")
    append_many(database, log, 1, 6)
    log.keep(receipt_for(log, 4))
    log.forked(5)
    append_many(database, log, 7, 9)
    log_id, held = log.log_id, facts(log)
    if log_id.startswith("f"):
        sql = sql.replace("'f'", "'e'")
    database.write(lambda db: db.conn.execute(sql))
    database.close()
    database, log = opened(tmp_path / "store.db")
    assert (log.log_id, facts(log), log.first_broken()) == (log_id, held, None)
    assert facts(log) == [5, 6, 7, 8, 9]
    assert [facts(past) for past in log.past()] == [[1, 2, 3, 4]]
    database.close()
