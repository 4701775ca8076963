"""Everything a log holds is looked at, whoever changed it: rows, links, blobs, pages of the file."""

import random
from pathlib import Path

import pytest

from edge.store import Database, EventLog
from tests.edge.store.logs import append, append_many, facts, opened, receipt_for


def test_an_edited_blob_is_noticed_at_its_event_and_an_erased_one_is_no_fault(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        for i in range(1, 4):
            append(database, log, i, blob=f"sealed {i}".encode())
        database.write(lambda db: db.conn.execute("DELETE FROM blob WHERE data = ?", (b"sealed 1",)))
        assert log.first_broken() is None
        database.write(lambda db: db.conn.execute("UPDATE blob SET data = x'00' WHERE data = ?", (b"sealed 2",)))
        assert log.first_broken() == 2
        assert len(log.read(0, 10, 2**20)[0]) == 3, "HQ puts it into quarantine; it stops nobody"


def test_every_life_has_a_verdict_of_its_own(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 2_500)
        log.keep(receipt_for(log, 2_400))
        log.forked(2_401)
        append_many(database, log, 2_501, 2_510)
        database.write(lambda db: db.conn.execute("UPDATE event SET at = 0 WHERE life = 1 AND n = 2200"))
        past, present = log.verify()
        assert (past.head, past.receipted, past.first_broken) == (2_400, 2_400, 2_200)
        assert past.ended and (past.ended.why, past.ended.forked_at) == ("fork", 2_401)
        assert (present.log, present.head, present.first_broken, present.ended) == (log.log_id, 111, None, None)


def test_verifying_goes_on_while_the_box_trims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 3_000)
        log.keep(receipt_for(log, 3_000, trim_to=2_900))
        read, trims = Database.read, iter(range(100))

        def trimming(self: Database, work):  # type: ignore[no-untyped-def]
            result = read(self, work)
            if next(trims, 0) > 3:
                log.trim()
            return result

        with monkeypatch.context() as context:
            context.setattr(Database, "read", trimming)
            assert [verdict.first_broken for verdict in log.verify()] == [None]
        assert log.cut() > 1_000


def flipped(path: Path, to: Path, chance: random.Random, needles: list[bytes]) -> int:
    """A copy with one bit of an event's bytes the other way round; returns the event's number."""
    data = bytearray(path.read_bytes())
    n = chance.randrange(len(needles))
    at = data.index(needles[n]) + chance.randrange(len(needles[n]))
    data[at] ^= 1 << chance.randrange(8)
    to.write_bytes(data)
    return n + 1


def test_a_flipped_bit_in_any_event_is_noticed_at_its_number_and_the_rest_goes_out(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database, log = opened(path)
    append_many(database, log, 1, 30)
    needles = [e.body.encode() for e in log.read(0, 100, 2**20)[0]]
    database.close()
    chance = random.Random(4)
    for i in range(25):
        n = flipped(path, tmp_path / f"flipped-{i}.db", chance, needles)
        with Database(tmp_path / f"flipped-{i}.db") as database:
            assert EventLog(database).first_broken() == n
        database, log = opened(tmp_path / f"flipped-{i}.db")
        assert facts(log) == [k for k in range(1, 31) if k != n]
        assert log.first_broken() is None
        database.close()
