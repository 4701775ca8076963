"""What HQ has in a verified backup is forgotten, with its blobs; the chain goes on from the hash at the cut."""

from pathlib import Path

import pytest

from edge.store import Database, EventLog, log_trimming
from tests.edge.store.logs import append, append_many, facts, opened, receipt_for


def blobs(database: Database) -> int:
    return int(database.read(lambda db: db.conn.execute("SELECT count(*) FROM blob").fetchone()[0]))


def test_events_are_forgotten_chunk_by_chunk_up_to_what_hq_says_and_the_chain_still_verifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_trimming, "CHUNK", 10)
    database, log = opened(tmp_path / "store.db")
    append_many(database, log, 1, 40)
    before = log.hash_of(25)
    log.keep(receipt_for(log, 30, trim_to=25))
    cuts = []
    while log.trim():
        cuts.append(log.cut())
    assert cuts == [10, 20, 25]
    assert (log.hash_of(25), log.hash_of(24), log.head(), log.first_broken()) == (before, None, 40, None)
    assert facts(log, after=25) == facts(log) == list(range(26, 41))
    database.close()
    database, log = opened(tmp_path / "store.db")
    assert (log.cut(), log.first_broken()) == (25, None)
    database.write(lambda db: db.conn.execute("UPDATE event SET body = '{}' WHERE n = 26"))
    assert log.first_broken() == 26, "the chain is verified from the cut on"
    database.close()


@pytest.mark.parametrize(("receipted", "trim_to", "cut"), [(0, 9, 0), (5, 9, 5), (9, 5, 5), (9, 0, 0)])
def test_never_more_is_forgotten_than_is_receipted_and_in_a_backup(
    tmp_path: Path, receipted: int, trim_to: int, cut: int
) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 9)
        if receipted:
            log.keep(receipt_for(log, receipted, trim_to=trim_to))
        assert log.trim() == (cut > 0) and not log.trim()
        assert log.cut() == cut and facts(log) == list(range(cut + 1, 10))


def test_a_log_of_which_all_is_forgotten_goes_on_where_it_was(tmp_path: Path) -> None:
    database, log = opened(tmp_path / "store.db")
    append_many(database, log, 1, 5)
    log.keep(receipt_for(log, 5, trim_to=5))
    assert log.trim()
    database.close()
    database, log = opened(tmp_path / "store.db")
    assert (log.head(), log.read(5, 10, 2**20)) == (5, ([], {}))
    assert append(database, log, 6).n == 6
    assert log.first_broken() is None and log.history() == []
    database.close()


def test_blobs_go_with_their_events_but_never_one_that_lives_on_in_the_next_life(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        for i in range(1, 5):
            append(database, log, i, blob=f"sealed {i}".encode())
        log.keep(receipt_for(log, 3, trim_to=3))
        log.forked(3)
        (past,) = log.past()
        assert past.head() == 2
        while past.trim():
            pass
        assert log.past() == [] and blobs(database) == 2
        assert sorted(log.read(0, 10, 2**20)[1].values()) == [b"sealed 3", b"sealed 4"]


def test_a_fork_below_the_cut_takes_along_what_is_left(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 9)
        log.keep(receipt_for(log, 6, trim_to=6))
        while log.trim():
            pass
        log.forked(2)
        assert facts(log) == [7, 8, 9] and log.past() == []
        assert all(verdict.first_broken is None for verdict in log.verify())
